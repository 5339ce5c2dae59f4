import type { BytePath } from '../files/bytepath.js';
import type { FolderChain } from '../files/folder-chain.js';
import type { ScanMemory } from './memory.js';
import type { RunOptions } from './options.js';
import type { Discovered } from './system/discover.js';
import type { Layout } from './system/layout.js';

/** What of a web root is looked at. Plain data. */
export interface ScanPlan {
  /** The modules to verify. */
  readonly names: readonly BytePath[];
  readonly discovered: Discovered;
  /** Where files are looked for that nobody signed: the modules' own folders, all below the first root, or nowhere. */
  readonly search: 'modules' | 'everything' | 'nothing';
}

/** What one run looks at. */
export interface Subject extends ScanPlan {
  readonly layout: Layout;
  /** Over the layout's first root. */
  readonly chain: FolderChain;
  readonly options: RunOptions;
  /** What earlier scans remember. */
  readonly memory?: ScanMemory;
  /** A module's folder below the first root. */
  readonly folderOf: (module: BytePath) => BytePath;
}
