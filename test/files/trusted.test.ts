import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { readTrustedFile } from '../../src/files/trusted.js';
import { tempFolder } from '../helpers/temp.js';

const IS_ROOT = process.getuid?.() === 0;

let file: string;
beforeEach(() => {
  file = join(tempFolder(), 'file');
  writeFileSync(file, 'text\n', { mode: 0o600 });
});

const read = (secret = false) => readTrustedFile(file, { maxBytes: 100, secret });

it('reads what only its owner writes', () => {
  expect(read()).toBe('text\n');
  chmodSync(file, 0o644);
  expect(read()).toBe('text\n');
});

describe('refuses', () => {
  it.each([0o620, 0o602, 0o666])('a file of mode %o', (mode) => {
    chmodSync(file, mode);
    expect(() => read()).toThrow(`${file} can be written by others: chmod go-w ${file}`);
  });

  it.each([0o640, 0o604, 0o644, 0o601])('a secret in a file of mode %o', (mode) => {
    chmodSync(file, mode);
    expect(() => read(true)).toThrow(`${file} is open to others: chmod go= ${file}`);
  });

  it('a file in a folder that others may write', () => {
    chmodSync(join(file, '..'), 0o777);
    expect(() => read()).toThrow('can be written by others');
    chmodSync(join(file, '..'), 0o1777);
    expect(read()).toBe('text\n');
  });

  it.skipIf(!IS_ROOT)("somebody else's file, or one in somebody else's folder (needs root)", () => {
    chownSync(file, 12_345, 0);
    expect(() => read()).toThrow(`${file} belongs to user 12345`);
    chownSync(file, 0, 0);
    chownSync(join(file, '..'), 12_345, 0);
    expect(() => read()).toThrow('belongs to user 12345');
  });

  it('what is no regular file', () => {
    file = join(tempFolder(), 'other');
    execFileSync('mkfifo', [file]);
    expect(() => read()).toThrow('no regular file');
    file = join(tempFolder(), 'folder');
    mkdirSync(file);
    expect(() => read()).toThrow('no regular file');
    file = '/dev/null';
    expect(() => read()).toThrow('no regular file');
  });

  it('a file larger than it may be', () => {
    writeFileSync(file, 'x'.repeat(100));
    expect(read()).toHaveLength(100);
    writeFileSync(file, 'x'.repeat(101));
    expect(() => read()).toThrow('101 bytes, more than the 100');
  });

  it('bytes that are not UTF-8', () => {
    writeFileSync(file, Buffer.from('password\xe9', 'latin1'));
    expect(() => read()).toThrow(`${file} is not UTF-8 text`);
  });
});

it('takes a link to a safe file', () => {
  const link = join(tempFolder(), 'link');
  symlinkSync(file, link);
  file = link;
  expect(read()).toBe('text\n');
});

it('throws the error of the system for a file that is not there', () => {
  file = join(tempFolder(), 'none');
  expect(() => read()).toThrow(expect.objectContaining({ code: 'ENOENT' }));
});
