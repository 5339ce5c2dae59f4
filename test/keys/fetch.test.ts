import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fetchKeys, type KeyAnswer } from '../../src/keys/fetch.js';
import { MAX_FETCHED_FILE_BYTES, MAX_FETCHED_KEY_BYTES } from '../../src/limits.js';
import { startReceiver, status } from '../alert/receiver.js';
import { A, ARMORED, answerOf, B, BINARY, body, C, failure, LOOKUP } from './server.js';

const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));

/** Compared by themselves where they are many: `toEqual` takes seconds. */
function bytesOf(answer: KeyAnswer | undefined): Buffer {
  return answer?.outcome === 'found' ? answer.bytes : Buffer.alloc(0);
}

describe('a server of keys', () => {
  it('is asked for each key by its whole fingerprint, and its answers are kept byte for byte', async () => {
    const server = await startReceiver((response, number) => body(number === 0 ? ARMORED : BINARY)(response));
    const fetched = await fetchKeys(`hkp://127.0.0.1:${server.port}`, [A, B, A]);
    expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `GET ${LOOKUP}${A}`,
      `GET ${LOOKUP}${B}`,
    ]);
    expect(server.requests[0]?.headers['user-agent']).toMatch(/^sigsweep\/\d+\.\d+\.\d+$/);
    expect(fetched).toEqual({
      kind: 'server',
      answers: new Map([
        [A, { outcome: 'found', bytes: ARMORED }],
        [B, { outcome: 'found', bytes: BINARY }],
      ]),
    });
  });

  it.each([
    ['hkp://localhost:PORT/', '/pks/lookup'],
    ['hkp://127.0.0.1:PORT/pks/lookup', '/pks/lookup'],
    ['HKP://127.0.0.1:PORT', '/pks/lookup'],
    ['http://127.0.0.1:PORT/pks/lookup', '/pks/lookup'],
    ['http://127.0.0.1:PORT/mirror/pks/lookup', '/mirror/pks/lookup'],
  ])('may be written as %s', async (from, path) => {
    const server = await startReceiver(body(BINARY));
    await fetchKeys(from.replace('PORT', String(server.port)), [A]);
    expect(server.requests).toMatchObject([{ path: `${path}?op=get&options=mr&exact=on&search=0x${A}` }]);
  });

  it.skipIf(!hasIpv6)('may be at an address of IPv6', async () => {
    const server = createServer((_, response) => body(BINARY)(response));
    await new Promise<void>((resolve) => server.listen(0, '::1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    expect(answerOf(await fetchKeys(`hkp://[::1]:${port}`, [A]))).toEqual({ outcome: 'found', bytes: BINARY });
    expect(await fetchKeys(`http://[::1]:${port}/a`, [])).toMatchObject({ file: { outcome: 'found' } });
  });

  it('that does not have a key is no failure', async () => {
    const server = await startReceiver((response, number) => (number === 0 ? status(404) : body(BINARY))(response));
    const fetched = await fetchKeys(`hkp://127.0.0.1:${server.port}`, [A, B]);
    expect(answerOf(fetched, A)).toEqual({ outcome: 'not-found' });
    expect(answerOf(fetched, B)).toMatchObject({ outcome: 'found' });
  });

  it.each([
    [500, 'it answered 500 Internal Server Error'],
    [204, 'it answered 204 No Content'],
    [206, 'it answered 206 Partial Content'],
    [599, 'it answered 599'],
  ])('that answers %i for one key is asked for the others', async (code, words) => {
    const server = await startReceiver((response, number) => (number === 0 ? status(code) : body(BINARY))(response));
    const fetched = await fetchKeys(`hkp://127.0.0.1:${server.port}`, [A, B]);
    const reason = `cannot get keys from hkp://127.0.0.1:${server.port}: ${words}`;
    expect(answerOf(fetched, A)).toEqual({ outcome: 'failed', reason });
    expect(answerOf(fetched, B)).toEqual({ outcome: 'found', bytes: BINARY });
  });

  it('that is lost on the way is not asked again, and what it answered before is kept', async () => {
    const server = await startReceiver((response, number) => {
      if (number === 0) body(BINARY)(response);
      else response.destroy();
    });
    const fetched = await fetchKeys(`hkp://127.0.0.1:${server.port}`, [A, B, C]);
    expect(answerOf(fetched, A)).toMatchObject({ outcome: 'found' });
    const lost = { outcome: 'failed', reason: expect.stringContaining('ECONNRESET') };
    expect([answerOf(fetched, B), answerOf(fetched, C)]).toEqual([lost, lost]);
    expect(server.requests).toHaveLength(2);
  });

  it('is not asked where no key is wanted', async () => {
    const server = await startReceiver(status(500));
    expect(await fetchKeys(`hkp://127.0.0.1:${server.port}`, [])).toEqual({ kind: 'server', answers: new Map() });
    expect(server.requests).toEqual([]);
  });

  it('takes the largest key allowed, and no larger one', async () => {
    const largest = Buffer.alloc(MAX_FETCHED_KEY_BYTES, 'x');
    const larger = Buffer.alloc(MAX_FETCHED_KEY_BYTES + 1, 'x');
    const answers = [body(largest), body(largest, true), body(larger), body(larger, true)];
    const server = await startReceiver((response, number) => answers[number]?.(response));
    const fetched = await fetchKeys(`hkp://127.0.0.1:${server.port}`, [A, B, C, 'D']);
    for (const fingerprint of [A, B]) expect(bytesOf(answerOf(fetched, fingerprint)).equals(largest)).toBe(true);
    const refused = { outcome: 'failed', reason: expect.stringContaining('larger than the 1048576 bytes') };
    expect([answerOf(fetched, C), answerOf(fetched, 'D')]).toEqual([refused, refused]);
  });

  it('whose answer has no end is cut off', async () => {
    let left: Promise<unknown> | undefined;
    const server = await startReceiver((response) => {
      left = new Promise((resolve) => response.once('close', resolve));
      const chunk = Buffer.alloc(64 * 1024);
      const more = () => {
        while (!response.destroyed && response.write(chunk));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    });
    const fetched = await fetchKeys(`hkp://127.0.0.1:${server.port}`, [A]);
    expect(answerOf(fetched)).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('is larger than') });
    await left;
  });
});

describe('a plain address', () => {
  it('is fetched once, as it is, whatever keys are wanted', async () => {
    const server = await startReceiver(body(BINARY));
    const fetched = await fetchKeys(`http://127.0.0.1:${server.port}/keys/all.asc?release=17#part`, [A, B]);
    expect(fetched).toEqual({ kind: 'file', file: { outcome: 'found', bytes: BINARY } });
    expect(server.requests.map(({ path }) => path)).toEqual(['/keys/all.asc?release=17']);
  });

  it('may be a question to a server of keys', async () => {
    const server = await startReceiver(body(ARMORED));
    const path = '/pks/lookup?op=get&search=0xB53D215A755231A3';
    expect(await fetchKeys(`http://127.0.0.1:${server.port}${path}`, [A])).toMatchObject({ kind: 'file' });
    expect(server.requests.map(({ path: asked }) => asked)).toEqual([path]);
  });

  it('under which nothing lies is no failure', async () => {
    const server = await startReceiver(status(404));
    const fetched = await fetchKeys(`http://127.0.0.1:${server.port}/all.asc`, []);
    expect(fetched).toEqual({ kind: 'file', file: { outcome: 'not-found' } });
  });

  it('takes the largest file allowed, and no larger one', async () => {
    const largest = Buffer.alloc(MAX_FETCHED_FILE_BYTES, 'x');
    const server = await startReceiver((response, number) =>
      body(number === 0 ? largest : Buffer.alloc(MAX_FETCHED_FILE_BYTES + 1), number === 2)(response),
    );
    const from = `http://127.0.0.1:${server.port}/all.asc`;
    const fetched = await fetchKeys(from, []);
    expect(bytesOf(fetched.kind === 'file' ? fetched.file : undefined).equals(largest)).toBe(true);
    for (const _ of ['with its length said', 'without']) {
      expect(await failure(from)).toContain('its answer is larger than the 4194304 bytes that are taken');
    }
  });
});

describe('a redirect', () => {
  it.each([301, 302, 303, 307, 308])('(%i) is not followed, and only its host is said', async (code) => {
    const other = await startReceiver(body(BINARY));
    const location = `http://user:hunter2@127.0.0.1:${other.port}/T0P?SECRET`;
    const server = await startReceiver(status(code, { location }));
    const message = await failure(`http://127.0.0.1:${server.port}/all.asc?key=T0P-SECRET`);
    expect(message).toMatch(
      new RegExp(
        `^cannot get keys from http://127.0.0.1:${server.port}: it answered ${code} [\\w ]+, ` +
          `which leads to http://127.0.0.1:${other.port}: redirects are not followed$`,
      ),
    );
    expect(other.requests).toEqual([]);
  });

  it.each([
    ['/elsewhere', /which leads to http:\/\/127\.0\.0\.1:\d+: /],
    ['http://[', /answered 302 Found: redirects/],
    ['', /answered 302 Found: redirects/],
    [`http://${'x'.repeat(5000)}/`, /which leads to http:\/\/x+…x+: redirects/],
    [`hkp://\u00fa\u00a7/`, /which leads to hkp:\/\/[\x21-\x7e]+: redirects/],
  ])('to %s is refused too', async (location, words) => {
    const server = await startReceiver(status(302, { location }));
    const message = await failure(`http://127.0.0.1:${server.port}/all.asc`);
    expect(message).toMatch(words);
    expect(message.length).toBeLessThan(300);
  });

  it('of a server of keys is what it answered for that key', async () => {
    const server = await startReceiver(status(302, { location: 'https://keys.example.org/' }));
    const fetched = await fetchKeys(`hkp://127.0.0.1:${server.port}`, [A]);
    expect(answerOf(fetched)).toMatchObject({
      outcome: 'failed',
      reason: expect.stringContaining('leads to https://keys.example.org: redirects are not followed'),
    });
  });
});
