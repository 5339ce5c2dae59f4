import { closeSync, readSync } from 'node:fs';
import { type BytePath, basename, dirname, fromLatin1 } from '../files/bytepath.js';
import type { Failure } from '../files/failure.js';
import { FolderChain } from '../files/folder-chain.js';
import { type OpenFile, openRegular } from '../files/open.js';
import type { Report } from '../model.js';
import { GZIP_MAGIC } from '../package/gzip-header.js';
import type { RunOptions } from './options.js';
import { verifySignatureFile } from './verify-signature.js';

/** The name of a package tells only where its content cannot be seen. */
const PACKAGE_NAME = /\.tgz$/i;

/**
 * Verifies one file by what it begins with: a package, or else a signature alone.
 * @throws SigsweepError as {@link verifySignatureFile} and the verification of a package.
 */
export async function verifyFile(file: BytePath, options: RunOptions): Promise<Report> {
  const opened = openAlone(file);
  try {
    const isPackage = opened.ok ? beginsAsPackage(opened.descriptor) : PACKAGE_NAME.test(file);
    return await (isPackage ? verifyPackageFile(file, opened, options) : verifySignatureFile(file, options));
  } finally {
    if (opened.ok) closeSync(opened.descriptor);
  }
}

/** Reading packages is loaded only where there is one. */
async function verifyPackageFile(file: BytePath, opened: OpenFile | Failure, options: RunOptions): Promise<Report> {
  const [{ verifyPackage }, { fileSource, unreadSource }] = await Promise.all([
    import('./verify-package.js'),
    import('./package-source.js'),
  ]);
  return verifyPackage(file, opened.ok ? fileSource(opened, options) : unreadSource(opened), options);
}

function openAlone(file: BytePath): OpenFile | Failure {
  const folder = dirname(file);
  const chain = new FolderChain(folder === '' ? fromLatin1('/') : folder);
  try {
    return openRegular(chain, fromLatin1(''), basename(file));
  } finally {
    chain.close();
  }
}

function beginsAsPackage(descriptor: number): boolean {
  const head = Buffer.alloc(GZIP_MAGIC.length);
  try {
    readSync(descriptor, head, 0, head.length, 0);
  } catch {
    return false; // Reading it as a signature says why.
  }
  return head.equals(Buffer.from(GZIP_MAGIC));
}
