import { X509Certificate } from 'node:crypto';
import { errorInWords } from '../files/failure.js';
import { readTrustedFile } from '../files/trusted.js';
import { ChannelError } from './channel.js';

/** Longest password, key or address, in bytes. */
const MAX_SECRET_BYTES = 4096;

/** Largest file of certificates, in bytes; the system's own has 220 kB. */
const MAX_CERTIFICATES_BYTES = 4 * 1024 * 1024;

/**
 * Reads a password, a key or an address that is a secret. One line end behind it is not part of it.
 * @throws SigsweepError FILE_UNSAFE when others may read or write it.
 * @throws ChannelError when it cannot be read, is empty, or has more than one line.
 */
export function readSecret(file: string): string {
  const secret = read(file, MAX_SECRET_BYTES, true).replace(/\r?\n$/, '');
  if (secret === '') throw new ChannelError(`${file} is empty: write the secret into it`);
  if (/[\0\r\n]/.test(secret)) throw new ChannelError(`${file} has more than one line: leave only the secret in it`);
  return secret;
}

/**
 * Reads the certificates of authorities, PEM.
 * @throws SigsweepError FILE_UNSAFE when others may write it: they would decide whom a password is shown to.
 * @throws ChannelError when it cannot be read or holds none.
 */
export function readAuthorities(file: string): string {
  const text = read(file, MAX_CERTIFICATES_BYTES, false);
  try {
    new X509Certificate(text);
  } catch {
    throw new ChannelError(`${file} holds no certificate in PEM form`);
  }
  return text;
}

function read(file: string, maxBytes: number, secret: boolean): string {
  try {
    return readTrustedFile(file, { maxBytes, secret });
  } catch (cause) {
    if (cause instanceof Error && 'syscall' in cause) {
      throw new ChannelError(`${file} cannot be read: ${errorInWords(cause)}`, { cause });
    }
    throw cause;
  }
}
