import { type BytePath, join } from '../files/bytepath.js';
import type { Finding, ModuleReport } from '../model.js';
import type { UnlistedClass } from '../types.js';
import type { JudgedModule } from './judged-module.js';
import { compareFindings } from './order.js';
import { downgradeFinding } from './signature/downgrade.js';
import { noCounts } from './unlisted/unlisted.js';
import { decide, freepbxStatus, severityOfVerdict } from './verdict.js';

/** Which part of a scan somebody takes: the listed files and the folders of some modules, with the rest of the web root or without. */
export interface Share {
  readonly owns: (module: BytePath) => boolean;
  /** Whether what lies outside of modules is its own, too. */
  readonly rest: boolean;
}

/** The scan in one part. */
export const EVERYTHING: Share = { owns: () => true, rest: true };

/**
 * What one part of a scan found. Plain data: it may come from another machine. What has to be sorted or folded over the
 * whole scan is not yet, so that joined parts read like a scan in one.
 */
export interface ScanPart {
  /** Its own modules, those that it came to. */
  readonly modules: readonly ModuleReport[];
  /** Findings outside of modules. */
  readonly outside: readonly Finding[];
  /** Unlisted files by class, whether listed among the findings or only counted. */
  readonly unlisted: Readonly<Record<UnlistedClass, number>>;
  /** Findings that are only counted. */
  readonly infos: number;
  /** Bytes read and hashed. */
  readonly bytes: number;
  /** Whether everything of it could be looked at, apart from the listed files, which tell themselves. */
  readonly looked: boolean;
  /** What all signatures said, as a hash. Parts in which they said something else know other files: together they are no scan. */
  readonly signatures: string;
  /** On keys, time and places: every part of a scan says the same. */
  readonly notes: readonly string[];
  /** Folders below the web root that vanished meanwhile. */
  readonly vanished: readonly BytePath[];
  /** Folders below the web root on another file system than it. */
  readonly mounts: readonly BytePath[];
}

/** A part that had nothing to search. */
export const NOTHING_FOUND: Omit<ScanPart, 'modules'> = {
  outside: [],
  unlisted: noCounts(),
  infos: 0,
  bytes: 0,
  looked: true,
  signatures: '',
  notes: [],
  vanished: [],
  mounts: [],
};

/** The same, before its modules are decided. */
export interface GatheredPart extends Omit<ScanPart, 'modules'> {
  /** Absolute path of the web root. */
  readonly root: BytePath;
  readonly modules: readonly JudgedModule[];
}

/** Decides on the modules of a part. */
export function partOf({ root, modules, ...gathered }: GatheredPart): ScanPart {
  return { ...gathered, modules: modules.map((module) => moduleReport(module, root)) };
}

function moduleReport(judged: JudgedModule, webRoot: BytePath): ModuleReport {
  const { module, plan, results, unlisted } = judged;
  const { verdict, reason } = decide(judged);
  const { downgrade } = module;
  const downgraded = downgrade === null ? [] : [downgradeFinding(webRoot, module.folder, downgrade)];
  return {
    name: module.name,
    path: module.folder === '' ? webRoot : join(webRoot, module.folder),
    version: module.version,
    verdict,
    reason,
    severity: severityOfVerdict(verdict, module.name),
    freepbxStatus: freepbxStatus(verdict),
    signature: module.signature,
    listed: module.manifest?.entries.size ?? 0,
    hashed: results.hashed,
    reused: results.reused,
    unchecked: plan.unchecked.length,
    findings: [...downgraded, ...results.findings, ...unlisted].sort(compareFindings),
  };
}
