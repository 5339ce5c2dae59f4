import type { BytePath } from '../files/bytepath.js';
import { SNIFF_BYTES } from '../limits.js';
import { type CollectOptions, ContentsCollector, type PackageContents } from './contents.js';
import { type GunzipOptions, gunzip } from './gunzip.js';
import { TarReader } from './tar-reader.js';

/** How a package is read. */
export interface ReadPackageOptions extends GunzipOptions, Pick<CollectOptions, 'onFile'> {
  /** In how many of a file's first bytes PHP is looked for. @default SNIFF_BYTES */
  readonly sniffBytes?: number;
}

/**
 * Reads a package, a gzipped tar of one folder, as its bytes come. Nothing is unpacked to the disk. What is accepted is
 * exactly what `tar xzf` would unpack; anything unsafe or ambiguous is refused. Ends in bounded time and memory.
 * @param wanted which files' content is returned too, by their path below the module's folder.
 * @throws DataError with the reason, what the source throws, and the signal's reason.
 */
export async function readPackage(
  source: AsyncIterable<Uint8Array>,
  wanted: (pathBelowModule: BytePath) => boolean,
  options: ReadPackageOptions = {},
): Promise<PackageContents> {
  const { sniffBytes = SNIFF_BYTES, onFile } = options;
  const collector = new ContentsCollector({ wanted, sniffBytes, ...(onFile === undefined ? {} : { onFile }) });
  const reader = new TarReader(collector);
  await gunzip(source, (bytes) => reader.push(bytes), options);
  reader.end();
  return collector.contents();
}
