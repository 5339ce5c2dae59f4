import { availableParallelism } from 'node:os';
import { setImmediate as breathe } from 'node:timers/promises';
import pLimit from 'p-limit';
import { SigsweepError } from '../errors.js';
import { type BytePath, fromLatin1 } from '../files/bytepath.js';
import type { FolderChain } from '../files/folder-chain.js';
import { MAX_RATE, MAX_THREADS, MIN_RATE } from '../limits.js';
import type { Finding, Report } from '../model.js';
import { SEVERITIES } from '../types.js';
import { areasOf, installedCopies, signedFilesOf, unitsOf } from './areas.js';
import { assembleReport } from './assemble.js';
import { Jobs } from './jobs.js';
import type { JudgedModule } from './judged-module.js';
import { ListedResults, planModule } from './listed.js';
import type { ScanMemory } from './memory.js';
import { Meter } from './meter.js';
import { layoutNotes } from './notes.js';
import type { RunOptions } from './options.js';
import { judgeModule } from './signature/signed-module.js';
import { keyFoldersOf } from './signature/tree-keys.js';
import { gatherTrust, type Trust } from './signature/trust.js';
import { type Discovered, strangersOf } from './system/discover.js';
import type { Layout } from './system/layout.js';
import { TreeAccess } from './unlisted/file-access.js';
import { Tree } from './unlisted/tree.js';
import { UnlistedFiles } from './unlisted/unlisted.js';

/** Signatures in flight: while one is verified, the next file is read. */
const CONCURRENT_SIGNATURES = 4;

/** Up to this many modules, it is seen when their files come whether threads are worth their start. */
const FEW_MODULES = 8;

/** What one run looks at. */
export interface Subject {
  readonly layout: Layout;
  /** Over the layout's first root. */
  readonly chain: FolderChain;
  readonly options: RunOptions;
  /** What earlier scans remember. */
  readonly memory?: ScanMemory;
  /** The modules to verify. */
  readonly names: readonly BytePath[];
  readonly discovered: Discovered;
  /** Where files are looked for that nobody signed: the modules' own folders, all below the first root, or nowhere. */
  readonly search: 'modules' | 'everything' | 'nothing';
  /** A module's folder below the first root. */
  readonly folderOf: (module: BytePath) => BytePath;
}

/** What a run found. */
export interface Run {
  readonly report: Report;
  /** The modules with what is signed of each. */
  readonly modules: readonly JudgedModule[];
}

/** The way of the data, one direction: signatures → manifests → plan → hashing (while the tree is walked) → report. */
export async function run(subject: Subject): Promise<Run> {
  const { layout, chain, options } = subject;
  checkOptions(options);
  const startedAt = new Date();
  const start = performance.now();
  const meter = new Meter(subject.names.length, options.onProgress);
  const jobs = new Jobs({
    roots: layout.roots,
    threads: options.threads ?? availableParallelism(),
    onProgress: (files, bytes) => meter.read(files, bytes),
    ...(options.maxRate === undefined ? {} : { maxRate: options.maxRate }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  try {
    if (subject.names.length > FEW_MODULES) await jobs.expectMany();
    const trust = await gatherTrust(
      options,
      options.now ?? startedAt,
      chain,
      keyFoldersOf(subject.discovered, subject.folderOf),
    );
    const modules = await judgeModules(subject, trust, options.now ?? startedAt, jobs, meter);
    const outside: Finding[] = [];
    const unlisted = new UnlistedFiles({
      access: new TreeAccess(chain, (bytes) => jobs.charge(bytes)),
      webRoot: webRootOf(layout),
      jobs,
      resolveLink: layout.resolveLink,
      signed: signedFilesOf(modules),
      installed: installedCopies(modules),
      all: options.all ?? false,
      deep: options.deep ?? false,
      oneFileSystem: options.oneFileSystem ?? false,
    });
    const tree = new Tree({
      chain,
      webRoot: webRootOf(layout),
      jobs,
      unlisted,
      areas: areasOf(modules, outside),
      oneFileSystem: options.oneFileSystem ?? false,
      countsDependencies: !options.all && !options.deep,
    });
    const whole = subject.search === 'everything';
    const units = subject.search === 'nothing' ? [] : unitsOf(modules, whole);
    for (const unit of units) tree.search(unit);
    if (whole) tree.takeStrangers(strangersOf(subject.discovered, units.at(-1)?.known ?? []));
    await jobs.drain();
    // What the coordinator itself had to read may not be paid for yet.
    await jobs.turn();
    meter.end(jobs.asked);
    rememberStamps(subject.memory, modules);
    const report = assembleReport({
      kind: subject.memory?.kind ?? 'full',
      startedAt,
      milliseconds: performance.now() - start,
      root: webRootOf(layout),
      looked:
        trust.complete &&
        subject.discovered.problem === null &&
        subject.names.length > 0 &&
        tree.complete &&
        !unlisted.unverified &&
        modules.length === subject.names.length &&
        !options.signal?.aborted,
      notes: [...trust.notes, ...layoutNotes(layout, modules, subject.discovered), ...tree.notes],
      modules,
      outside,
      unlisted,
      bytes: jobs.bytesRead,
      failOn: options.failOn ?? 'high',
    });
    return { report, modules };
  } finally {
    await jobs.close();
  }
}

/** Verifies the signatures; each verified manifest sends its files to be hashed while the next one is verified. */
async function judgeModules(
  subject: Subject,
  { verifier }: Trust,
  now: Date,
  jobs: Jobs,
  meter: Meter,
): Promise<JudgedModule[]> {
  const { layout, chain, options, names, memory } = subject;
  const onRead = (bytes: number) => jobs.charge(bytes);
  const context = {
    chain,
    verifier,
    secureFolder: layout.secureFolder,
    now,
    onRead,
    ...(memory === undefined ? {} : { memory }),
  };
  const judged = await pLimit(CONCURRENT_SIGNATURES).map(names, async (name): Promise<JudgedModule | null> => {
    // Between two of them signals and results get their turn.
    await breathe();
    await jobs.turn();
    if (options.signal?.aborted) return null;
    const module = await judgeModule(context, name, subject.folderOf(name));
    const plan = planModule(layout, module, memory);
    const results = new ListedResults(jobs, layout.roots);
    for (const file of plan.files) results.check(file);
    meter.verified(jobs.asked);
    return { module, plan, results, unlisted: [] };
  });
  return judged.filter((module) => module !== null);
}

/** What was right becomes what the next quick scan does not read. */
function rememberStamps(memory: ScanMemory | undefined, modules: readonly JudgedModule[]): void {
  for (const { module, plan, results } of modules) {
    if (plan.files.length === 0) continue;
    memory?.remember(
      module.name,
      plan.stampKey,
      plan.files.map(({ index }) => results.stamps[index] ?? ''),
    );
  }
}

/**
 * What the type checker cannot see of a program that does not use it: a misspelt severity would count nothing.
 * @throws SigsweepError USAGE
 */
export function checkOptions({ failOn, threads, maxRate }: RunOptions): void {
  if (failOn !== undefined && !SEVERITIES.includes(failOn)) {
    throw new SigsweepError('USAGE', `failOn '${failOn}' is no severity: give one of ${SEVERITIES.join(', ')}`);
  }
  if (threads !== undefined && !(Number.isInteger(threads) && threads >= 0 && threads <= MAX_THREADS)) {
    throw new SigsweepError('USAGE', `threads ${threads}: give a whole number from 0 to ${MAX_THREADS}`);
  }
  if (maxRate !== undefined && !(Number.isFinite(maxRate) && maxRate >= MIN_RATE && maxRate <= MAX_RATE)) {
    throw new SigsweepError('USAGE', `maxRate ${maxRate}: give MB per second, from ${MIN_RATE} to ${MAX_RATE}`);
  }
}

function webRootOf(layout: Layout): BytePath {
  return layout.roots[0] ?? fromLatin1('');
}
