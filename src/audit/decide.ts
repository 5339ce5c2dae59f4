import type { Changes } from '../changes.js';
import type { BytePath } from '../files/bytepath.js';
import { severityOfVerdict } from '../scan/verdict.js';
import type { StoredFinding, StoredModule } from '../snapshot.js';
import type { Condition, OpenFinding } from '../state/records.js';
import { SEVERITIES, type Severity, type Verdict } from '../types.js';
import { changedModules, isGone } from './compare.js';
import type { Taken } from './take.js';

/** What an alert is decided from: what this scan found, and what was known and told before it. */
export interface Known {
  readonly taken: Taken;
  /** Compared with the last complete scan; `null` where there is none. */
  readonly changes: Changes | null;
  /** Findings that were there before this scan, by key. */
  readonly open: ReadonlyMap<string, OpenFinding>;
  /** Findings that ended in earlier scans, of whose end nobody was told yet. */
  readonly ended: readonly OpenFinding[];
  readonly conditions: ReadonlyMap<string, Condition>;
  /** The web root before, where nobody named it and it is another one now. */
  readonly movedFrom: BytePath | null;
}

/** When somebody is told. */
export interface AlertRules {
  /** Least severity of a finding that is told. */
  readonly alertOn: Severity;
  /** After how many milliseconds somebody is told again of what is still there; `null` for never. */
  readonly remind: number | null;
  readonly now: Date;
  /** Whether a Ctrl-C ended the scan: whoever pressed it knows. */
  readonly stoppedByHand: boolean;
}

/** A module whose verdict is told: `null` for a module that is not there, and no `before` where nothing is known of it. */
export interface VerdictNews {
  readonly module: BytePath;
  readonly before: Verdict | null | undefined;
  readonly after: StoredModule | null;
}

/** What somebody is to be told, and what is noted for the next scan. */
export interface Decision {
  /** At least one where somebody is to be told. */
  readonly reasons: readonly ('findings' | 'verdict' | 'incomplete' | 'moved' | 'recovered' | 'reminder')[];
  /** New ones, in a reminder all that were told; the worst first. */
  readonly findings: readonly StoredFinding[];
  readonly verdicts: readonly VerdictNews[];
  /** Findings that are gone and were told when they were there. */
  readonly gone: readonly OpenFinding[];
  /** Everything that holds from now on besides findings. */
  readonly conditions: readonly Condition[];
}

const INCOMPLETE = 'incomplete';
const VERDICT = 'verdict ';

/** Tells each change once: what is new, what holds for the first time, and when all of it is over. */
export function decideAlert(known: Known, rules: AlertRules): Decision {
  const { taken, open } = known;
  const worthTelling = (severity: Severity) => SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(rules.alertOn);
  const standing = [...taken.findings.values()].filter(
    ({ exempted, finding }) => !exempted && worthTelling(finding.severity),
  );
  const fresh = standing.filter(({ key }) => open.get(key)?.toldAt == null);
  const told = [...open.values()].filter(
    ({ toldAt, key }) => toldAt !== null && taken.findings.get(key)?.exempted !== true,
  );
  const gone = [...known.ended, ...told.filter((finding) => isGone(finding, taken))];
  const stillTold = told.filter((finding) => !isGone(finding, taken));

  const conditions = conditionsAfter(known, rules, worthTelling);
  const freshConditions = conditions.filter(({ toldAt }) => toldAt === null);
  const toldConditions = conditions.filter(({ toldAt }) => toldAt !== null);
  const verdicts = [...freshConditions.flatMap((condition) => verdictNews(known, condition)), ...vanished(known)];

  const reasons: Decision['reasons'][number][] = [];
  if (fresh.length > 0) reasons.push('findings');
  if (verdicts.length > 0) reasons.push('verdict');
  if (freshConditions.some(({ name }) => name === INCOMPLETE)) reasons.push('incomplete');
  if (known.movedFrom !== null) reasons.push('moved');
  const isQuiet = reasons.length === 0;
  const nothingLeft = stillTold.length === 0 && conditions.length === 0;
  const { whole, complete } = taken.scan;
  if (isQuiet && nothingLeft && whole && complete && wasTold(known)) reasons.push('recovered');
  const isReminder = isQuiet && isDue([...stillTold, ...toldConditions], rules);
  if (isReminder) reasons.push('reminder');

  const isTold = reasons.length > 0;
  return {
    reasons,
    findings: isReminder ? stillTold : fresh,
    verdicts,
    gone: isTold ? gone : [],
    conditions: conditions.map((one) =>
      isTold && (isReminder || one.toldAt === null) ? { ...one, toldAt: rules.now } : one,
    ),
  };
}

/** Whether anything that was told stood when this scan began. */
function wasTold({ open, ended, conditions }: Known): boolean {
  const told = ({ toldAt }: { readonly toldAt: Date | null }) => toldAt !== null;
  return ended.length > 0 || [...open.values()].some(told) || [...conditions.values()].some(told);
}

function isDue(standing: readonly { readonly toldAt: Date | null }[], { remind, now }: AlertRules): boolean {
  const last = Math.max(...standing.map(({ toldAt }) => toldAt?.getTime() ?? 0));
  const age = now.getTime() - last;
  // Somebody was told in a night with a clock that was ahead: nobody is to wait until that time has come.
  const isAhead = age < 0;
  return remind !== null && standing.length > 0 && (isAhead || age >= remind);
}

function conditionsAfter(known: Known, rules: AlertRules, worthTelling: (severity: Severity) => boolean): Condition[] {
  const { taken, conditions } = known;
  const after: Condition[] = [];
  const hold = (name: string, value: string) => {
    const before = conditions.get(name);
    after.push({ name, value, toldAt: before?.value === value ? before.toldAt : null });
  };
  if (!taken.scan.complete && saysWhetherComplete(taken, rules)) hold(INCOMPLETE, '');
  for (const [module, { verdict }] of taken.modules) {
    const name = VERDICT + module;
    // Nothing is known of what the scan did not come to: what held before holds on.
    if (verdict === 'unverified' && !taken.scan.complete) keep(conditions, name, after);
    else if (isBad(known, module, verdict, worthTelling)) hold(name, verdict);
  }
  for (const [name, condition] of conditions) {
    if (name.startsWith(VERDICT) && !taken.modules.has(name.slice(VERDICT.length) as BytePath)) {
      const isOver =
        taken.scan.whole && taken.scan.complete && !taken.present.has(name.slice(VERDICT.length) as BytePath);
      if (!isOver) after.push(condition);
    } else if (name === INCOMPLETE && !saysWhetherComplete(taken, rules)) after.push(condition);
  }
  return after;
}

/** One that somebody cut short, or that looked at single modules only, says nothing of the rest. */
function saysWhetherComplete({ scan }: Taken, { stoppedByHand }: AlertRules): boolean {
  return scan.complete ? scan.whole : !stoppedByHand;
}

function keep(conditions: ReadonlyMap<string, Condition>, name: string, into: Condition[]): void {
  const condition = conditions.get(name);
  if (condition !== undefined) into.push(condition);
}

/** A verdict that is as bad as findings that are told, or that the module did not have when it was good. */
function isBad(
  { taken, changes, conditions }: Known,
  module: BytePath,
  verdict: Verdict,
  worthTelling: (severity: Severity) => boolean,
): boolean {
  if (verdict === 'good') return false;
  if (verdict === 'tampered') return !isExempted(taken, module);
  const severity = severityOfVerdict(verdict, module);
  if (severity !== null && worthTelling(severity)) return true;
  const change = changes?.modules.find((one) => one.module === module);
  // What was told of it is not over because it is bad in another way now.
  return change?.before?.verdict === 'good' || conditions.has(VERDICT + module);
}

/** Whether everything that makes a module tampered may be so. */
function isExempted({ findings }: Taken, module: BytePath): boolean {
  const own = [...findings.values()].filter((one) => one.module === module && one.finding.kind !== 'unlisted');
  return own.length > 0 && own.every(({ exempted }) => exempted);
}

function verdictNews({ taken, changes, conditions }: Known, { name }: Condition): VerdictNews[] {
  if (!name.startsWith(VERDICT)) return [];
  const module = name.slice(VERDICT.length) as BytePath;
  const after = taken.modules.get(module) ?? null;
  const change = changes?.modules.find((one) => one.module === module);
  const before = conditions.get(name)?.value as Verdict | undefined;
  // It has had this verdict since a scan that had nobody to tell.
  if (before !== undefined && before === after?.verdict) return [{ module, before: undefined, after }];
  const unknown = changes === null ? undefined : null;
  return [{ module, before: before ?? change?.before?.verdict ?? unknown, after }];
}

function vanished({ changes }: Known): VerdictNews[] {
  if (changes === null) return [];
  return changedModules(changes, 'vanished').map((module) => ({
    module,
    before: changes.modules.find((one) => one.module === module)?.before?.verdict ?? null,
    after: null,
  }));
}
