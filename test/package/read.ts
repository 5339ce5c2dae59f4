import type { BytePath } from '../../src/files/bytepath.js';
import type { PackageContents } from '../../src/package/contents.js';
import { type ReadPackageOptions, readPackage } from '../../src/package/read-package.js';

/** Some bytes as they may come: in pieces of this size. */
export async function* inPieces(bytes: Uint8Array, size = 64 * 1024): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

export function read(
  bytes: Uint8Array,
  options: ReadPackageOptions & { wanted?: (path: BytePath) => boolean; pieces?: number } = {},
): Promise<PackageContents> {
  const { wanted = () => true, pieces, ...rest } = options;
  return readPackage(inPieces(bytes, pieces), wanted, { packedBytes: bytes.length, ...rest });
}

/** What lies in a package, as text. */
export function textsOf({ files }: PackageContents): Record<string, string> {
  return Object.fromEntries([...files].map(([path, { bytes }]) => [path, bytes?.toString('latin1') ?? '']));
}
