import { chmodSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { queueAddressOf } from '../../src/cli/fleet/queue-options.js';
import { MAX_AUTHORITY_FILE_BYTES, MAX_QUEUE_PASSWORD_BYTES } from '../../src/limits.js';
import { runCli } from '../helpers/cli.js';
import { tempFolder } from '../helpers/temp.js';

const QUEUE = 'rediss://pbx-1:early@queue.example.net';

function file(content: string, mode = 0o600): string {
  const path = join(tempFolder(), 'file');
  writeFileSync(path, content, { mode });
  return path;
}

describe('the password of Redis', () => {
  it('is the first line of a file, and takes the place of one in the address', () => {
    const queuePasswordFile = file('late r\r\nnot this\n');
    expect(queueAddressOf({ queue: QUEUE, queuePasswordFile })).toMatchObject({ user: 'pbx-1', password: 'late r' });
    expect(queueAddressOf({ queue: QUEUE })).toMatchObject({ password: 'early' });
  });

  it('is refused where others can read it, where it is none, and where it is too large to be one', () => {
    const read = (queuePasswordFile: string) => () => queueAddressOf({ queue: QUEUE, queuePasswordFile });
    expect(read(file('secret', 0o640))).toThrow(expect.objectContaining({ code: 'FILE_UNSAFE' }));
    expect(read(file('\nsecret'))).toThrow(/first line, which is to be the password, is empty/);
    expect(read('/nowhere')).toThrow(/\/nowhere cannot be read: ENOENT/);
    const large = file('x');
    truncateSync(large, MAX_QUEUE_PASSWORD_BYTES);
    expect(read(large)()).toMatchObject({ host: 'queue.example.net' });
    truncateSync(large, MAX_QUEUE_PASSWORD_BYTES + 1);
    expect(read(large)).toThrow(/more than the 4096 it may have/);
  });

  it('and a token stand nowhere in what is said of the configuration', async () => {
    const env = { SIGSWEEP_AGENT_QUEUE: 'rediss://pbx-1:hunter2@queue.example.net', SIGSWEEP_AGENT_TOKEN: 'hunter2' };
    for (const form of [[], ['--json']]) {
      const { code, stdout } = await runCli(['config', 'print', ...form], { env });
      expect(code).toBe(0);
      expect(stdout).toContain('rediss://pbx-1:***@queue.example.net');
      expect(stdout).not.toContain('hunter2');
    }
  });
});

it('the authority may be read by all, is written by nobody else, and is no large file', () => {
  const read = (queueCa: string) => () => queueAddressOf({ queue: QUEUE, queueCa });
  expect(read(file('PEM', 0o644))()).toMatchObject({ authority: 'PEM', tls: true });
  const open = file('PEM');
  chmodSync(open, 0o666);
  expect(read(open)).toThrow(expect.objectContaining({ code: 'FILE_UNSAFE' }));
  const large = file('x');
  truncateSync(large, MAX_AUTHORITY_FILE_BYTES + 1);
  expect(read(large)).toThrow(/more than the 1048576 it may have/);
});

it('redis:// to another machine is refused unless somebody insists', () => {
  expect(() => queueAddressOf({ queue: 'redis://queue.example.net' })).toThrow(/use rediss:\/\/, or say --insecure/);
  expect(queueAddressOf({ queue: 'redis://queue.example.net', insecure: true })).toMatchObject({ tls: false });
});

it('a lock is no longer than timers can be', async () => {
  const { code, stderr } = await runCli(['agent', '--queue', 'redis://127.0.0.1:1', '--lock', '25d']);
  expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('give 1d at most') });
});
