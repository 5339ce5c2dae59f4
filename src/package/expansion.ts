import { DataError } from '../errors.js';
import { MAX_PACKAGE_BYTES, MAX_PACKAGE_BYTES_AT_ANY_RATIO, MAX_PACKAGE_RATIO } from '../limits.js';

/** To how many bytes a package of so many may unpack. */
export function mostUnpacked(packedBytes: number): number {
  return Math.min(MAX_PACKAGE_BYTES, Math.max(MAX_PACKAGE_BYTES_AT_ANY_RATIO, packedBytes * MAX_PACKAGE_RATIO));
}

/**
 * Refuses what is far larger unpacked than packed. By the size of the whole, so that the same package always gets the
 * same answer, however its bytes arrive.
 * @throws DataError
 */
export function requireModest(packedBytes: number, unpackedBytes: number): void {
  if (packedBytes > MAX_PACKAGE_BYTES) throw new DataError(`the package is larger than ${MAX_PACKAGE_BYTES} bytes`);
  if (unpackedBytes <= mostUnpacked(packedBytes)) return;
  throw new DataError(
    unpackedBytes > MAX_PACKAGE_BYTES
      ? `the package unpacks to more than ${MAX_PACKAGE_BYTES} bytes`
      : `the package unpacks to more than ${MAX_PACKAGE_RATIO} times its size`,
  );
}
