import { createHash } from 'node:crypto';
import { lstatSync } from 'node:fs';
import { type BytePath, dirname, fromLatin1, join, toFsPath } from '../../files/bytepath.js';
import { isInNodeModules } from '../../files/names.js';
import type { EntryType } from '../../files/walk.js';
import { type FileResult, Task } from '../../hash/job.js';
import type { FoundEntry } from '../../hash/search.js';
import { MAX_COPY_BYTES } from '../../limits.js';
import type { Finding } from '../../model.js';
import { type Severity, UNLISTED_CLASSES, type UnlistedClass } from '../../types.js';
import type { FileJobs } from '../jobs.js';
import { statOf } from '../stat-of.js';
import { classOfContent, classOfName, needsContent, severityOfUnlisted } from './classify.js';
import type { FileAccess, FileDetails } from './file-access.js';
import {
  type Judgement,
  judgeCopy,
  judgeFile,
  judgeLink,
  judgeUncovered,
  type LinkEnd,
  type SignedFile,
} from './judge-unlisted.js';

/** What is compared with the signed files; the others are what they are wherever they lie. */
const MAYBE_COPIES: ReadonlySet<UnlistedClass> = new Set(['code', 'server-config', 'executable', 'hidden', 'other']);

/** Somebody may exempt it for what it holds, and other content under its name is news: a hash tells. */
const NEEDS_HASH: ReadonlySet<Severity> = new Set(['critical', 'high', 'medium']);

/** A part of the web root that is judged alike: a module's folder, or the rest. */
export interface Area {
  /** Below the web root; '' for the web root itself. */
  readonly folder: BytePath;
  /** `null` where a verified manifest says what belongs here; otherwise how bad it is that none does. */
  readonly uncovered: Severity | null;
  readonly findings: Finding[];
}

export interface UnlistedOptions {
  readonly access: FileAccess;
  readonly webRoot: BytePath;
  readonly jobs: FileJobs;
  /** SHA-256 → the signed file with these bytes. */
  readonly signed: ReadonlyMap<string, SignedFile>;
  /** Path below the web root → SHA-256 of the signed file that FreePBX copies there. */
  readonly installed: ReadonlyMap<string, string>;
  /** Where a link that lies in this folder of the web root leads; an absolute path. */
  readonly resolveLink: (folder: BytePath, target: BytePath) => BytePath;
  /** Report every file, `info` included. */
  readonly all: boolean;
  /** Look for PHP in dependencies too, and in whole files. */
  readonly deep: boolean;
  /** Other file systems are not searched. */
  readonly oneFileSystem: boolean;
}

function isSameDevice(a: string, b: string): boolean {
  try {
    return lstatSync(toFsPath(a), { bigint: true }).dev === lstatSync(toFsPath(b), { bigint: true }).dev;
  } catch {
    return true; // A link that leads nowhere leads to nothing unsearched.
  }
}

const noDetails = (): FileDetails => ({});

function contentOf(result: FileResult): FileDetails {
  return { ...statOf(result), ...(result.sha256 === '' ? {} : { actual: result.sha256 }) };
}

function inArea({ uncovered }: Area, ordinary: Judgement): Judgement {
  return uncovered === null ? ordinary : judgeUncovered(ordinary, uncovered);
}

/** No file of any class. */
export function noCounts(): Record<UnlistedClass, number> {
  return Object.fromEntries(UNLISTED_CLASSES.map((name) => [name, 0])) as Record<UnlistedClass, number>;
}

/** What nobody signed: takes the unlisted entries of the tree and turns them into findings and counts. */
export class UnlistedFiles {
  readonly counts = noCounts();
  /** Findings that are counted and not listed. */
  unlistedInfos = 0;
  /** Whether something could not be looked into. */
  unverified = false;

  constructor(private readonly options: UnlistedOptions) {}

  /** Takes one unlisted entry. `path` is below the web root. */
  take(area: Area, path: BytePath, { type, target }: FoundEntry): void {
    const byName = classOfName(path);
    if (type === 'symlink') this.takeLink(area, path, byName, target ?? null);
    else if (type !== 'file' && type !== 'unknown') this.takeSpecial(area, path, type);
    else if (needsContent(byName) || this.options.deep) this.inspect(area, path, byName);
    else this.report(area, path, { class: byName, severity: severityOfUnlisted(byName), note: '' }, noDetails);
  }

  /** Takes files of dependencies that nobody wants to hear of one by one. */
  countDependencies(files: number): void {
    this.counts.dependency += files;
    this.unlistedInfos += files;
  }

  /** Takes a folder among the modules that is no module. */
  takeStranger(area: Area, path: BytePath): void {
    const note = 'a folder among the modules that is no module';
    this.report(area, path, { class: 'other', severity: 'high', note }, () => this.options.access.detailsOf(path));
  }

  private takeLink(area: Area, path: BytePath, byName: UnlistedClass, target: BytePath | null): void {
    const end = target === null ? '' : this.options.resolveLink(dirname(path), target);
    const judged = judgeLink(path, byName, target ?? 'an unknown place', this.linkEnd(path, `${end}/`));
    // What a link holds is where it leads.
    const content = target === null ? {} : { actual: createHash('sha256').update(target, 'latin1').digest('hex') };
    this.report(area, path, judged, () => ({ ...this.options.access.detailsOf(path), ...content }));
  }

  private linkEnd(path: BytePath, end: string): LinkEnd {
    const { webRoot, deep, oneFileSystem } = this.options;
    if (!end.startsWith(`${webRoot}/`)) return 'outside';
    if (oneFileSystem && !isSameDevice(end, webRoot)) return 'unsearched';
    const isCounted = !deep && isInNodeModules(end.slice(webRoot.length + 1));
    return isCounted && !isInNodeModules(path) ? 'unsearched' : 'searched';
  }

  /** A pipe or a socket is odd; a device gives whoever reads it the machine's hardware. */
  private takeSpecial(area: Area, path: BytePath, type: EntryType): void {
    const severity = type === 'fifo' || type === 'socket' ? 'low' : 'high';
    this.report(area, path, { class: 'other', severity, note: type }, () => this.options.access.detailsOf(path));
  }

  private inspect(area: Area, path: BytePath, byName: UnlistedClass): void {
    const runs = byName === 'code' || byName === 'server-config';
    this.options.jobs.add({ root: 0, path, task: this.options.deep ? Task.sniffWhole : Task.sniff }, (result) => {
      // It was there when its folder was listed. A log may come and go; code that does is hiding.
      if (result.outcome === 'missing' && !runs) return;
      const found = classOfContent(byName, path, result);
      // A log may grow while it is read, too: what was seen of it is what was looked for.
      if (result.outcome === 'read') this.compare(area, path, found, result);
      else if (result.outcome === 'changed' && !runs) this.judge(area, path, found, result);
      else this.reportUnread(area, path, result);
    });
  }

  /** Compares what may be a copy of a signed file; a small one came with its hash. */
  private compare(area: Area, path: BytePath, found: UnlistedClass, result: FileResult): void {
    if (!MAYBE_COPIES.has(found) || result.size > MAX_COPY_BYTES) {
      this.judge(area, path, found, { ...result, sha256: '' });
    } else if (result.sha256 !== '') {
      this.judge(area, path, found, result);
    } else {
      this.options.jobs.add({ root: 0, path, task: Task.hash }, ({ sha256 }) => {
        this.judge(area, path, found, { ...result, sha256 });
      });
    }
  }

  private judge(area: Area, path: BytePath, found: UnlistedClass, result: FileResult): void {
    const original = result.sha256 === '' ? undefined : this.options.signed.get(result.sha256);
    const isInstalled = this.options.installed.get(path) === result.sha256;
    const copy = original === undefined ? null : judgeCopy(path, found, result.containsPhp, original, isInstalled);
    const judged = copy ?? judgeFile(path, found, result.containsPhp, () => this.options.access.textOf(path));
    if (result.sha256 !== '' || !NEEDS_HASH.has(inArea(area, judged).severity)) {
      this.report(area, path, judged, () => contentOf(result));
      return;
    }
    this.options.jobs.add({ root: 0, path, task: Task.hash }, (hashed) => {
      this.report(area, path, judged, () => contentOf(hashed.outcome === 'read' ? hashed : result));
    });
  }

  /** A file that could not be looked into, whatever it is. */
  private reportUnread(area: Area, path: BytePath, result: FileResult): void {
    this.unverified = true;
    area.findings.push({
      kind: result.outcome === 'changed' || result.outcome === 'missing' ? 'changed' : 'unreadable',
      ...this.placesOf(area, path),
      severity: 'high',
      ...statOf(result),
      note: result.detail,
    });
  }

  private report(area: Area, path: BytePath, ordinary: Judgement, details: () => FileDetails): void {
    const { class: found, severity, note } = inArea(area, ordinary);
    this.counts[found] += 1;
    if (severity === 'info' && !this.options.all) {
      this.unlistedInfos += 1;
      return;
    }
    area.findings.push({
      kind: 'unlisted',
      ...this.placesOf(area, path),
      severity,
      class: found,
      ...details(),
      ...(area.uncovered === null ? {} : { uncovered: true }),
      ...(note === '' ? {} : { note }),
    });
  }

  private placesOf(area: Area, path: BytePath): Pick<Finding, 'path' | 'file'> {
    const relative = area.folder === '' ? path : fromLatin1(path.slice(area.folder.length + 1));
    return { path: relative, file: join(this.options.webRoot, path) };
  }
}
