import { createTransport } from 'nodemailer';
import { requireTrustedProgram, runProgram } from '../process/run-program.js';
import { ChannelError, type Delivered } from './channel.js';
import type { AlertEvent } from './event.js';
import { alertMail } from './message.js';
import type { MailSettings } from './settings.js';
import { sendBySmtp } from './smtp.js';

/**
 * Sends the event as a mail, through a server or the local sendmail. Load this module only where somebody wants mail:
 * nodemailer takes 40 ms.
 * @throws ChannelError when nobody gets it.
 * @throws SigsweepError FILE_UNSAFE
 */
export async function sendMail(settings: MailSettings, event: AlertEvent, signal: AbortSignal): Promise<Delivered> {
  const mail = alertMail(settings, event);
  if (settings.smtp !== undefined) return sendBySmtp(settings.smtp, mail, settings.timeout, signal);
  if (settings.sendmail === undefined) throw new ChannelError('neither smtp nor sendmail is given');
  requireTrustedProgram(settings.sendmail);
  const writer = createTransport({ streamTransport: true, buffer: true, newline: 'unix' });
  const { envelope, message } = await writer.sendMail(mail);
  const sender = envelope.from === false ? [] : ['-f', envelope.from];
  // -i: a line with nothing but a dot does not end the message.
  await runProgram(settings.sendmail, ['-i', ...sender, ...envelope.to], message as Buffer, signal);
  return { refused: [] };
}
