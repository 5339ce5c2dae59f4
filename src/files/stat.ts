import { lstatSync, readlinkSync } from 'node:fs';
import type { FileStat } from '../finding.js';
import { type BytePath, basename, dirname } from './bytepath.js';
import { type EntryType, typeOfMode } from './entry-type.js';
import { type Failure, failureOf } from './failure.js';
import type { FolderChain } from './folder-chain.js';
import { failureToEnter } from './open.js';

/** One entry, looked at without opening it or following it. */
export interface EntryStat extends Required<FileStat> {
  readonly ok: true;
  readonly type: EntryType;
}

/** Of what the file system says of a file, what findings tell. */
export function statFields({ size, mode, uid, gid, mtimeMs, ctimeMs }: Required<FileStat>): Required<FileStat> {
  return { size, mode, uid, gid, mtimeMs, ctimeMs };
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
    return { ok: true, type: typeOfMode(stat.mode), ...statFields(stat) };
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
