import type { BytePath } from '../files/bytepath.js';
import { dirname, join } from '../files/bytepath.js';
import type { Examined, FileJob, FileResult } from '../hash/job.js';
import { Task } from '../hash/job.js';
import type { Finding } from '../model.js';
import type { FileJobs } from './jobs.js';
import { type ScanMemory, stampKey } from './memory.js';
import type { SignedModule } from './signature/signed-module.js';
import { statOf } from './stat-of.js';
import type { Layout } from './system/layout.js';
import { isListedCode, severityOfListed } from './unlisted/classify.js';
import type { SignedFile } from './unlisted/judge-unlisted.js';

/** A file that a verified manifest lists. */
export interface ListedEntry extends SignedFile {
  /** SHA-256 as in {@link FileResult}. */
  readonly expected: string;
}

/** One that is checked: it is the work of hashing it where it must be, too. There may be millions. */
export interface ListedFile extends ListedEntry, FileJob {
  /** Its place among the module's checked files. */
  index: number;
  /** Its stamp when it was read last and was right; '' when that is not known. */
  known: string;
}

/** What a module's manifest asks to be checked. */
export interface ModulePlan {
  /** Grouped by folder, so that a worker opens each folder once. */
  readonly files: readonly ListedFile[];
  /** Names the files for a {@link ScanMemory}; '' without one. */
  readonly stampKey: string;
  /** Listed files that are not checked. */
  readonly unchecked: readonly ListedEntry[];
}

/** Which of a module's listed files are checked, and where; with a memory, those that it knows are only looked at. */
export function planModule(
  layout: Pick<Layout, 'roots' | 'locate'>,
  module: SignedModule,
  memory?: ScanMemory,
): ModulePlan {
  const task = memory === undefined ? Task.hash : Task.hash | Task.stamp;
  const files = new FilesByFolder();
  const unchecked: ListedEntry[] = [];
  for (const [listed, expected] of module.manifest?.entries ?? []) {
    const place = layout.locate(module.name, listed);
    if (place === null) unchecked.push({ module: module.name, listed, expected });
    else {
      // One by one: a spread costs as much as all the rest of planning.
      const { root, path } = place;
      files.add({ root, path, task, module: module.name, listed, expected, index: 0, known: '' });
    }
  }
  const { signature, name } = module;
  const key = memory === undefined || signature === null ? '' : stampKey(layout.roots, signature.textSha256);
  const known = memory?.kind === 'quick' ? memory.recall(name, key) : null;
  const inOrder = files.all();
  for (const [index, file] of inOrder.entries()) {
    file.index = index;
    file.known = known?.[index] ?? '';
  }
  return { files: inOrder, stampKey: key, unchecked };
}

/** Brings the files of each folder together: manifests list most of them side by side, but need not. */
class FilesByFolder {
  private readonly folders = new Map<string, ListedFile[]>();
  private last: { readonly folder: string; readonly files: ListedFile[] } | null = null;

  add(file: ListedFile): void {
    const folder = `${file.root}/${dirname(file.path)}`;
    if (this.last?.folder !== folder) {
      const files = this.folders.get(folder) ?? [];
      this.folders.set(folder, files);
      this.last = { folder, files };
    }
    this.last.files.push(file);
  }

  all(): ListedFile[] {
    return [...this.folders.values()].flat();
  }
}

/** What came of a module's listed files; filled as results arrive. */
export class ListedResults {
  readonly findings: Finding[] = [];
  hashed = 0;
  /** Files that are as they were when they were hashed last. */
  reused = 0;
  /** Stamps of the files that are right, by their index; nothing for the others. */
  readonly stamps: string[] = [];
  /** Files with a result; fewer than planned after an abort. */
  answered = 0;
  /** Whether a listed file could not be read or changed under the scan. */
  unverified = false;
  /** Whether a listed file differs, is gone, or is no regular file any more. */
  tampered = false;

  constructor(
    private readonly jobs: FileJobs,
    private readonly roots: readonly BytePath[],
  ) {}

  /** Asks for one listed file; its result ends here. */
  check(file: ListedFile): void {
    this.jobs.add(file, this.take);
  }

  private readonly take = (result: FileResult, file: ListedFile): void => {
    this.answered += 1;
    if (result.unchanged) this.reused += 1;
    else if (result.outcome === 'read') this.hashed += 1;
    if (result.unchanged || (result.outcome === 'read' && result.sha256 === file.expected)) {
      if (result.stamp !== '') this.stamps[file.index] = result.stamp;
      return;
    }
    if (result.outcome === 'read') {
      this.tampered = true;
      this.explain(file, result, this.findings.push(this.finding(file, result, '')) - 1);
      return;
    }
    if (result.outcome === 'missing' || result.outcome === 'type-changed') this.tampered = true;
    else this.unverified = true;
    // That it is missing says what there is to say.
    const note = result.detail === 'no such file' ? '' : result.detail;
    this.findings.push(this.finding(file, result, note));
  };

  /** A second look at a file that differs, for what explains it; what was found first stands whatever it shows. */
  private explain(file: ListedFile, first: FileResult, index: number): void {
    this.jobs.add({ root: file.root, path: file.path, task: Task.examine }, ({ examined }) => {
      this.findings[index] = this.finding(file, first, noteOfAltered(file, first, examined));
    });
  }

  private finding(file: ListedFile, result: FileResult, note: string): Finding {
    const code = isListedCode(file.listed);
    const kind = result.outcome === 'read' ? 'altered' : result.outcome;
    const unread = kind === 'unreadable' || kind === 'changed';
    return {
      kind,
      path: file.listed,
      file: join(this.roots[file.root] ?? ('' as BytePath), file.path),
      severity: unread ? 'high' : severityOfListed(kind, code),
      expected: file.expected,
      ...(result.sha256 === '' ? {} : { actual: result.sha256 }),
      ...statOf(result),
      ...(note === '' ? {} : { note }),
    };
  }
}

function noteOfAltered(file: ListedFile, found: FileResult, examined: Examined | undefined): string {
  if (found.size === 0) return 'empty';
  if (examined === undefined) return '';
  if ([examined.sha256AsLf, examined.sha256AsCrlf].includes(file.expected)) return 'line endings only';
  return examined.truncated ? 'truncated' : '';
}
