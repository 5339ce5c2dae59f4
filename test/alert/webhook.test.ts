import { createHmac } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { deliver } from '../../src/alert/deliver.js';
import { makeCertificate, OPENSSL_MISSING } from './certificate.js';
import { makeEvent } from './event.js';
import { type Receiver, startReceiver, status } from './receiver.js';
import { secretFile } from './secret.js';
import { channel } from './settings.js';

const event = makeEvent();

/** The waits between tries, instead of waiting. */
let waits: number[] = [];
const pause = async (milliseconds: number) => {
  waits.push(milliseconds);
};
afterEach(() => {
  waits = [];
});

function send({ port }: Pick<Receiver, 'port'>, given: Record<string, unknown> = {}, signal?: AbortSignal) {
  const address = 'urlFile' in given ? {} : { url: `http://127.0.0.1:${port}/hook/T0P-SECRET` };
  return deliver('ops', channel({ type: 'webhook', ...address, ...given }), event, { pause, signal });
}

describe('what is posted', () => {
  test('is the event as JSON, with its id and the name of this program', async () => {
    const receiver = await startReceiver(status(204));
    await send(receiver);
    const [request] = receiver.requests;
    expect(request).toMatchObject({ method: 'POST', path: '/hook/T0P-SECRET' });
    expect(request?.headers).toMatchObject({ 'content-type': 'application/json', 'x-sigsweep-event': event.id });
    expect(request?.headers['user-agent']).toMatch(/^sigsweep\/\d+\.\d+\.\d+$/);
    expect(request?.headers).not.toHaveProperty('x-sigsweep-signature');
    expect(JSON.parse(request?.body ?? '')).toEqual(event);
  });

  test('is signed with the secret, each try anew, over the time and the bytes', async () => {
    const receiver = await startReceiver((response, number) => status(number === 0 ? 503 : 200)(response));
    const before = Math.floor(Date.now() / 1000);
    await send(receiver, { secretFile: secretFile('shared key\n') });
    expect(receiver.requests).toHaveLength(2);
    for (const { headers, body } of receiver.requests) {
      const [, time = '', signature] =
        /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['x-sigsweep-signature'])) ?? [];
      expect(signature).toBe(createHmac('sha256', 'shared key').update(time).update('.').update(body).digest('hex'));
      expect(Number(time)).toBeGreaterThanOrEqual(before);
    }
  });

  test('names outside of ASCII arrive whole', async () => {
    const receiver = await startReceiver(status(200));
    const odd = makeEvent({ notes: ['größer 漢字 \u202e \u2028', 'x'.repeat(300_000)], id: 'a b\r\nX-Evil: 1' });
    await deliver('ops', channel({ type: 'webhook', url: `http://localhost:${receiver.port}/` }), odd, { pause });
    expect(JSON.parse(receiver.requests[0]?.body ?? '')).toEqual(odd);
    expect(receiver.requests[0]?.headers['x-sigsweep-event']).toBe('a_b__X-Evil:_1');
    expect(receiver.requests[0]?.headers).not.toHaveProperty('x-evil');
  });
});

describe('tries', () => {
  test('a receiver that is busy gets it later, after waits with jitter', async () => {
    const receiver = await startReceiver((response, number) => status(number < 3 ? 503 : 200)(response));
    await send(receiver);
    expect(receiver.requests).toHaveLength(4);
    expect(waits).toHaveLength(3);
    waits.forEach((milliseconds, at) => {
      expect(milliseconds).toBeGreaterThanOrEqual(0);
      expect(milliseconds).toBeLessThanOrEqual(1000 * 2 ** at);
    });
  });

  test.each([408, 425, 429, 500, 502, 599])('%i is tried again, as often as the settings say', async (code) => {
    const receiver = await startReceiver(status(code));
    await expect(send(receiver, { retries: 2 })).rejects.toThrow(new RegExp(`it answered ${code}.*, after 3 tries`));
    expect(receiver.requests).toHaveLength(3);
  });

  test.each([400, 401, 403, 404, 410])('%i is final', async (code) => {
    const receiver = await startReceiver(status(code));
    await expect(send(receiver)).rejects.toThrow(`it answered ${code}`);
    expect(receiver.requests).toHaveLength(1);
  });

  test.each([301, 302, 303, 307, 308])('a redirect (%i) is not followed', async (code) => {
    const other = await startReceiver(status(200));
    const location = `http://127.0.0.1:${other.port}/`;
    const receiver = await startReceiver(status(code, { location }));
    await expect(send(receiver)).rejects.toThrow(/redirects are not followed/);
    expect(receiver.requests).toHaveLength(1);
    expect(other.requests).toHaveLength(0);
  });

  test('Retry-After is waited for', async () => {
    const receiver = await startReceiver((response, number) =>
      status(number === 0 ? 429 : 200, { 'retry-after': '7' })(response),
    );
    await send(receiver);
    expect(waits).toEqual([7000]);
  });

  test('Retry-After may be a date', async () => {
    const receiver = await startReceiver((response, number) =>
      status(number === 0 ? 503 : 200, { 'retry-after': new Date(Date.now() + 40_000).toUTCString() })(response),
    );
    await send(receiver);
    expect(waits[0]).toBeGreaterThan(20_000);
    expect(waits[0]).toBeLessThanOrEqual(40_000);
  });

  test('who asks for more than a minute is left to the next run', async () => {
    const receiver = await startReceiver(status(429, { 'retry-after': '3600' }));
    await expect(send(receiver)).rejects.toThrow('429');
    expect(receiver.requests).toHaveLength(1);
    expect(waits).toEqual([]);
  });

  test('a receiver that says nothing is given up, try by try', async () => {
    const receiver = await startReceiver(() => undefined);
    await expect(send(receiver, { timeout: '1s', retries: 1 })).rejects.toThrow(
      'it took longer than 1 s, after 2 tries',
    );
    expect(receiver.requests).toHaveLength(2);
  });

  test('a line that breaks is tried again', async () => {
    const receiver = await startReceiver((response, number) => {
      if (number === 0) response.destroy();
      else status(200)(response);
    });
    await send(receiver);
    expect(receiver.requests).toHaveLength(2);
  });

  test('an answer without an end is success, and is not read', async () => {
    let left: Promise<unknown> | undefined;
    const receiver = await startReceiver((response) => {
      left = new Promise((resolve) => response.once('close', resolve));
      response.writeHead(200);
      flood(response);
    });
    await send(receiver);
    await left;
    expect(receiver.requests).toHaveLength(1);
  });

  test('an interrupt ends the waiting', async () => {
    const controller = new AbortController();
    const receiver = await startReceiver((response) => {
      controller.abort();
      status(503)(response);
    });
    await expect(send(receiver, {}, controller.signal)).rejects.toThrow('interrupted');
    expect(receiver.requests).toHaveLength(1);
  });

  test('an interrupt ends a wait by the clock', async () => {
    const controller = new AbortController();
    const receiver = await startReceiver((response) => {
      status(503, { 'retry-after': '60' })(response);
      response.once('close', () => setTimeout(() => controller.abort(), 50));
    });
    const settings = channel({ type: 'webhook', url: `http://127.0.0.1:${receiver.port}/` });
    await expect(deliver('ops', settings, event, { signal: controller.signal })).rejects.toMatchObject({
      code: 'ALERT_FAILED',
      message: expect.stringContaining('it was interrupted'),
    });
  });
});

describe('secrets', () => {
  test('an error says no more of the address than scheme and host', async () => {
    const receiver = await startReceiver((response) => response.writeHead(404).end('Cannot POST /hook/T0P-SECRET'));
    const error = await send(receiver).catch((reason: Error) => reason);
    expect(error).toMatchObject({
      code: 'ALERT_FAILED',
      message: `alert channel ops: webhook at http://127.0.0.1:${receiver.port}: it answered 404 Not Found`,
    });
  });

  test('an address from a file is not said at all', async () => {
    const file = secretFile('http://127.0.0.1:9/T0P-SECRET\n');
    const error = await send({ port: 9 }, { urlFile: file, retries: 0 }).catch((reason: Error) => reason);
    expect(error).toMatchObject({ message: `alert channel ops: webhook of ${file}: ECONNREFUSED: connection refused` });
  });

  test.each([
    ['http://example.org/T0P-SECRET', 'http is for localhost only'],
    ['file:///T0P-SECRET', 'give an https address'],
    ['T0P-SECRET', 'give an address such as'],
  ])('an address from a file that cannot be used (%s) is refused and not said', async (text, words) => {
    const error = await send({ port: 9 }, { urlFile: secretFile(text) }).catch((reason: Error) => reason);
    expect((error as Error).message).toContain(words);
    expect((error as Error).message).not.toContain('T0P-SECRET');
  });
});

describe.skipIf(OPENSSL_MISSING !== undefined)('TLS', () => {
  const tls = (port: number, given: Record<string, unknown> = {}) =>
    send({ port }, { urlFile: secretFile(`https://user:pass@localhost:${port}/`), retries: 0, ...given });

  test('an authority of its own, and a password in the address', async () => {
    const certificate = makeCertificate();
    const receiver = await startReceiver(status(200), certificate);
    await tls(receiver.port, { caFile: certificate.file });
    expect(receiver.requests[0]?.headers.authorization).toBe(`Basic ${btoa('user:pass')}`);
  });

  test.each([
    ['nobody vouches for', undefined, () => ({})],
    ['another authority vouches for', undefined, () => ({ caFile: makeCertificate().file })],
  ])('a certificate that %s is refused', async (_, names, given) => {
    const receiver = await startReceiver(status(200), makeCertificate(names));
    await expect(tls(receiver.port, given())).rejects.toThrow('its certificate does not count');
    expect(receiver.requests).toHaveLength(0);
  });

  test('a certificate for another name is refused', async () => {
    const certificate = makeCertificate('DNS:elsewhere.example');
    const receiver = await startReceiver(status(200), certificate);
    await expect(tls(receiver.port, { caFile: certificate.file })).rejects.toThrow('its certificate does not count');
    expect(receiver.requests).toHaveLength(0);
  });

  test('an environment that wants no checks does not get its way', async () => {
    const receiver = await startReceiver(status(200), makeCertificate());
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    try {
      await expect(tls(receiver.port)).rejects.toThrow('its certificate does not count');
    } finally {
      delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    }
  });

  test('a receiver without TLS is refused', async () => {
    const receiver = await startReceiver(status(200));
    await expect(tls(receiver.port)).rejects.toThrow('it does not answer with TLS');
    expect(receiver.requests).toHaveLength(0);
  });
});

function flood(response: ServerResponse): void {
  const chunk = Buffer.alloc(64 * 1024);
  const more = () => {
    while (!response.destroyed && response.write(chunk));
    if (!response.destroyed) response.once('drain', more);
  };
  more();
}
