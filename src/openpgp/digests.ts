/** Hash algorithm IDs and their names (RFC 9580 §9.5). */
const NAMES: ReadonlyMap<number, string> = new Map([
  [1, 'md5'],
  [2, 'sha1'],
  [3, 'ripemd160'],
  [8, 'sha256'],
  [9, 'sha384'],
  [10, 'sha512'],
  [11, 'sha224'],
  [12, 'sha3-256'],
  [14, 'sha3-512'],
]);

const BROKEN: ReadonlySet<string> = new Set(['md5', 'ripemd160']);

/** The digests that a signature on a `module.sig` may use, as the `Hash` header writes them. */
const TEXT_DIGESTS: ReadonlyMap<string, string> = new Map([
  ['SHA1', 'sha1'],
  ['SHA256', 'sha256'],
  ['SHA384', 'sha384'],
  ['SHA512', 'sha512'],
]);

/** The name of a hash algorithm, lower case; `digest <number>` for one that is not known. */
export function digestName(id: number): string {
  return NAMES.get(id) ?? `digest ${id}`;
}

/** The digest that a `Hash` header names, or `undefined` when signatures on text may not use it. */
export function textDigestOfHeader(header: string): string | undefined {
  return TEXT_DIGESTS.get(header);
}

/** Whether signatures on keys may use the digest at all. MD5 and RIPEMD-160 never count, whatever they say. */
export function isKeyDigest(id: number): boolean {
  const name = NAMES.get(id);
  return name !== undefined && !BROKEN.has(name);
}
