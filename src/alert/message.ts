import { createHash } from 'node:crypto';
import type { SendMailOptions } from 'nodemailer';
import type { AlertEvent } from './event.js';
import { headerValue } from './header-value.js';
import type { MailSettings } from './settings.js';
import { alertText, alertTitle } from './text.js';

/** A name that can stand behind the @ of an address. */
const DOMAIN = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/i;

/** The event as a mail. Only the settings say who sends and receives it; the same event always has the same Message-ID. */
export function alertMail({ to, from }: Pick<MailSettings, 'to' | 'from'>, event: AlertEvent): SendMailOptions {
  const domain = DOMAIN.test(event.host) ? event.host : 'localhost';
  const sender = from ?? `sigsweep@${domain}`;
  return {
    // As parts, and again as the envelope: nothing of an address is left to be parsed.
    from: { name: 'sigsweep', address: sender },
    to: to.map((address) => ({ name: '', address })),
    envelope: { from: sender, to: [...to] },
    // What looks like an encoded word would be decoded by the reader's program, to anything.
    subject: alertTitle(event).replaceAll('=?', '= ?'),
    messageId: `<sigsweep.${createHash('sha256').update(event.id).digest('hex').slice(0, 40)}@${domain}>`,
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Sigsweep-Event': headerValue(event.id) },
    text: alertText(event),
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}
