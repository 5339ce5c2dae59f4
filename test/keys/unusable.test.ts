import type { ServerResponse } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeCertificate, OPENSSL_MISSING } from '../alert/certificate.js';
import { startReceiver } from '../alert/receiver.js';
import { runNode } from '../helpers/node.js';
import { A, B, BINARY, body, C, failure, LOOKUP } from './server.js';

describe('a server that cannot be used', () => {
  it('because nobody listens', async () => {
    expect(await failure('hkp://127.0.0.1:9', [A, B])).toBe(
      'cannot get keys from hkp://127.0.0.1:9: ECONNREFUSED: connection refused',
    );
    expect(await failure('http://localhost:9/all.asc?T0P=SECRET')).toBe(
      'cannot get keys from http://localhost:9: ECONNREFUSED: connection refused',
    );
  });

  it('because its name is none', async () => {
    // Too long for one, which nobody need be asked to know.
    const name = 'x'.repeat(64);
    expect(await failure(`hkp://${name}`)).toMatch(new RegExp(`^cannot get keys from hkp://${name}: ENOTFOUND: \\w+`));
  });

  it('because it does not speak HTTP', async () => {
    const server = createServer((socket) => socket.on('error', () => undefined).end('220 mail.example.org ESMTP\r\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    expect(await failure(`hkp://127.0.0.1:${port}`)).toContain('it does not answer with HTTP');
  });

  it('because it hangs up in the middle of a key', async () => {
    const server = await startReceiver((response) => {
      response.writeHead(200, { 'content-length': '100' }).write('half a key', () => response.destroy());
    });
    expect(await failure(`http://127.0.0.1:${server.port}/all.asc`)).toContain('ECONNRESET');
  });

  it.each([
    ['nothing', () => undefined],
    ['one byte now and then', (response: ServerResponse) => drip(response)],
  ])('because it sends %s until the time is over', async (_, answer) => {
    const server = await startReceiver(answer);
    const message = await failure(`hkp://127.0.0.1:${server.port}`, [A, B], { timeoutMilliseconds: 300 });
    expect(message).toBe(`cannot get keys from hkp://127.0.0.1:${server.port}: it took longer than 0.3 s`);
    expect(server.requests).toHaveLength(1);
  });
});

describe('an interrupt', () => {
  it('ends an exchange', async () => {
    const controller = new AbortController();
    const server = await startReceiver(() => controller.abort());
    const message = await failure(`hkp://127.0.0.1:${server.port}`, [A, B], { signal: controller.signal });
    expect(message).toContain('it was interrupted');
    expect(server.requests).toHaveLength(1);
  });

  it('gives up what was answered before', async () => {
    const controller = new AbortController();
    const server = await startReceiver((response, number) => {
      if (number === 1) controller.abort();
      else body(BINARY)(response);
    });
    const message = await failure(`hkp://127.0.0.1:${server.port}`, [A, B, C], { signal: controller.signal });
    expect(message).toContain('it was interrupted');
    expect(server.requests).toHaveLength(2);
  });

  it('that came before asks nobody', async () => {
    const server = await startReceiver(body(BINARY));
    const message = await failure(`http://127.0.0.1:${server.port}/all.asc`, [], { signal: AbortSignal.abort() });
    expect(message).toContain('it was interrupted');
    expect(server.requests).toEqual([]);
  });
});

describe.skipIf(OPENSSL_MISSING !== undefined)('TLS', () => {
  it.each(['hkps://localhost:PORT', 'https://localhost:PORT/all.asc'])(
    'a certificate that nobody vouches for is refused (%s)',
    async (from) => {
      const server = await startReceiver(body(BINARY), makeCertificate());
      expect(await failure(from.replace('PORT', String(server.port)))).toMatch(
        /localhost:\d+: its certificate does not count \(DEPTH_ZERO_SELF_SIGNED_CERT\): .* NODE_EXTRA_CA_CERTS/,
      );
      expect(server.requests).toEqual([]);
    },
  );

  it('an environment that wants no checks does not get its way', async () => {
    const server = await startReceiver(body(BINARY), makeCertificate());
    const { stdout } = await fetchElsewhere(server.port, { NODE_TLS_REJECT_UNAUTHORIZED: '0' });
    expect(stdout).toContain('its certificate does not count');
    expect(server.requests).toEqual([]);
  });

  it('an authority that the environment names counts, for the host in the certificate', async () => {
    const certificate = makeCertificate();
    const server = await startReceiver(body(BINARY), certificate);
    const { stdout } = await fetchElsewhere(server.port, { NODE_EXTRA_CA_CERTS: certificate.file });
    expect(stdout).toBe(BINARY.toString('hex'));
    expect(server.requests).toMatchObject([{ path: LOOKUP + A }]);

    const other = makeCertificate('DNS:elsewhere.example');
    const wrong = await startReceiver(body(BINARY), other);
    const { stdout: refusal } = await fetchElsewhere(wrong.port, { NODE_EXTRA_CA_CERTS: other.file });
    expect(refusal).toContain('its certificate does not count (ERR_TLS_CERT_ALTNAME_INVALID)');
  });

  it('a server without it is refused', async () => {
    const server = await startReceiver(body(BINARY));
    expect(await failure(`hkps://127.0.0.1:${server.port}`)).toContain('it does not answer with TLS');
    expect(server.requests).toEqual([]);
  });
});

/** Fetches one key in a process of its own, which takes its authorities from its environment when it starts. */
function fetchElsewhere(port: number, env: Readonly<Record<string, string>>) {
  const built = new URL('../../dist/src/keys/fetch.js', import.meta.url).href;
  const script = `const { fetchKeys } = await import('${built}');
    await fetchKeys('hkps://localhost:${port}', ['${A}']).then(
      ({ answers }) => process.stdout.write(answers.get('${A}').bytes.toString('hex')),
      ({ message }) => process.stdout.write(message),
    );`;
  return runNode('--input-type=module', ['--eval', script], env);
}

function drip(response: ServerResponse): void {
  response.writeHead(200);
  const timer = setInterval(() => response.write('x'), 20);
  response.once('close', () => clearInterval(timer));
}
