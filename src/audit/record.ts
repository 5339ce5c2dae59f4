import type { AlertEvent } from '../alert/event.js';
import type { Changes } from '../changes.js';
import type { BytePath } from '../files/bytepath.js';
import type { Snapshot } from '../snapshot.js';
import { conditionsOf, keepConditions, queueAlert, waitingAlerts } from '../state/alerts.js';
import { endFindings, endsToTell, keepFindings, noteEndTold, noteTold } from '../state/findings.js';
import { keepNewestSignatures, keepStamps, type ModuleStamps } from '../state/knowledge.js';
import type { Condition, OpenFinding } from '../state/records.js';
import { forget, forgetStamps } from '../state/retention.js';
import { addScan } from '../state/scans.js';
import type { Sqlite } from '../state/sqlite.js';
import { compareSnapshots, isGone } from './compare.js';
import { type AlertRules, decideAlert } from './decide.js';
import { alertOfFailure, alertOfScan } from './event.js';
import type { Taken } from './take.js';

/** Where what does not belong to a web root is kept: that a scan could not run. */
const NO_ROOT = '' as BytePath;
const FAILED = 'failed ';
const PLACE = 'web root ';

export interface RecordOptions {
  readonly rules: AlertRules;
  /** Whom alerts wait for; nobody is told where there are none. */
  readonly channels: readonly string[];
  /** Scans that began before are forgotten. */
  readonly forgetBefore: Date;
  /** Whether a signal ended the scan: what it did not come to is not known. */
  readonly interrupted: boolean;
  readonly stamps: readonly ModuleStamps[];
  /** What was scanned, as {@link recordFailure} is told. */
  readonly subject: string;
  /** As {@link movedFrom} says. */
  readonly movedFrom: BytePath | null;
}

/**
 * The web root of the last scan that was asked for the same, where it is another one now: the machine's configuration
 * says where it is, and the web server's user may write that.
 */
export function movedFrom(database: Sqlite, subject: string, root: BytePath): BytePath | null {
  const before = conditionsOf(database, NO_ROOT).get(PLACE + subject)?.value as BytePath | undefined;
  return before === undefined || before === root ? null : before;
}

/** What a scan that was noted is to the others. */
export interface Recorded {
  /** Its number. */
  readonly scan: number;
  readonly changes: Changes | null;
}

/**
 * Notes a scan and what somebody has to be told, all of it or nothing: whoever is killed before has told nobody, and
 * the next scan does; after it, the alert waits to be delivered.
 */
export function recordScan(
  database: Sqlite,
  taken: Taken,
  base: Snapshot | null,
  open: ReadonlyMap<string, OpenFinding>,
  options: RecordOptions,
): Recorded {
  const { root, startedAt } = taken.scan;
  const { now } = options.rules;
  const changes = base === null ? null : compareSnapshots(base, taken);
  const scan = database.transaction(() => {
    requireReadable(database);
    const failures = conditionsOf(database, NO_ROOT);
    const over = [...failures].filter(([name]) => name === FAILED + options.subject);
    const conditions = new Map([...over, ...conditionsOf(database, root)]);
    const { movedFrom } = options;
    const known = { taken, changes, open, ended: endsToTell(database, root), conditions, movedFrom };
    const decision = decideAlert(known, options.rules);

    const number = addScan(database, taken.scan, taken.modules);
    keepFindings(database, root, number, startedAt, taken.findings.values(), open);
    endFindings(
      database,
      [...open.values()].filter((finding) => isGone(finding, taken)).map(({ id }) => id),
    );
    keepNewestSignatures(database, root, startedAt, trustedSignatures(taken));
    if (!options.interrupted) keepStamps(database, root, options.stamps);
    if (taken.scan.whole && taken.scan.complete) forgetStamps(database, root, new Set(taken.modules.keys()));

    failures.delete(FAILED + options.subject);
    const place = PLACE + options.subject;
    failures.set(place, { name: place, value: root, toldAt: null });
    keepConditions(database, NO_ROOT, failures.values());
    if (options.channels.length === 0) {
      keepConditions(
        database,
        root,
        decision.conditions.map((one) => asTold(one, conditions)),
      );
    } else {
      keepConditions(database, root, decision.conditions);
      if (decision.reasons.length > 0) {
        noteTold(
          database,
          root,
          decision.findings.map(({ key }) => key),
          now,
        );
        noteEndTold(
          database,
          decision.gone.map(({ id }) => id),
        );
        const event = alertOfScan(decision, taken, number);
        queueAlert(database, options.channels, JSON.stringify(event), now);
      }
    }
    forget(database, root, options.forgetBefore);
    return number;
  });
  return { scan, changes };
}

/** Where nobody is told, what is new stays news for a scan that has somebody to tell. */
function asTold(condition: Condition, before: ReadonlyMap<string, Condition>): Condition {
  const known = before.get(condition.name);
  return { ...condition, toldAt: known?.value === condition.value ? known.toldAt : null };
}

/** Notes that a scan could not run, and lets an alert wait where that, or the reason, is new, or a reminder is due. */
export function recordFailure(
  database: Sqlite,
  { message, subject }: { readonly message: string; readonly subject: string },
  remind: number | null,
  now: Date,
  channels: readonly string[],
): void {
  database.transaction(() => {
    requireReadable(database);
    const name = FAILED + subject;
    const failures = conditionsOf(database, NO_ROOT);
    const known = failures.get(name);
    const toldAt = known?.value === message ? known.toldAt : null;
    const isDue = toldAt === null || (remind !== null && Math.abs(now.getTime() - toldAt.getTime()) >= remind);
    const tells = isDue && channels.length > 0;
    failures.set(name, { name, value: message, toldAt: tells ? now : toldAt });
    keepConditions(database, NO_ROOT, failures.values());
    if (tells) queueAlert(database, channels, JSON.stringify(alertOfFailure(message, now)), now);
  });
}

/** Damage among the alerts that wait has to come to light before another is added, which would be put aside with them. */
function requireReadable(database: Sqlite): void {
  waitingAlerts(database);
}

/** The alert of a scan that cannot be remembered: all that it found is news. */
export function alertWithoutHistory(taken: Taken, rules: AlertRules): AlertEvent | null {
  const decision = decideAlert(
    { taken, changes: null, open: new Map(), ended: [], conditions: new Map(), movedFrom: null },
    rules,
  );
  return decision.reasons.length === 0 ? null : alertOfScan(decision, taken, null);
}

/** Only of modules that are what they say: another's signature says nothing of this one. */
function* trustedSignatures({ modules }: Taken): Generator<[BytePath, Date]> {
  for (const [name, { verdict, signedAt }] of modules) {
    if ((verdict === 'good' || verdict === 'tampered') && signedAt !== null) yield [name, signedAt];
  }
}
