import type { BytePath } from '../../files/bytepath.js';
import type { FolderChain } from '../../files/folder-chain.js';
import { readFileBelow } from '../../files/read.js';
import { statBelow, statFields } from '../../files/walk.js';
import type { FileStat, Finding } from '../../finding.js';
import { MAX_TEXT_FILE_BYTES } from '../../limits.js';

/** What a finding says of the file itself. */
export type FileDetails = FileStat & Pick<Finding, 'actual'>;

/** A second look at single unlisted files, besides what a job said of them. */
export interface FileAccess {
  /** The content of a small file as bytes; `null` where it cannot be had. */
  textOf(path: BytePath): string | null;
  /** What is known of an entry that no job looked at. */
  detailsOf(path: BytePath): FileDetails;
}

/** Looks at files below the root of a chain. */
export class TreeAccess implements FileAccess {
  constructor(
    private readonly chain: FolderChain,
    /** Told of the bytes of every file that is read. */
    private readonly onRead: (bytes: number) => void,
  ) {}

  textOf(path: BytePath): string | null {
    const read = readFileBelow(this.chain, path, MAX_TEXT_FILE_BYTES);
    if (read.ok) this.onRead(read.size);
    return read.ok ? read.bytes.toString('latin1') : null;
  }

  detailsOf(path: BytePath): FileDetails {
    const stat = statBelow(this.chain, path);
    return stat.ok ? statFields(stat) : {};
  }
}
