import { createServer, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { deliver } from '../../src/alert/deliver.js';
import { makeCertificate, OPENSSL_MISSING } from './certificate.js';
import { makeEvent } from './event.js';
import { bodyOf, headersOf } from './letter.js';
import { PASSWORD, startPostOffice } from './post-office.js';
import { secretFile } from './secret.js';
import { channel } from './settings.js';

const event = makeEvent();

function send(port: number, smtp: Record<string, unknown>, given: Record<string, unknown> = {}, signal?: AbortSignal) {
  const settings = { type: 'mail' as const, to: 'admin@example.org', smtp: { host: '127.0.0.1', port, ...smtp } };
  return deliver('admin', channel({ ...settings, ...given }), event, { signal });
}

function login(password = PASSWORD) {
  return { user: 'pbx', passwordFile: secretFile(`${password}\n`) };
}

/** A server of a few words: each line that comes in is answered. */
async function startTalker(answer: (line: string, socket: Socket) => string, greeting = '220 hello'): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    if (greeting !== '') socket.write(`${greeting}\r\n`);
    socket.setEncoding('utf8').on('data', (text: string) => {
      for (const line of text.split('\r\n').filter(Boolean)) {
        const words = answer(line, socket);
        if (words !== '' && !socket.destroyed) socket.write(`${words}\r\n`);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as { port: number }).port;
}

describe('in clear', () => {
  test('a mail arrives, with what a reader and a program look for', async () => {
    const office = await startPostOffice({});
    await expect(send(office.port, { tls: 'none' }, { from: 'pbx@example.org' })).resolves.toEqual({ refused: [] });
    const [letter] = office.letters;
    expect(letter).toMatchObject({ from: 'pbx@example.org', to: ['admin@example.org'], secure: false });
    const headers = headersOf(letter?.text ?? '');
    expect(Object.fromEntries(headers)).toMatchObject({
      from: ['sigsweep <pbx@example.org>'],
      to: ['admin@example.org'],
      subject: ['[sigsweep] pbx.example.org: 1 new finding, 1 critical'],
      'auto-submitted': ['auto-generated'],
      'x-sigsweep-event': [event.id],
      'message-id': [expect.stringMatching(/^<sigsweep\.[0-9a-f]{40}@pbx\.example\.org>$/)],
      'content-type': ['text/plain; charset=utf-8'],
    });
    expect(bodyOf(letter?.text ?? '')).toContain('critical: unlisted code  /var/www/html/admin/views/some.php');
  });

  test('the same event has the same Message-ID, another one another', async () => {
    const office = await startPostOffice({});
    await send(office.port, { tls: 'none' });
    await send(office.port, { tls: 'none' });
    const other = channel({
      type: 'mail',
      to: 'a@b.example',
      smtp: { host: '127.0.0.1', port: office.port, tls: 'none' },
    });
    await deliver('admin', other, makeEvent({ id: 'other' }));
    const [first, second, third] = office.letters.map(({ text }) => headersOf(text).get('message-id')?.[0]);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });

  test('without a sender of its own it is sigsweep at the host', async () => {
    const office = await startPostOffice({});
    await send(office.port, { tls: 'none' });
    expect(office.letters[0]?.from).toBe('sigsweep@pbx.example.org');
  });

  test('a password goes to this machine in clear', async () => {
    const office = await startPostOffice({ allowInsecureAuth: true });
    await send(office.port, { tls: 'none', ...login() });
    expect(office.letters[0]?.user).toBe('pbx');
  });

  test('one address of several that is refused is named, and the others get it', async () => {
    const office = await startPostOffice({
      onRcptTo: ({ address }, _, callback) =>
        callback(
          address === 'gone@example.org' ? Object.assign(new Error('who is that?'), { responseCode: 550 }) : null,
        ),
    });
    const to = ['admin@example.org', 'gone@example.org'];
    await expect(send(office.port, { tls: 'none' }, { to })).resolves.toEqual({
      refused: [expect.stringMatching(/^gone@example\.org: 550 who is that\?/)],
    });
    expect(office.letters[0]?.to).toEqual(['admin@example.org']);
  });

  test('a refusal of the only address is a failure', async () => {
    const office = await startPostOffice({
      onRcptTo: (_, __, callback) => callback(new Error('no \u001b[31m mailbox')),
    });
    await expect(send(office.port, { tls: 'none' })).rejects.toMatchObject({
      code: 'ALERT_FAILED',
      message: expect.stringMatching(
        /^alert channel admin: mail through 127\.0\.0\.1:\d+: RCPT TO was answered with: 550 no/,
      ),
    });
    await expect(send(office.port, { tls: 'none' })).rejects.not.toThrow('\u001b');
    expect(office.letters).toEqual([]);
  });

  test('a message that is refused at its end is a failure', async () => {
    const office = await startPostOffice({
      onData: (stream, _, callback) => stream.resume().on('end', () => callback(new Error('the disk is full'))),
    });
    await expect(send(office.port, { tls: 'none' })).rejects.toThrow(/DATA was answered with: 450 the disk is full/);
  });

  test('a server that is down', async () => {
    await expect(send(9, { tls: 'none' })).rejects.toThrow('127.0.0.1:9: ECONNREFUSED');
  });

  test.each([
    ['at once', 'EHLO'],
    ['at the message', 'DATA'],
    ['behind the message', '.'],
  ])('a server that hangs up %s', async (_, word) => {
    const port = await startTalker((line, socket) => {
      if (line.startsWith(word)) socket.destroy();
      return line === 'DATA' ? '354 go on' : /^(EHLO|MAIL|RCPT|\.$)/.test(line) ? '250 yes' : '';
    });
    await expect(send(port, { tls: 'none' })).rejects.toThrow(/it hung up|ECONNRESET|EPIPE/);
  });

  test.each([
    ['says nothing', ''],
    ['greets without an end', '220-hello'],
  ])('a server that %s is given up', async (_, greeting) => {
    const port = await startTalker(() => '', greeting);
    await expect(send(port, { tls: 'none' }, { timeout: '1s' })).rejects.toThrow(/longer than 1 s|ETIMEDOUT/);
  });

  test('an interrupt ends it', async () => {
    const controller = new AbortController();
    const port = await startTalker(() => {
      controller.abort();
      return '';
    });
    await expect(send(port, { tls: 'none' }, {}, controller.signal)).rejects.toThrow('it was interrupted');
  });

  test('a flood of words is no reason to read on', async () => {
    const port = await startTalker((line) => (line.startsWith('EHLO') ? '250 yes' : `550 ${'x'.repeat(2_000_000)}`));
    const error = await send(port, { tls: 'none' }).catch((reason: Error) => reason);
    expect((error as Error).message.length).toBeLessThan(400);
  });
});

describe.skipIf(OPENSSL_MISSING !== undefined)('TLS', () => {
  test('STARTTLS, with the password only behind it', async () => {
    const certificate = makeCertificate();
    const office = await startPostOffice({ authOptional: false }, certificate);
    await send(office.port, { caFile: certificate.file, ...login() });
    expect(office.letters[0]).toMatchObject({ secure: true, user: 'pbx' });
  });

  test('TLS from the first byte', async () => {
    const certificate = makeCertificate();
    const office = await startPostOffice({ secure: true, authOptional: false }, certificate);
    await send(office.port, { tls: 'implicit', host: 'localhost', caFile: certificate.file, ...login() });
    expect(office.letters[0]).toMatchObject({ secure: true, user: 'pbx' });
  });

  test.each([
    ['implicit', true],
    ['starttls', false],
  ] as const)('a certificate that does not count (%s) gets neither password nor mail', async (tls, secure) => {
    const good = makeCertificate();
    const elsewhere = makeCertificate('DNS:elsewhere.example');
    const office = await startPostOffice({ secure }, good);
    const misnamed = await startPostOffice({ secure }, elsewhere);
    const refused = 'its certificate does not count';
    await expect(send(office.port, { tls, ...login() })).rejects.toThrow(refused);
    await expect(send(office.port, { tls, caFile: elsewhere.file, ...login() })).rejects.toThrow(refused);
    await expect(send(misnamed.port, { tls, caFile: elsewhere.file, ...login() })).rejects.toThrow(refused);
    expect([office.letters, office.logins, misnamed.letters, misnamed.logins].flat()).toEqual([]);
  });

  test('an environment that wants no checks does not get its way', async () => {
    const office = await startPostOffice({}, makeCertificate());
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    try {
      await expect(send(office.port, login())).rejects.toThrow('its certificate does not count');
    } finally {
      delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    }
    expect([...office.letters, ...office.logins]).toEqual([]);
  });

  test.each([
    ['implicit', true],
    ['starttls', false],
  ] as const)(
    'a server that falls silent behind TLS (%s) is given up, as it is at an interrupt',
    async (tls, secure) => {
      const certificate = makeCertificate();
      const controller = new AbortController();
      let mails = 0;
      const onMailFrom = () => {
        mails += 1;
        if (mails === 2) controller.abort();
      };
      const office = await startPostOffice({ secure, onMailFrom, closeTimeout: 100 }, certificate);
      const given = { tls, caFile: certificate.file };
      await expect(send(office.port, given, { timeout: '1s' })).rejects.toThrow('it took longer than 1 s');
      await expect(send(office.port, given, {}, controller.signal)).rejects.toThrow('it was interrupted');
    },
  );

  test('a wrong password is a failure, whose words do not repeat it', async () => {
    const certificate = makeCertificate();
    const office = await startPostOffice({}, certificate);
    const error = await send(office.port, { caFile: certificate.file, ...login('wrong pony') }).catch((e: Error) => e);
    expect((error as Error).message).toContain('it does not take this user and password (535)');
    expect((error as Error).message).not.toContain('pony');
    expect(office.logins).toEqual(['pbx:wrong pony']);
    expect(office.letters).toEqual([]);
  });

  test('a server that offers no login is no reason to send without one', async () => {
    const certificate = makeCertificate();
    const office = await startPostOffice({ disabledCommands: ['AUTH'] }, certificate);
    await expect(send(office.port, { caFile: certificate.file, ...login() })).rejects.toThrow(
      'does not take this user',
    );
    expect(office.letters).toEqual([]);
  });

  test('STARTTLS that somebody took out of the conversation ends it', async () => {
    const office = await startPostOffice({ allowInsecureAuth: true });
    await expect(send(office.port, login())).rejects.toThrow('it does not do STARTTLS, and nothing is sent without');
    expect([...office.letters, ...office.logins]).toEqual([]);
  });

  test('STARTTLS that is promised and then refused ends it', async () => {
    const said: string[] = [];
    const port = await startTalker((line) => {
      said.push(line);
      return line.startsWith('EHLO') ? '250-hello\r\n250-AUTH PLAIN\r\n250 STARTTLS' : '454 not now';
    });
    await expect(send(port, login())).rejects.toThrow('it does not do STARTTLS');
    expect(said.map((line) => line.split(' ')[0])).toEqual(['EHLO', 'STARTTLS']);
  });

  test('TLS from the first byte with a server that begins in clear', async () => {
    const office = await startPostOffice({});
    await expect(send(office.port, { tls: 'implicit', ...login() })).rejects.toThrow('it does not answer with TLS');
    expect([...office.letters, ...office.logins]).toEqual([]);
  });
});

test('a password file that others may read is refused before anything is said', async () => {
  const office = await startPostOffice({ allowInsecureAuth: true });
  const passwordFile = secretFile(PASSWORD, 0o644);
  await expect(send(office.port, { tls: 'none', user: 'pbx', passwordFile })).rejects.toThrow(
    `chmod go= ${passwordFile}`,
  );
  expect(office.logins).toEqual([]);
});
