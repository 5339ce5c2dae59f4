import pLimit from 'p-limit';
import { SigsweepError } from '../errors.js';
import { within } from '../process/within.js';
import { oneLine } from '../report/one-line.js';
import { causeInWords, type Delivered, type SendOptions } from './channel.js';
import { sendToCommand } from './command.js';
import type { AlertEvent } from './event.js';
import type { AlertSettings, ChannelSettings } from './settings.js';
import { sendToSyslog } from './syslog.js';
import { sendToWebhook } from './webhook.js';

/** Channels that are sent to at the same time. */
const MOST_AT_ONCE = 8;

/** What became of an event in one channel. */
export interface ChannelOutcome {
  readonly channel: string;
  /** What was tried and what went wrong, without any secret; `null` when it was delivered. */
  readonly failure: string | null;
  /** Receivers that did not get what others of the channel did, each with why, in words. */
  readonly refused: readonly string[];
}

/**
 * Sends an event through one channel, in bounded time: its timeout; a webhook's for each try, and the waits between.
 * @param name the administrator's name of the channel, for the message of what goes wrong
 * @throws SigsweepError ALERT_FAILED
 */
export async function deliver(
  name: string,
  settings: ChannelSettings,
  event: AlertEvent,
  options: SendOptions = {},
): Promise<Delivered> {
  try {
    return await send(settings, event, options);
  } catch (cause) {
    throw new SigsweepError('ALERT_FAILED', `alert channel ${oneLine(name, 64)}: ${failureInWords(settings, cause)}`, {
      cause,
    });
  }
}

/** Sends an event through all channels, side by side: whatever one of them does, the others are sent to. Never throws. */
export function deliverAll(
  channels: AlertSettings,
  event: AlertEvent,
  options: SendOptions = {},
): Promise<ChannelOutcome[]> {
  const limit = pLimit(MOST_AT_ONCE);
  return Promise.all(
    Object.entries(channels).map(([channel, settings]) =>
      limit(() =>
        send(settings, event, options).then(
          ({ refused }) => ({ channel, failure: null, refused }),
          (cause) => ({ channel, failure: failureInWords(settings, cause), refused: [] }),
        ),
      ),
    ),
  );
}

async function send(settings: ChannelSettings, event: AlertEvent, options: SendOptions): Promise<Delivered> {
  if (settings.type === 'webhook') return sendToWebhook(settings, event, options);
  return within(settings.timeout, options.signal, async (signal) => {
    switch (settings.type) {
      case 'mail': {
        // Loaded only where somebody wants mail: nodemailer takes 40 ms.
        const { sendMail } = await import('./mail.js');
        return sendMail(settings, event, signal);
      }
      case 'syslog':
        return sendToSyslog(settings, event, signal);
      case 'command':
        return sendToCommand(settings, event, signal);
    }
  });
}

function failureInWords(settings: ChannelSettings, cause: unknown): string {
  return `${receiverInWords(settings)}: ${causeInWords(cause)}`;
}

/** What was tried, without what a webhook's address may keep secret: more than scheme and host is never said. */
function receiverInWords(settings: ChannelSettings): string {
  switch (settings.type) {
    case 'mail':
      if (settings.smtp === undefined) return `mail through ${settings.sendmail}`;
      return `mail through ${settings.smtp.host}${settings.smtp.port === undefined ? '' : `:${settings.smtp.port}`}`;
    case 'webhook':
      if (settings.url === undefined) return `webhook of ${settings.urlFile}`;
      return `webhook at ${URL.canParse(settings.url) ? new URL(settings.url).origin : 'an unusable address'}`;
    case 'syslog':
      return `syslog at ${settings.server ?? settings.socket ?? 'this machine'}`;
    case 'command':
      return `command ${settings.run[0]}`;
  }
}
