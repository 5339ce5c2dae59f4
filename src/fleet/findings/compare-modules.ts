import { type BytePath, fromLatin1 } from '../../files/bytepath.js';
import type { FleetStore } from '../store/store.js';
import { type ModuleGroup, moduleFindings, type NameHosts } from './modules.js';
import type { FleetFinding } from './types.js';

/**
 * What differs between the hosts that have the same module. The database groups, so that of many hosts only the ways in
 * which a module is there come into memory, one module after the other.
 * @param stale hosts of which nobody knows how they are by now: they may have what the others have.
 * @param most so many hosts of a finding are named.
 */
export function* comparedModules(store: FleetStore, stale: readonly string[], most: number): Generator<FleetFinding> {
  let name: BytePath | null = null;
  let groups: ModuleGroup[] = [];
  const without = JSON.stringify(stale);
  const nameHosts = namesOf(store, without, most);
  for (const group of moduleGroups(store, without)) {
    if (group.name !== name) {
      yield* moduleFindings(groups, nameHosts);
      groups = [];
      name = group.name;
    }
    groups.push(group);
  }
  yield* moduleFindings(groups, nameHosts);
}

const PRESENT = 'host NOT IN (SELECT value FROM json_each(?))';

/** Modules that are there in one way everywhere have nothing to tell. */
function moduleGroups(store: FleetStore, without: string): ModuleGroup[] {
  const rows = store.all(
    `SELECT name, version, signer, text_sha256, max(signed_at), count(*),
     sum(verdict IN ('good', 'tampered')), sum(verdict = 'good'), sum(verdict IN ('unsigned', 'invalid'))
     FROM modules WHERE ${PRESENT} AND name IN (
       SELECT name FROM modules WHERE ${PRESENT} GROUP BY name HAVING count(*) > 1 AND
       (min(coalesce(version, '')) <> max(coalesce(version, '')) OR min(coalesce(signer, '')) <> max(coalesce(signer, ''))
       OR min(coalesce(text_sha256, '')) <> max(coalesce(text_sha256, ''))))
     GROUP BY name, version, signer, text_sha256 ORDER BY name`,
    ...[without, without],
  );
  return rows.map(([name, version, signer, textSha256, signedAt, hosts, trusted, good, unsigned]) => ({
    name: fromLatin1(String(name)),
    version: version as string | null,
    signer: signer as string | null,
    textSha256: textSha256 as string | null,
    signedAt: signedAt === null ? null : Number(signedAt),
    hosts: Number(hosts),
    trusted: Number(trusted),
    good: Number(good),
    unsigned: Number(unsigned),
  }));
}

function namesOf(store: FleetStore, without: string, most: number): NameHosts {
  return (groups) => {
    const names: string[] = [];
    let count = 0;
    for (const { name, version, signer, textSha256, hosts } of groups) {
      count += hosts;
      if (names.length >= most) continue;
      const rows = store.all(
        `SELECT host FROM modules WHERE name = ? AND version IS ? AND signer IS ? AND text_sha256 IS ?
         AND ${PRESENT} ORDER BY host LIMIT ?`,
        ...[name, version, signer, textSha256, without, most - names.length],
      );
      names.push(...rows.map(([host]) => String(host)));
    }
    return { count, names: names.sort() };
  };
}
