import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRevokedList } from '../../src/keys/fingerprint.js';
import { tempFolder } from '../helpers/temp.js';

const FINGERPRINT = 'AB'.repeat(20);

describe('a list of revoked fingerprints', () => {
  it.each([0o620, 0o602, 0o666])('with mode %o is refused: others could take revocations back', (mode) => {
    const file = join(tempFolder(), 'revoked');
    writeFileSync(file, `${FINGERPRINT}\n`);
    expect(readRevokedList(file)).toEqual([FINGERPRINT]);
    chmodSync(file, mode);
    expect(() => readRevokedList(file)).toThrow(
      expect.objectContaining({
        code: 'FILE_UNSAFE',
        message: `${file} can be written by others: chmod go-w ${file}`,
      }),
    );
  });

  it('is refused in a folder that others may write', () => {
    const folder = join(tempFolder(), 'open');
    mkdirSync(folder);
    writeFileSync(join(folder, 'revoked'), '');
    chmodSync(folder, 0o777);
    expect(() => readRevokedList(join(folder, 'revoked'))).toThrow(`chmod go-w ${folder}`);
  });

  it('is taken from a pipe, whoever may write it', async () => {
    const pipe = join(tempFolder(), 'revoked');
    execFileSync('mkfifo', ['-m', '666', pipe]);
    const writer = spawn('sh', ['-c', `echo ${FINGERPRINT} >"${pipe}"`]);
    expect(readRevokedList(pipe)).toEqual([FINGERPRINT]);
    await once(writer, 'close');
  });
});
