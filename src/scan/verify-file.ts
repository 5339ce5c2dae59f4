import { closeSync, readSync } from 'node:fs';
import { type BytePath, basename, dirname, fromLatin1 } from '../files/bytepath.js';
import type { Failure } from '../files/failure.js';
import { FolderChain } from '../files/folder-chain.js';
import { type OpenFile, openRegular } from '../files/open.js';
import type { Report } from '../model.js';
import { GZIP_MAGIC } from '../package/gzip-header.js';
import type { RunOptions } from './options.js';
import { verifySignatureFile } from './verify-signature.js';

/** What is called like a package and is none must not pass for one: a list alone says nothing of any files. */
const PACKAGE_NAMES = { package: /\.tgz$/i, 'signed-package': /\.tgz\.gpg$/i } as const;

/** What a file is, by what it begins with, and else by its name. */
type Kind = 'signature' | 'package' | 'signed-package';

/**
 * Verifies one file by what it begins with, and else by its name: a package, or a signature alone.
 * @throws SigsweepError as {@link verifySignatureFile} and the verification of a package.
 */
export async function verifyFile(file: BytePath, options: RunOptions): Promise<Report> {
  const opened = openAlone(file);
  try {
    const kind = (opened.ok ? kindOf(opened.descriptor) : null) ?? kindByName(file);
    return await (kind === 'signature'
      ? verifySignatureFile(file, options)
      : verifyPackageFile(file, opened, kind, options));
  } finally {
    if (opened.ok) closeSync(opened.descriptor);
  }
}

/** Reading packages is loaded only where there is one. */
async function verifyPackageFile(
  file: BytePath,
  opened: OpenFile | Failure,
  kind: Exclude<Kind, 'signature'>,
  options: RunOptions,
): Promise<Report> {
  const [{ verifyPackage }, { fileSource, unreadSource }, { signedPackageSource }] = await Promise.all([
    import('./verify-package.js'),
    import('./package-source.js'),
    import('./signed-package.js'),
  ]);
  if (!opened.ok) return verifyPackage(file, unreadSource(opened), options);
  if (kind === 'package') return verifyPackage(file, fileSource(opened, options), options);
  return verifyPackage(file, await signedPackageSource(opened, options), options);
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

function kindByName(file: BytePath): Kind {
  if (PACKAGE_NAMES.package.test(file)) return 'package';
  return PACKAGE_NAMES['signed-package'].test(file) ? 'signed-package' : 'signature';
}

/** What a file begins with; `null` where that is no package. */
function kindOf(descriptor: number): Exclude<Kind, 'signature'> | null {
  const head = Buffer.alloc(GZIP_MAGIC.length);
  try {
    readSync(descriptor, head, 0, head.length, 0);
  } catch {
    return null; // Reading it says why it cannot be read.
  }
  if (head.equals(Buffer.from(GZIP_MAGIC))) return 'package';
  // Every OpenPGP packet begins so, and no line of a signature does (RFC 9580 §4.2).
  return ((head[0] ?? 0) & 0x80) === 0 ? null : 'signed-package';
}
