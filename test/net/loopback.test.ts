import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { isLoopback, lookupLoopback } from '../../src/net/loopback.js';

test.each(['localhost', 'LocalHost', '127.0.0.1', '127.255.0.9', '::1', '[::1]', '::ffff:127.0.0.1'])(
  '%s is here',
  (host) => {
    expect(isLoopback(host)).toBe(true);
  },
);

test.each([
  '',
  'localhost.',
  'localhost.example.org',
  '128.0.0.1',
  '0.0.0.0',
  '::',
  '::2',
  '127.1',
  '0x7f.0.0.1',
  'fe80::1%lo',
])('%j is not, or not surely, here', (host) => {
  expect(isLoopback(host)).toBe(false);
});

test('a name is looked up, and refused where it leads elsewhere', async () => {
  const lookup = promisify(lookupLoopback as (...args: unknown[]) => void) as (
    host: string,
    options: object,
  ) => Promise<unknown>;
  await expect(lookup('127.0.0.1', {})).resolves.toBe('127.0.0.1');
  await expect(lookup('::1', { all: true })).resolves.toEqual([{ address: '::1', family: 6 }]);
  await expect(lookup('192.0.2.1', {})).rejects.toThrow('192.0.2.1 is 192.0.2.1, not this machine');
  await expect(lookup('192.0.2.1', { all: true })).rejects.toThrow('not this machine');
});
