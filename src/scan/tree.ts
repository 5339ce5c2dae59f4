import { setImmediate as breathe } from 'node:timers/promises';
import { type BytePath, fromLatin1, join } from '../files/bytepath.js';
import type { FolderChain } from '../files/folder-chain.js';
import { type WalkedFolder, walk } from '../files/walk.js';
import type { Finding } from '../model.js';
import { MODULES_FOLDER } from './layout.js';
import type { Area, UnlistedFiles } from './unlisted.js';

/** How long the walk holds the thread before timers, signals and results get their turn, in milliseconds. */
const SLICE_MILLISECONDS = 20;

export interface TreeOptions {
  readonly chain: FolderChain;
  readonly webRoot: BytePath;
  readonly unlisted: UnlistedFiles;
  /** Paths below the web root that belong: listed ones, and the signatures themselves. */
  readonly known: ReadonlySet<string>;
  /** Areas by folder; `''` is the rest of the web root. */
  readonly areas: ReadonlyMap<string, Area>;
  /** Look for unlisted files on the web root's file system only. */
  readonly oneFileSystem: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Walks the web root, or single folders of it, and hands on every file that nobody listed. */
export class Tree {
  /** Whether every folder could be listed. */
  complete = true;
  readonly notes: string[] = [];
  private mounted: string | null = null;

  constructor(private readonly options: TreeOptions) {}

  async walk(start: BytePath): Promise<void> {
    let sliceEnd = performance.now() + SLICE_MILLISECONDS;
    const { chain, oneFileSystem } = this.options;
    for (const walked of walk(chain, start, { oneFileSystem })) {
      this.take(walked);
      if (performance.now() < sliceEnd) continue;
      await breathe();
      if (this.options.signal?.aborted) {
        this.complete = false;
        return;
      }
      sliceEnd = performance.now() + SLICE_MILLISECONDS;
    }
  }

  /** Folders among the modules that are no modules. */
  takeStrangers(paths: readonly BytePath[]): void {
    const area = this.areaOf(fromLatin1(''));
    for (const path of paths) this.options.unlisted.takeStranger(area, path);
  }

  private take({ folder, entries, problem, mount }: WalkedFolder): void {
    const area = this.areaOf(folder);
    if (problem !== null) {
      this.complete = false;
      if (problem.outcome === 'missing')
        this.notes.push(`${join(this.options.webRoot, folder)} vanished during the scan`);
      else area.findings.push(this.finding(area, folder, 'unreadable', problem.detail));
    }
    if (mount) this.noteMount(folder);
    for (const { name, type } of entries) {
      const path = join(folder, name);
      if (type !== 'folder' && !this.options.known.has(path)) this.options.unlisted.take(area, path, type);
    }
  }

  /** Says once where another file system begins, not for every folder of it. */
  private noteMount(folder: BytePath): void {
    if (this.mounted !== null && folder.startsWith(`${this.mounted}/`)) return;
    this.mounted = folder;
    const searched = this.options.oneFileSystem ? ', and was not searched for what nobody signed' : '';
    this.notes.push(`${join(this.options.webRoot, folder)} lies on another file system than the web root${searched}`);
  }

  /** The area that a folder belongs to: its module's, or the rest. */
  private areaOf(folder: BytePath): Area {
    const { areas } = this.options;
    if (folder.startsWith(`${MODULES_FOLDER}/`)) {
      const nameEnd = folder.indexOf('/', MODULES_FOLDER.length + 1);
      const area = areas.get(nameEnd < 0 ? folder : folder.slice(0, nameEnd));
      if (area !== undefined) return area;
    }
    return areas.get('') ?? { folder: fromLatin1(''), uncovered: null, findings: [] };
  }

  private finding(area: Area, path: BytePath, kind: Finding['kind'], note: string): Finding {
    const relative = area.folder === '' ? path : fromLatin1(path.slice(area.folder.length + 1));
    return { kind, path: relative, file: join(this.options.webRoot, path), severity: 'high', note };
  }
}
