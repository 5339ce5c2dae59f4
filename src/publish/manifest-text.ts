import type { BytePath } from '../files/bytepath.js';
import { serializeManifest } from '../manifest/serialize.js';
import type { Certificate } from '../openpgp/certificate.js';

/** Where modules come from, as FreePBX knows it. */
export const REPOSITORIES = ['standard', 'commercial', 'extended', 'unsupported', 'manual', 'local'] as const;
export type Repository = (typeof REPOSITORIES)[number];

/** What a manifest says of itself. */
export interface ManifestFacts {
  readonly signer: Certificate;
  readonly type: 'public' | 'local';
  readonly repository: Repository;
  readonly now: Date;
}

/**
 * The text of a `module.sig`, version 2. The same files, signer and time give the same text.
 * @throws DataError for whatever the grammar cannot hold.
 */
export function manifestText(entries: ReadonlyMap<BytePath, string>, facts: ManifestFacts): Buffer {
  const config = {
    version: '2',
    hash: 'sha256',
    signedwith: facts.signer.key.fingerprint,
    signedby: quoted(facts.signer),
    repo: facts.repository,
    type: facts.type,
    timestamp: (facts.now.getTime() / 1000).toFixed(4),
  };
  return serializeManifest(Object.entries(config), entries);
}

/** The first user ID, for people. FreePBX's reader has no way to escape a quote, so that one who has it goes unnamed. */
function quoted({ userIds }: Certificate): string {
  const [userId] = userIds.values();
  const text = userId?.bytes.toString('utf8') ?? '';
  return /^[^\p{C}'"\\`${}]*$/u.test(text) && text.length <= 200 ? `'${text}'` : "''";
}
