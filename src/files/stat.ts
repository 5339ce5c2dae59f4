import { lstatSync, readlinkSync } from 'node:fs';
import { type BytePath, basename, dirname } from './bytepath.js';
import { type EntryType, typeOfMode } from './entry-type.js';
import { type Failure, failureOf } from './failure.js';
import type { FolderChain } from './folder-chain.js';
import { failureToEnter } from './open.js';

/** One entry, looked at without opening it or following it. */
export interface EntryStat {
  readonly ok: true;
  readonly type: EntryType;
  readonly size: number;
  readonly mode: number;
  readonly uid: number;
  readonly mtimeMs: number;
}

/** Looks at an entry below the chain's root, itself and not where it leads. Never throws for I/O. */
export function statBelow(chain: FolderChain, path: BytePath): EntryStat | Failure {
  let target: string | Buffer;
  try {
    chain.enter(dirname(path));
    target = chain.at(basename(path));
  } catch (error) {
    return failureToEnter(error);
  }
  try {
    const stat = lstatSync(target);
    const { size, mode, uid, mtimeMs } = stat;
    return { ok: true, type: typeOfMode(mode), size, mode, uid, mtimeMs };
  } catch (error) {
    return failureOf(error);
  }
}

/** Where a symbolic link below the chain's root points, byte for byte; `null` where that cannot be read. */
export function readlinkBelow(chain: FolderChain, path: BytePath): Buffer | null {
  try {
    chain.enter(dirname(path));
    return readlinkSync(chain.at(basename(path)), { encoding: 'buffer' });
  } catch {
    return null;
  }
}
