import type { BytePath } from '../files/bytepath.js';
import { type Sqlite, timeOf } from './sqlite.js';

/** The stamps of a module's files under a key; `null` where none are kept under it. */
export function stampsOf(database: Sqlite, root: BytePath, module: BytePath, key: string): string[] | null {
  const row = database.first('SELECT stamps FROM stamps WHERE root = ? AND module = ? AND key = ?', root, module, key);
  return row === undefined ? null : String(row[0]).split('\n');
}

/** Stamps of a module's files, under the key that names them. */
export interface ModuleStamps {
  readonly module: BytePath;
  readonly key: string;
  readonly stamps: readonly string[];
}

export function keepStamps(database: Sqlite, root: BytePath, modules: Iterable<ModuleStamps>): void {
  const keep = database.change('INSERT OR REPLACE INTO stamps VALUES (?, ?, ?, ?)');
  for (const { module, key, stamps } of modules) keep(root, module, key, stamps.join('\n'));
}

/** When the newest trusted signature on each module was made, and seen. */
export function newestSignatures(database: Sqlite, root: BytePath): Map<BytePath, { signedAt: Date; seenAt: Date }> {
  const rows = database.all('SELECT module, signed_at, seen_at FROM signatures WHERE root = ?', root);
  return new Map(
    rows.map(([module, signedAt, seenAt]) => [
      module as BytePath,
      { signedAt: timeOf(signedAt), seenAt: timeOf(seenAt) },
    ]),
  );
}

/** Keeps signatures that are newer than any seen on their modules. */
export function keepNewestSignatures(
  database: Sqlite,
  root: BytePath,
  seenAt: Date,
  signatures: Iterable<readonly [module: BytePath, signedAt: Date]>,
): void {
  const keep = database.change(
    `INSERT INTO signatures VALUES (?, ?, ?, ?) ON CONFLICT (root, module) DO UPDATE
     SET signed_at = excluded.signed_at, seen_at = excluded.seen_at WHERE excluded.signed_at > signed_at`,
  );
  for (const [module, signedAt] of signatures) keep(root, module, signedAt.getTime(), seenAt.getTime());
}
