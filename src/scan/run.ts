import { availableParallelism } from 'node:os';
import { SigsweepError } from '../errors.js';
import { type BytePath, fromLatin1 } from '../files/bytepath.js';
import { MAX_RATE, MAX_THREADS, MIN_RATE } from '../limits.js';
import type { Finding, Report } from '../model.js';
import { SEVERITIES } from '../types.js';
import { areasOf } from './areas.js';
import { joinParts } from './assemble.js';
import { Jobs } from './jobs.js';
import type { JudgedModule } from './judged-module.js';
import type { ScanMemory } from './memory.js';
import { Meter } from './meter.js';
import { layoutNotes } from './notes.js';
import type { RunOptions } from './options.js';
import { EVERYTHING, partOf, type ScanPart, type Share } from './part.js';
import { Signed } from './signed.js';
import type { Subject } from './subject.js';
import { strangersOf } from './system/discover.js';
import type { Layout } from './system/layout.js';
import { TreeAccess } from './unlisted/file-access.js';
import { Tree } from './unlisted/tree.js';
import { UnlistedFiles } from './unlisted/unlisted.js';

/** Up to this many modules, it is seen when their files come whether threads are worth their start. */
const FEW_MODULES = 8;

/** What a run found. */
export interface Run {
  readonly report: Report;
  /** The modules with what is signed of each. */
  readonly modules: readonly JudgedModule[];
}

/** What a part of a run found. */
export interface PartRun {
  readonly part: ScanPart;
  /** All modules of the run with what is signed of each, whoever's they are; fewer after an abort. */
  readonly modules: readonly JudgedModule[];
}

/** The whole run as one part. */
export async function run(subject: Subject): Promise<Run> {
  const { options, layout, memory, names } = subject;
  const startedAt = new Date();
  const start = performance.now();
  const { part, modules } = await runPart(subject, EVERYTHING, new Signed(), options.now ?? startedAt);
  const head = {
    kind: memory?.kind ?? 'full',
    startedAt,
    milliseconds: performance.now() - start,
    root: webRootOf(layout),
    modules: names.length,
    oneFileSystem: options.oneFileSystem ?? false,
    failOn: options.failOn ?? 'high',
  };
  return { report: joinParts(head, [part]), modules };
}

/**
 * The way of the data, one direction: signatures → manifests → plan → hashing (while the tree is walked) → part.
 * @param share what of it is looked at; the signatures are all judged.
 * @param signed what other parts of the same run learnt of them; kept for the next.
 * @param now the time at which signatures are judged.
 */
export async function runPart(subject: Subject, share: Share, signed: Signed, now: Date): Promise<PartRun> {
  const { layout, chain, options, names, discovered } = subject;
  checkOptions(options);
  const meter = new Meter(names.length, options.onProgress);
  const jobs = new Jobs({
    roots: layout.roots,
    threads: options.threads ?? availableParallelism(),
    onProgress: (files, bytes) => meter.read(files, bytes),
    ...(options.maxRate === undefined ? {} : { maxRate: options.maxRate }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  try {
    if (names.filter(share.owns).length > FEW_MODULES) await jobs.expectMany();
    const trust = await signed.trustFor(subject, now);
    const modules = await signed.judge(subject, share, now, jobs, meter);
    const common = signed.commonOf(subject, modules);
    const outside: Finding[] = [];
    const unlisted = new UnlistedFiles({
      access: new TreeAccess(chain, (bytes) => jobs.charge(bytes)),
      webRoot: webRootOf(layout),
      jobs,
      resolveLink: layout.resolveLink,
      signed: common.signed,
      installed: common.installed,
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
    const own = modules.filter(({ module }) => share.owns(module.name));
    for (const [index, unit] of common.units.entries()) {
      const module = modules[index]?.module;
      if (module === undefined ? share.rest : share.owns(module.name)) tree.search(unit);
    }
    if (subject.search === 'everything' && share.rest) {
      tree.takeStrangers(strangersOf(discovered, common.units.at(-1)?.known ?? []));
    }
    await jobs.drain();
    // What the coordinator itself had to read may not be paid for yet.
    await jobs.turn();
    meter.end(jobs.asked);
    rememberStamps(subject.memory, own);
    const part = partOf({
      root: webRootOf(layout),
      modules: own,
      outside,
      unlisted: unlisted.counts,
      infos: unlisted.unlistedInfos,
      bytes: jobs.bytesRead,
      looked:
        trust.complete &&
        discovered.problem === null &&
        names.length > 0 &&
        tree.complete &&
        !unlisted.unverified &&
        modules.length === names.length &&
        !options.signal?.aborted,
      signatures: common.signatures,
      notes: [...trust.notes, ...layoutNotes(layout, modules, discovered)],
      vanished: tree.vanished,
      mounts: tree.mounts,
    });
    return { part, modules };
  } finally {
    await jobs.close();
  }
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
