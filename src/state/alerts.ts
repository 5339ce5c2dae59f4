import type { BytePath } from '../files/bytepath.js';
import type { Condition, Waiting } from './records.js';
import { objectOf, type Sqlite, timeOf } from './sqlite.js';

/** Most alerts that wait for one channel: the oldest go first. */
const MOST_WAITING = 100;

/** What holds of a web root besides findings, by name. */
export function conditionsOf(database: Sqlite, root: BytePath): Map<string, Condition> {
  const rows = database.all('SELECT name, value, told_at FROM conditions WHERE root = ?', root);
  return new Map(
    rows.map(([name, value, toldAt]) => [
      String(name),
      { name: String(name), value: String(value), toldAt: toldAt === null ? null : timeOf(toldAt) },
    ]),
  );
}

/** Replaces all that holds of a web root. */
export function keepConditions(database: Sqlite, root: BytePath, conditions: Iterable<Condition>): void {
  database.change('DELETE FROM conditions WHERE root = ?')(root);
  const keep = database.change('INSERT INTO conditions VALUES (?, ?, ?, ?)');
  for (const { name, value, toldAt } of conditions) keep(root, name, value, toldAt?.getTime() ?? null);
}

/** Lets an alert wait for each of the channels. */
export function queueAlert(database: Sqlite, channels: Iterable<string>, event: string, at: Date): void {
  const add = database.change("INSERT INTO outbox VALUES (NULL, ?, ?, ?, 0, '')");
  const trim = database.change(
    `DELETE FROM outbox WHERE channel = ?
     AND id NOT IN (SELECT id FROM outbox WHERE channel = ? ORDER BY id DESC LIMIT ${MOST_WAITING})`,
  );
  for (const channel of channels) {
    add(channel, event, at.getTime());
    trim(channel, channel);
  }
}

/** Alerts that wait, the oldest first. @throws DamageError */
export function waitingAlerts(database: Sqlite): Waiting[] {
  return database
    .all('SELECT id, channel, event, queued_at, tries, problem FROM outbox ORDER BY id')
    .map(([id, channel, event, queuedAt, tries, problem]) => ({
      id: Number(id),
      channel: String(channel),
      event: objectOf(event, 'schema', 'reasons', 'findings', 'gone', 'verdicts', 'notes'),
      queuedAt: timeOf(queuedAt),
      tries: Number(tries),
      problem: String(problem),
    }));
}

/** An alert was delivered, or will never be. */
export function removeAlert(database: Sqlite, id: number): void {
  database.change('DELETE FROM outbox WHERE id = ?')(id);
}

/** An alert could not be delivered: it goes on waiting. */
export function noteFailure(database: Sqlite, id: number, problem: string): void {
  database.change('UPDATE outbox SET tries = tries + 1, problem = ? WHERE id = ?')(problem, id);
}
