import { type Command, InvalidArgumentError, Option } from 'commander';
import type { AlertSettings } from '../alert/settings.js';
import type { AuditOptions } from '../audit/audit.js';
import { DAY_MILLISECONDS, DURATION_FORM, parseDuration } from '../duration.js';
import { defaultStateFolder } from '../state/folder.js';
import { SEVERITIES, type Severity } from '../types.js';
import { parsePath } from './arguments.js';
import { type StateArguments, withStateFolder } from './remembered.js';

/** What `scan` takes for nights without anybody there. */
export interface AuditArguments extends StateArguments {
  readonly keep: number;
  readonly quick?: true;
  readonly fullEvery: number;
  readonly exemptions?: string;
  readonly alertOn: Severity;
  readonly remind?: number;
  readonly metrics?: string;
}

const DEFAULT_KEEP_DAYS = 400;
const DEFAULT_FULL_EVERY_DAYS = 7;

/** Adds the options about what is remembered from scan to scan, and who is told. */
export function withAuditOptions(command: Command): Command {
  return withMemoryOptions(
    withKeep(command).option('--quick', 'do not read files again that did not change since they were read'),
  );
}

/** The same where somebody else says whether a scan is a quick one. */
export function withAuditOptionsButQuick(command: Command): Command {
  return withMemoryOptions(withKeep(command));
}

function withKeep(command: Command): Command {
  return withStateFolder(command).addOption(
    new Option('--keep <duration>', 'how long scans are remembered')
      .argParser(parseAge)
      .default(DEFAULT_KEEP_DAYS * DAY_MILLISECONDS, `${DEFAULT_KEEP_DAYS}d`),
  );
}

function withMemoryOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--full-every <duration>', 'read every file when that was so long ago')
        .argParser(parseAge)
        .default(DEFAULT_FULL_EVERY_DAYS * DAY_MILLISECONDS, `${DEFAULT_FULL_EVERY_DAYS}d`),
    )
    .addOption(
      new Option('--alert-on <severity>', 'least severity of a new finding that is told')
        .choices(SEVERITIES)
        .default('high'),
    )
    .option('--remind <duration>', 'tell again of what is still there after so long', parseAge)
    .option('--metrics <file>', 'write figures for Prometheus', parsePath);
}

/** The options of an audit, but for the scan's own. */
export function auditOptions(
  given: AuditArguments,
  alerts: AlertSettings,
): Omit<AuditOptions, 'scan' | 'interrupted' | 'attended'> {
  const { state, keep, quick, fullEvery, exemptions, alertOn, remind, metrics } = given;
  return {
    state: state === false ? null : (state ?? defaultStateFolder()),
    stateWasGiven: state !== undefined,
    keep,
    quick: quick ?? false,
    fullEvery,
    ...(exemptions === undefined ? {} : { exemptions }),
    alerts,
    alertOn,
    remind: remind ?? null,
    ...(metrics === undefined ? {} : { metrics }),
  };
}

/** A duration as it is typed, in milliseconds. */
export function parseAge(text: string): number {
  const milliseconds = parseDuration(text);
  if (milliseconds === null) throw new InvalidArgumentError(`give ${DURATION_FORM}.`);
  return milliseconds;
}
