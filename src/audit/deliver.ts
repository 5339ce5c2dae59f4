import { deliver } from '../alert/deliver.js';
import type { AlertEvent } from '../alert/event.js';
import type { AlertSettings } from '../alert/settings.js';
import { SigsweepError } from '../errors.js';
import { errorInWords } from '../files/failure.js';
import { noteFailure, removeAlert, waitingAlerts } from '../state/alerts.js';
import type { Waiting } from '../state/records.js';
import { databaseErrorInWords } from '../state/sqlite.js';
import { countInWords } from '../words.js';
import { withoutNames } from './event.js';
import type { History } from './history.js';

/**
 * Delivers the alerts that wait, for each channel the oldest first; all channels at once. What cannot be delivered waits
 * for the next run.
 * @returns what could not be delivered, in words.
 */
export async function deliverWaiting(
  history: History,
  alerts: AlertSettings,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const waiting = history.use(waitingAlerts);
  const channels = new Set(waiting.map(({ channel }) => channel));
  const outcomes = [...channels].map(async (channel) => {
    const own = waiting.filter((alert) => alert.channel === channel);
    try {
      return await (Object.hasOwn(alerts, channel)
        ? deliverInTurn(history, channel, own, alerts, signal)
        : drop(history, channel, own));
    } catch (error) {
      return [`what became of the alerts for ${channel} could not be noted: ${databaseErrorInWords(error)}`];
    }
  });
  return (await Promise.all(outcomes)).flat();
}

/** Delivers an alert that cannot wait. @returns what could not be delivered, in words. */
export async function deliverNow(
  alerts: AlertSettings,
  event: AlertEvent,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const outcomes = Object.keys(alerts).map((channel) => tryToDeliver(channel, event, alerts, signal));
  return (await Promise.all(outcomes)).flatMap(({ said }) => said);
}

/** After so many in a row that could not be delivered, the receiver is away, and the others wait. */
const MOST_FAILURES = 2;

/** After so many tries, what is refused once more is sent without the names in it: one of them may be why. */
const MOST_WHOLE_TRIES = 2;

async function deliverInTurn(
  history: History,
  channel: string,
  waiting: readonly Waiting[],
  alerts: AlertSettings,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const problems: string[] = [];
  let failures = 0;
  for (const { id, event, tries } of waiting) {
    const whole = event as AlertEvent;
    let { delivered, said } = await tryToDeliver(channel, whole, alerts, signal);
    failures = delivered ? 0 : failures + 1;
    // Whole first: a receiver that was away for two nights has refused nothing.
    if (!delivered && tries >= MOST_WHOLE_TRIES && failures < MOST_FAILURES) {
      ({ delivered, said } = await tryToDeliver(channel, withoutNames(whole), alerts, signal));
      failures = delivered ? 0 : failures + 1;
    }
    problems.push(...said);
    if (delivered) history.use((database) => removeAlert(database, id));
    else history.use((database) => noteFailure(database, id, said.join('; ')));
    if (failures === MOST_FAILURES) break;
  }
  return problems;
}

/** What came of one try, and what there is to say of it: a mail may reach only some of those it is for. */
interface Try {
  readonly delivered: boolean;
  readonly said: readonly string[];
}

async function tryToDeliver(
  channel: string,
  event: AlertEvent,
  alerts: AlertSettings,
  signal: AbortSignal | undefined,
): Promise<Try> {
  const settings = alerts[channel];
  if (settings === undefined) return { delivered: true, said: [] };
  try {
    const { refused } = await deliver(channel, settings, event, signal === undefined ? {} : { signal });
    return { delivered: true, said: refused.map((receiver) => `alert channel ${channel}: ${receiver}`) };
  } catch (error) {
    return { delivered: false, said: [error instanceof SigsweepError ? error.message : errorInWords(error)] };
  }
}

async function drop(history: History, channel: string, waiting: readonly Waiting[]): Promise<string[]> {
  history.use((database) => {
    for (const { id } of waiting) removeAlert(database, id);
  });
  const dropped = `${countInWords(waiting.length, 'alert')} for '${channel}' ${waiting.length === 1 ? 'was' : 'were'} dropped`;
  return [`${dropped}: no channel has this name any more`];
}
