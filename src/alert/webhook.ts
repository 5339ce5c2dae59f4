import { setTimeout as sleep } from 'node:timers/promises';
import { statusInWords, USER_AGENT } from '../net/request.js';
import { within } from '../process/within.js';
import { safeJson } from '../report/escape.js';
import { backOffMilliseconds, MOST_ASKED_MILLISECONDS, retryAfterMilliseconds } from './back-off.js';
import { ChannelError, causeInWords, type Delivered, type SendOptions } from './channel.js';
import type { AlertEvent } from './event.js';
import { headerValue } from './header-value.js';
import { type Answer, post } from './post.js';
import { readAuthorities, readSecret } from './secrets.js';
import type { WebhookSettings } from './settings.js';
import { webhookSignature } from './signature.js';
import { slackBody } from './slack.js';
import { webhookAddress } from './webhook-address.js';

/** Refusals that may be none the next time: too slow, too early, too many. */
const RETRIED: readonly number[] = [408, 425, 429];

/** Why a try failed, and whether and when another one may succeed. */
interface FailedTry {
  readonly reason: string;
  readonly again: boolean;
  /** What the receiver asks to wait for, in milliseconds. */
  readonly asked: number;
}

/**
 * Posts the event, again where that may help. Each try is signed anew.
 * @throws ChannelError when no try succeeded; it quotes neither the address nor the answer, which may hold it.
 * @throws SigsweepError FILE_UNSAFE
 */
export async function sendToWebhook(
  settings: WebhookSettings,
  event: AlertEvent,
  { signal, pause = wait }: SendOptions,
): Promise<Delivered> {
  const attempt = makeAttempt(settings, event);
  for (let tries = 1; ; tries++) {
    const failure = await within(settings.timeout, signal, attempt).catch(failedByNetwork);
    if (failure === null) return { refused: [] };
    const { reason, again, asked } = failure;
    const isLast = !again || tries > settings.retries || asked > MOST_ASKED_MILLISECONDS || signal?.aborted === true;
    if (isLast) throw new ChannelError(tries === 1 ? reason : `${reason}, after ${tries} tries`);
    // Where the wait is interrupted, the next try says so.
    await pause(backOffMilliseconds(tries, asked), signal).catch(() => undefined);
  }
}

/** Reads what the settings name, and returns what makes one try: `null` when the receiver took the event. */
function makeAttempt(
  { url: given, urlFile, secretFile, caFile, preset }: WebhookSettings,
  event: AlertEvent,
): (signal: AbortSignal) => Promise<FailedTry | null> {
  const found = webhookAddress(given ?? (urlFile === undefined ? '' : readSecret(urlFile)));
  if ('problem' in found) throw new ChannelError(`${urlFile ?? 'url'}: ${found.problem}`);
  const secret = secretFile === undefined ? undefined : readSecret(secretFile);
  const ca = caFile === undefined ? undefined : readAuthorities(caFile);
  const body = preset === 'slack' ? slackBody(event) : safeJson(event);
  return async (signal) => {
    const headers = {
      'content-type': 'application/json',
      'user-agent': USER_AGENT,
      'x-sigsweep-event': headerValue(event.id),
      ...(secret === undefined ? {} : { 'x-sigsweep-signature': webhookSignature(secret, body, new Date()) }),
    };
    return failureOf(await post(found.url, headers, body, ca, signal));
  };
}

/** What an answer means; `null` for success. */
function failureOf({ status, retryAfter }: Answer): FailedTry | null {
  if (status >= 200 && status < 300) return null;
  const words = statusInWords(status);
  const isRedirect = status >= 300 && status < 400;
  return {
    reason: isRedirect
      ? `it answered ${words}: redirects are not followed, give the address where this one leads`
      : `it answered ${words}`,
    again: status >= 500 || RETRIED.includes(status),
    asked: retryAfterMilliseconds(retryAfter, Date.now()),
  };
}

function failedByNetwork(error: unknown): FailedTry {
  return { reason: causeInWords(error), again: true, asked: 0 };
}

function wait(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return sleep(milliseconds, undefined, signal === undefined ? {} : { signal });
}
