import { DataError } from '../errors.js';
import { type BytePath, basename, dirname, fromLatin1 } from '../files/bytepath.js';
import { errorInWords } from '../files/failure.js';
import { SNIFF_BYTES } from '../limits.js';
import type { Finding, Report, SignatureReport } from '../model.js';
import type { PackageContents } from '../package/contents.js';
import { readPackage } from '../package/read-package.js';
import { signedFilesOf, uncoveredOf } from './areas.js';
import { assembleReport } from './assemble.js';
import type { JudgedModule } from './judged-module.js';
import { ListedResults, planModule } from './listed.js';
import { Meter } from './meter.js';
import type { RunOptions } from './options.js';
import { isLookedInto, isPackagedKey, PackageFiles } from './package-files.js';
import type { PackageSource } from './package-source.js';
import { NOTHING_FOUND } from './part.js';
import { checkOptions } from './run.js';
import type { ModuleProblem } from './signature/signature-file.js';
import { judgeModuleFiles, MODULE_XML, SIGNATURE_FILE, type SignedModule } from './signature/signed-module.js';
import { addFoundKeys } from './signature/tree-keys.js';
import { type FoundKeys, gatherTrustWith, type Trust } from './signature/trust.js';
import { UnlistedFiles } from './unlisted/unlisted.js';

const LOCAL: ModuleProblem = {
  verdict: 'unverified',
  reason: 'a local signature: its list lies on the machine that made it, so only the installed module can be verified',
};

/** Packages are called `<rawname>-<version>.tgz` where they are downloaded. */
const RELEASE_NAME = /^(\d[\w.-]*)\.tgz(?:\.gpg)?$/i;

/** The files of a package, or why there are none to be looked at. */
type Read =
  | { readonly contents: PackageContents; readonly problem: null }
  | { readonly contents: null; readonly problem: ModuleProblem };

/**
 * Verifies a package, a module as FreePBX downloads it, as if it were unpacked, and unpacks nothing: in it every listed
 * path lies below the module's folder, those of `framework` too.
 * @param file where it lies, for the report.
 * @throws SigsweepError USAGE and what gathering the keys throws; a package that is refused is a verdict.
 */
export async function verifyPackage(file: BytePath, source: PackageSource, options: RunOptions): Promise<Report> {
  checkOptions(options);
  const startedAt = new Date();
  const start = performance.now();
  const now = options.now ?? startedAt;
  const meter = new Meter(1, options.onProgress);
  const read = await readContents(source, options, meter);
  const trust = await gatherTrustWith(options, now, keysIn(read.contents));
  const outside = await source.problem();
  const problem = outside ?? read.problem;
  const { contents } = read;
  const module =
    contents === null ? nothingRead(file, source.signature, problem) : await judgeContents(file, contents, trust, now);
  const misnamed = module.problem === null ? otherRelease(file, module, contents) : null;
  const decisive = problem ?? misnamed;
  const judged = checkListed(file, decisive === null ? module : { ...module, problem: decisive }, contents);
  const unlisted = takeUnlisted(file, judged, contents, options);
  const files = contents?.files.size ?? 0;
  meter.verified(files);
  meter.end(files);
  return assembleReport(
    {
      kind: 'full',
      startedAt,
      milliseconds: performance.now() - start,
      root: dirname(file),
      oneFileSystem: false,
      failOn: options.failOn ?? 'high',
    },
    {
      ...NOTHING_FOUND,
      looked: trust.complete && !options.signal?.aborted,
      notes: [...trust.notes, ...source.notes],
      modules: [judged],
      ...(unlisted === null ? {} : { unlisted: unlisted.counts, infos: unlisted.unlistedInfos }),
      bytes: contents?.bytes ?? 0,
    },
  );
}

async function readContents(source: PackageSource, options: RunOptions, meter: Meter): Promise<Read> {
  const { signal, deep } = options;
  try {
    const contents = await readPackage(source.bytes, isLookedInto, {
      packedBytes: source.packedBytes,
      sniffBytes: deep ? Number.POSITIVE_INFINITY : SNIFF_BYTES,
      onFile: (files, bytes) => meter.read(files, bytes),
      ...(signal === undefined ? {} : { signal }),
    });
    return { contents, problem: null };
  } catch (error) {
    return { contents: null, problem: whyNotRead(error, signal) };
  }
}

/** @throws what is no property of the package. */
function whyNotRead(error: unknown, signal: AbortSignal | undefined): ModuleProblem {
  if (signal?.aborted) return { verdict: 'unverified', reason: 'the scan ended before the package was read' };
  if (error instanceof DataError) return { verdict: 'invalid', reason: `the package is refused: ${error.message}` };
  if (error instanceof Error && 'syscall' in error) {
    return { verdict: 'unverified', reason: `the package could not be read: ${errorInWords(error)}` };
  }
  throw error;
}

/** Material only, as the keys in a tree are. */
function keysIn(contents: PackageContents | null): FoundKeys {
  const keys = [...(contents?.files.keys() ?? [])].filter(isPackagedKey);
  return {
    addTo: (keyring) => addFoundKeys(keyring, keys, (key) => contents?.files.get(key)?.bytes ?? null),
    holder: 'package',
    places: 'signatures/*.key of the package',
  };
}

function judgeContents(file: BytePath, contents: PackageContents, trust: Trust, now: Date): Promise<SignedModule> {
  return judgeModuleFiles(new PackageFiles(contents).moduleFiles(basename(file)), {
    verifier: trust.verifier,
    now,
    localList: async () => ({ manifest: null, problem: LOCAL }),
    newest: null,
  });
}

/**
 * Old releases stay signed for ever, with the holes that newer ones closed: one that is handed out under the name of
 * another was put there by somebody.
 */
function otherRelease(
  file: BytePath,
  { name, version, manifest }: SignedModule,
  contents: PackageContents | null,
): ModuleProblem | null {
  // An altered module.xml is a finding, and what it says of the release worth nothing.
  if (contents?.files.get(MODULE_XML)?.sha256 !== manifest?.entries.get(MODULE_XML)) return null;
  if (!basename(file).startsWith(`${name}-`)) return null;
  const [, release] = RELEASE_NAME.exec(basename(file).slice(name.length + 1)) ?? [];
  if (release === undefined || release === version) return null;
  return {
    verdict: 'wrong-module',
    reason: `the file is named for release ${release}, and holds ${version ?? 'none'}`,
  };
}

/** A package that is known by its file's name alone. */
function nothingRead(file: BytePath, signature: SignatureReport | null, problem: ModuleProblem | null): SignedModule {
  const name = basename(file);
  const unknown = { version: null, signature, manifest: null, isUnnamed: false, downgrade: null };
  return { name, folder: name, ...unknown, problem };
}

function checkListed(file: BytePath, module: SignedModule, contents: PackageContents | null): JudgedModule {
  const plan = planModule({ roots: [file], locate: (_module, listed) => ({ root: 0, path: listed }) }, module);
  const files = new PackageFiles(contents ?? { name: module.name, files: new Map(), bytes: 0 });
  const results = new ListedResults(files, [file]);
  for (const listed of plan.files) results.check(listed);
  const findings = results.findings.map(asOfPackage);
  return { module, plan, results: withFindings(results, findings), unlisted: [] };
}

/** Of an installed system somebody may have removed a picture; a package that lacks one is not what its signer made. */
function asOfPackage(finding: Finding): Finding {
  return finding.kind === 'missing' && finding.severity === 'medium' ? { ...finding, severity: 'high' } : finding;
}

function withFindings(
  { hashed, reused, stamps, answered, unverified, tampered }: ListedResults,
  findings: Finding[],
): JudgedModule['results'] {
  return { findings, hashed, reused, stamps, answered, unverified, tampered };
}

/** What lies in the package and is not listed, judged by name and content as in a folder. */
function takeUnlisted(
  file: BytePath,
  judged: JudgedModule,
  contents: PackageContents | null,
  options: RunOptions,
): UnlistedFiles | null {
  if (contents === null) return null;
  const files = new PackageFiles(contents);
  const unlisted = new UnlistedFiles({
    access: files,
    webRoot: file,
    jobs: files,
    signed: signedFilesOf([judged]),
    installed: new Map(),
    // There is no link in a package.
    resolveLink: (_folder, target) => target,
    all: options.all ?? false,
    deep: options.deep ?? false,
    oneFileSystem: false,
  });
  const area = { folder: fromLatin1(''), uncovered: uncoveredOf(judged.module), findings: judged.unlisted };
  for (const path of contents.files.keys()) {
    if (path === SIGNATURE_FILE || judged.module.manifest?.entries.has(path)) continue;
    unlisted.take(area, path, { name: basename(path), type: 'file' });
  }
  return unlisted;
}
