import { type BytePath, fromLatin1, join } from '../../files/bytepath.js';
import type { FolderChain } from '../../files/folder-chain.js';
import { type Frontier, frontierAt, ORDINARY_PATH_BYTES } from '../../files/frontier.js';
import { type FoundFolder, type SearchRequest, type SearchResult, search } from '../../hash/search.js';
import { SEARCH_FOLDERS } from '../../hash/tuning.js';
import { MAX_LONG_PATHS_BYTES } from '../../limits.js';
import type { Finding } from '../../model.js';
import type { Jobs } from '../jobs.js';
import { moduleFolderOf } from '../system/layout.js';
import type { Area, UnlistedFiles } from './unlisted.js';

export interface TreeOptions {
  /** Over the web root. */
  readonly chain: FolderChain;
  readonly webRoot: BytePath;
  readonly jobs: Jobs;
  readonly unlisted: UnlistedFiles;
  /** Areas by folder; `''` is the rest of the web root. */
  readonly areas: ReadonlyMap<string, Area>;
  /** Look for unlisted files on the web root's file system only. */
  readonly oneFileSystem: boolean;
  /** Only count what npm installed. */
  readonly countsDependencies: boolean;
}

/** A folder that is searched with all that lies below it. */
export interface SearchUnit {
  readonly folder: BytePath;
  /** Paths below the web root that belong there: listed ones, and the signatures themselves. */
  readonly known: readonly BytePath[];
  /** Folders in it that are units of their own. */
  readonly skip: readonly BytePath[];
}

/** Has the web root, or single folders of it, searched for files that nobody listed, and hands each of them on. */
export class Tree {
  /** Whether every folder could be listed. */
  complete = true;
  /** Folders on another file system than the web root. */
  readonly mounts: BytePath[] = [];
  /** Folders that were gone when they were to be listed. */
  readonly vanished: BytePath[] = [];
  private longPathsBytes = 0;
  private hasLeftOut = false;

  constructor(private readonly options: TreeOptions) {}

  /** Asks for a search. What it finds arrives while the jobs are drained. */
  search(unit: SearchUnit): void {
    this.ask(unit, frontierAt(unit.folder), SEARCH_FOLDERS);
  }

  /** Folders among the modules that are no modules. */
  takeStrangers(paths: readonly BytePath[]): void {
    const area = this.areaOf(fromLatin1(''));
    for (const path of paths) this.options.unlisted.takeStranger(area, path);
  }

  private ask(unit: SearchUnit, frontier: Frontier, folders: number): void {
    const { oneFileSystem, countsDependencies, jobs, chain } = this.options;
    const spent = () => this.longPathsBytes;
    const request: SearchRequest = {
      frontier,
      countsDependencies,
      oneFileSystem,
      folders,
      // Read when it goes to a thread, which may be long after it was asked for; thousands may wait.
      get known() {
        return unit.known.join('\0');
      },
      get skip() {
        return unit.skip.join('\0');
      },
      get longPathsBytes() {
        return spent();
      },
    };
    jobs.search(unit.folder, request, ({ searched }) => {
      if (searched === undefined && folders > 1) {
        // It cost a thread its life. One folder at a time, only the one at fault can do that again.
        this.ask(unit, frontier, 1);
        return;
      }
      // No thread may be left that could do it.
      const result = searched ?? search(chain, request);
      this.take(result);
      for (const rest of result.rest) this.ask(unit, rest, SEARCH_FOLDERS);
    });
  }

  private take({ found, dependencies, longPathsBytes }: SearchResult): void {
    this.longPathsBytes += longPathsBytes;
    this.options.unlisted.countDependencies(dependencies);
    for (const folder of found) {
      // Threads that searched at the same time knew nothing of each other.
      if (this.longPathsBytes <= MAX_LONG_PATHS_BYTES || folder.folder.length <= ORDINARY_PATH_BYTES) {
        this.takeFolder(folder);
      } else {
        this.leaveOut(folder.folder);
      }
    }
  }

  /** Says once that paths were too long and too many to be told. */
  private leaveOut(folder: BytePath): void {
    this.complete = false;
    if (this.hasLeftOut) return;
    this.hasLeftOut = true;
    const area = this.areaOf(folder);
    area.findings.push(this.finding(area, folder, 'too many long paths: neither it nor others as long are reported'));
  }

  private takeFolder({ folder, entries, problem, mount }: FoundFolder): void {
    const area = this.areaOf(folder);
    if (problem !== null) {
      this.complete = false;
      if (problem.outcome === 'missing') this.vanished.push(folder);
      else area.findings.push(this.finding(area, folder, problem.detail));
    }
    if (mount) this.mounts.push(folder);
    for (const entry of entries) this.options.unlisted.take(area, join(folder, entry.name), entry);
  }

  /** The area that a folder belongs to: its module's, or the rest. */
  private areaOf(folder: BytePath): Area {
    const { areas } = this.options;
    return (
      areas.get(moduleFolderOf(folder) ?? '') ??
      areas.get('') ?? { folder: fromLatin1(''), uncovered: null, findings: [] }
    );
  }

  private finding(area: Area, path: BytePath, note: string): Finding {
    const relative = area.folder === '' ? path : fromLatin1(path.slice(area.folder.length + 1));
    return { kind: 'unreadable', path: relative, file: join(this.options.webRoot, path), severity: 'high', note };
  }
}
