import { objectOf, type Row, timeOf } from '../../state/sqlite.js';
import { hostByName, putHost } from './hosts.js';
import type { TokenRecord } from './records.js';
import type { FleetStore } from './store.js';

const COLUMNS = 'public_key, host, in_groups, labels, store, created_at, expires, used_at';

/** Keeps a token. Others for the same host that were not used end: the last one counts. */
export function addToken(store: FleetStore, token: Omit<TokenRecord, 'usedAt'>): void {
  const { publicKey, host, groups, labels, createdAt, expires } = token;
  store.transaction(() => {
    store.change('DELETE FROM tokens WHERE host = ? AND used_at IS NULL', host);
    store.change(
      `INSERT INTO tokens (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, NULL)`,
      publicKey,
      host,
      JSON.stringify(groups),
      JSON.stringify(labels),
      Number(token.store),
      createdAt.getTime(),
      expires.getTime(),
    );
  });
}

/** Tokens that can still be used at a moment, by host. */
export function openTokens(store: FleetStore, now: Date): TokenRecord[] {
  const query = `SELECT ${COLUMNS} FROM tokens WHERE used_at IS NULL AND expires > ? ORDER BY host`;
  return store.all(query, now.getTime()).map(tokenOf);
}

/** Every token for a host, used or not, the newest first: whoever sends an enrolment again shows a used one. */
export function tokensOf(store: FleetStore, host: string): TokenRecord[] {
  return store.all(`SELECT ${COLUMNS} FROM tokens WHERE host = ? ORDER BY created_at DESC`, host).map(tokenOf);
}

/** What became of an enrolment. `known`: the same key came with the same token before, and its answer was lost. */
export type Enrolment = 'enrolled' | 'known' | 'unknown token' | 'used token' | 'expired token';

/**
 * Takes a host into the fleet, whose message a token's key has sealed. A token is good for one key of one host.
 * @param publicKey the host's own key from now on.
 */
export function enrolHost(
  store: FleetStore,
  enrolment: { readonly token: string; readonly host: string; readonly publicKey: string; readonly at: Date },
): Enrolment {
  const { host, publicKey, at } = enrolment;
  return store.transaction(() => {
    const row = store.first(
      `SELECT ${COLUMNS}, used_by FROM tokens WHERE public_key = ? AND host = ?`,
      enrolment.token,
      host,
    );
    if (row === undefined) return 'unknown token';
    const token = tokenOf(row);
    if (token.usedAt !== null) {
      const present = hostByName(store, host);
      const isSame = row.at(-1) === publicKey && present?.publicKey === publicKey && present.removedAt === null;
      return isSame ? 'known' : 'used token';
    }
    if (at >= token.expires) return 'expired token';
    store.change(
      'UPDATE tokens SET used_at = ?, used_by = ? WHERE public_key = ?',
      at.getTime(),
      publicKey,
      token.publicKey,
    );
    putHost(store, { ...token, name: host, publicKey, enrolledAt: at });
    return 'enrolled';
  });
}

function tokenOf(row: Row): TokenRecord {
  const [publicKey, host, groups, labels, mayStore, createdAt, expires, usedAt] = row;
  return {
    publicKey: String(publicKey),
    host: String(host),
    groups: Object.values(objectOf(groups)),
    labels: objectOf(labels) as Record<string, string>,
    store: Number(mayStore) === 1,
    createdAt: timeOf(createdAt),
    expires: timeOf(expires),
    usedAt: usedAt === null ? null : timeOf(usedAt),
  };
}
