import { setImmediate as breathe } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { BytePath } from '../files/bytepath.js';
import { sha256 } from '../sha256.js';
import { installedCopies, signedFilesOf, unitsOf } from './areas.js';
import type { Jobs } from './jobs.js';
import type { JudgedModule, PlannedModule } from './judged-module.js';
import { ListedResults, planModule } from './listed.js';
import type { Meter } from './meter.js';
import type { Share } from './part.js';
import { judgeModule } from './signature/signed-module.js';
import { keyFoldersOf } from './signature/tree-keys.js';
import { gatherTrust, type Trust } from './signature/trust.js';
import type { Subject } from './subject.js';
import type { SignedFile } from './unlisted/judge-unlisted.js';
import type { SearchUnit } from './unlisted/tree.js';

/** Signatures in flight: while one is verified, the next file is read. */
const CONCURRENT_SIGNATURES = 4;

/** What follows from all signatures together. */
export interface Common {
  /** SHA-256 → the signed file with these bytes. */
  readonly signed: ReadonlyMap<string, SignedFile>;
  /** Path below the web root → SHA-256 of the signed file that is copied there. */
  readonly installed: ReadonlyMap<string, string>;
  /** One for each module, in their order; then, in a scan of everything, the rest of the web root. */
  readonly units: readonly SearchUnit[];
  /** Hash of all that it follows from. */
  readonly signatures: string;
}

/**
 * What the signatures of one scan say. Every part of it needs all of them: a file is known by whichever module lists it.
 * Who scans several parts judges each signature once and keeps this from one to the next.
 */
export class Signed {
  private trust: Promise<Trust> | undefined;
  private readonly modules = new Map<BytePath, PlannedModule>();
  private common: Common | undefined;

  /** @throws what {@link gatherTrust} throws. */
  trustFor({ options, chain, discovered, folderOf }: Subject, now: Date): Promise<Trust> {
    this.trust ??= gatherTrust(options, now, chain, keyFoldersOf(discovered, folderOf));
    return this.trust;
  }

  /**
   * Verifies the signatures that have not been; each verified manifest sends its files, where they are the share's own,
   * to be hashed while the next one is verified.
   * @returns all modules in the order of their names; fewer after an abort.
   */
  async judge(subject: Subject, share: Share, now: Date, jobs: Jobs, meter: Meter): Promise<JudgedModule[]> {
    const { layout, chain, options, names, memory } = subject;
    const { verifier } = await this.trustFor(subject, now);
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
      const planned =
        this.modules.get(name) ?? this.keep(await judgeModule(context, name, subject.folderOf(name)), subject);
      const results = new ListedResults(jobs, layout.roots);
      if (share.owns(name)) for (const file of planned.plan.files) results.check(file);
      meter.verified(jobs.asked);
      return { ...planned, results, unlisted: [] };
    });
    return judged.filter((module) => module !== null);
  }

  /** What follows from these, which {@link judge} returned. */
  commonOf({ search, names }: Subject, modules: readonly JudgedModule[]): Common {
    const common = this.common ?? {
      signed: signedFilesOf(modules),
      installed: installedCopies(modules),
      units: search === 'nothing' ? [] : unitsOf(modules, search === 'everything'),
      signatures: digestOf(modules),
    };
    // After an abort it is not all that follows.
    if (modules.length === names.length) this.common = common;
    return common;
  }

  private keep(module: PlannedModule['module'], { layout, memory }: Subject): PlannedModule {
    const planned = { module, plan: planModule(layout, module, memory) };
    this.modules.set(module.name, planned);
    return planned;
  }
}

/** By the hash of its text, which names a local list by its hash, too, and by whether it counts. */
function digestOf(modules: readonly PlannedModule[]): string {
  const said = modules.map(({ module: { name, signature, problem } }) => {
    return [name, signature?.textSha256 ?? null, problem?.verdict ?? null];
  });
  return sha256(Buffer.from(JSON.stringify(said)));
}
