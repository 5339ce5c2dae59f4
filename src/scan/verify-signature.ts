import { type BytePath, basename, dirname, fromLatin1 } from '../files/bytepath.js';
import { FolderChain } from '../files/folder-chain.js';
import { readFileBelow } from '../files/read.js';
import { MAX_SIGNATURE_FILE_BYTES } from '../limits.js';
import type { Report } from '../model.js';
import { assembleReport } from './assemble.js';
import type { JudgedModule } from './judged-module.js';
import type { RunOptions } from './options.js';
import { NOTHING_FOUND } from './part.js';
import {
  expiryProblem,
  type JudgedSignature,
  judgeSignatureFile,
  type ModuleProblem,
  unreadSignature,
} from './signature/signature-file.js';
import { SIGNATURE_FILE } from './signature/signed-module.js';
import { gatherTrust } from './signature/trust.js';

const SIGNATURE_ONLY = 'only the signature was verified: none of the listed files was looked at';

/** Verifies a lone signature file: who signed it, whether that counts, and whether its text is a manifest. */
export async function verifySignatureFile(file: BytePath, options: RunOptions): Promise<Report> {
  const startedAt = new Date();
  const start = performance.now();
  const now = options.now ?? startedAt;
  const trust = await gatherTrust(options, now, null, []);
  const folder = dirname(file);
  const chain = new FolderChain(folder === '' ? fromLatin1('/') : folder);
  try {
    const read = readFileBelow(chain, basename(file), MAX_SIGNATURE_FILE_BYTES);
    const judged = read.ok
      ? await judgeSignatureFile(trust.verifier, read.bytes)
      : { signature: null, manifest: null, problem: unreadSignature(read) };
    return assembleReport(
      {
        kind: 'full',
        startedAt,
        milliseconds: performance.now() - start,
        root: folder,
        oneFileSystem: false,
        failOn: options.failOn ?? 'high',
      },
      {
        ...NOTHING_FOUND,
        notes: judged.manifest === null ? trust.notes : [...trust.notes, SIGNATURE_ONLY],
        modules: [asModule(file, judged, now)],
        bytes: read.ok ? read.size : 0,
      },
    );
  } finally {
    chain.close();
  }
}

/** The signature as a module of which no file was looked at. */
function asModule(file: BytePath, judged: JudgedSignature, now: Date): JudgedModule {
  const { signature, manifest } = judged;
  const name = basename(file) === SIGNATURE_FILE ? basename(dirname(file)) : basename(file);
  const problem = judged.problem ?? localProblem(judged) ?? expiryProblem(manifest === null ? [] : [manifest], now);
  const entries = [...(manifest?.entries ?? [])];
  const unchecked = entries.map(([listed, expected]) => ({ module: name, listed, expected }));
  return {
    module: {
      name,
      folder: basename(file),
      version: null,
      signature,
      manifest,
      isUnnamed: false,
      downgrade: null,
      problem,
    },
    plan: { files: [], stampKey: '', unchecked },
    results: { findings: [], hashed: 0, reused: 0, stamps: [], answered: 0, unverified: false, tampered: false },
    unlisted: [],
  };
}

/** A local signature only points to the real list, which is judged together with the module's folder. */
function localProblem({ manifest }: JudgedSignature): ModuleProblem | null {
  if (manifest?.type !== 'local') return null;
  return { verdict: 'unverified', reason: 'a local signature: verify the folder of the module instead of the file' };
}
