import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readAuthorities, readSecret } from '../../src/alert/secrets.js';
import { tempFolder } from '../helpers/temp.js';
import { makeCertificate, OPENSSL_MISSING } from './certificate.js';
import { secretFile } from './secret.js';

describe('a secret', () => {
  test.each([
    ['word', 'word'],
    ['word\n', 'word'],
    ['word\r\n', 'word'],
    [' two words \n', ' two words '],
    ['größer\n', 'größer'],
  ])('%j is read as %j', (text, secret) => {
    expect(readSecret(secretFile(text))).toBe(secret);
  });

  test.each([
    ['', 'is empty'],
    ['\n', 'is empty'],
    ['one\ntwo\n', 'more than one line'],
    ['one\n\n', 'more than one line'],
    ['one\0', 'more than one line'],
  ])('%j is refused', (text, words) => {
    expect(() => readSecret(secretFile(text))).toThrow(words);
  });

  test('that is too long for one is refused', () => {
    expect(() => readSecret(secretFile('x'.repeat(5000)))).toThrow('5000 bytes');
  });

  test.each([0o604, 0o640, 0o620, 0o601])('of mode %o is refused, with what to do', (mode) => {
    const file = secretFile('word');
    chmodSync(file, mode);
    expect(() => readSecret(file)).toThrow(`chmod go= ${file}`);
  });

  test('in a folder of others is refused', () => {
    const file = secretFile('word');
    chmodSync(dirname(file), 0o777);
    expect(() => readSecret(file)).toThrow(`chmod go-w ${dirname(file)}`);
  });

  test('that is not there, or is no file', () => {
    const folder = tempFolder();
    mkdirSync(join(folder, 'folder'));
    expect(() => readSecret(join(folder, 'none'))).toThrow(`${join(folder, 'none')} cannot be read: ENOENT`);
    expect(() => readSecret(join(folder, 'folder'))).toThrow('is no regular file');
  });
});

describe('certificates of authorities', () => {
  test.skipIf(OPENSSL_MISSING !== undefined)('are read', () => {
    const { file, cert } = makeCertificate();
    expect(readAuthorities(file)).toBe(cert);
  });

  test('that are none are refused: nobody would count', () => {
    const file = join(tempFolder(), 'ca.pem');
    writeFileSync(file, 'nothing of the kind');
    expect(() => readAuthorities(file)).toThrow('holds no certificate');
  });
});
