import { connect, type Socket } from 'node:net';
import { createTransport, type NodemailerError, type SendMailOptions, type SMTPTransportOptions } from 'nodemailer';
import { lookupLoopback } from '../net/loopback.js';
import { oneLine } from '../report/one-line.js';
import { ChannelError, channelErrorInWords, type Delivered } from './channel.js';
import { readAuthorities, readSecret } from './secrets.js';
import type { SmtpSettings } from './settings.js';

const DEFAULT_PORT = { implicit: 465, starttls: 587, none: 25 } as const;

/** How much of what a server says is quoted, in characters. */
const MOST_QUOTED = 200;

/** How long a server that does not hang up is waited for after the last word, in milliseconds. */
const CLOSE_MILLISECONDS = 1000;

/**
 * Hands a mail to a server. With TLS or not at all, as the settings say; with the password or not at all.
 * @throws ChannelError when nobody gets it.
 */
export async function sendBySmtp(
  settings: SmtpSettings,
  mail: SendMailOptions,
  timeout: number,
  signal: AbortSignal,
): Promise<Delivered> {
  const transport = createTransport(transportOptions(settings, timeout, signal));
  try {
    const { rejectedErrors = [] } = await transport.sendMail({ ...mail, signal });
    return { refused: rejectedErrors.map(refusalInWords) };
  } catch (cause) {
    throw new ChannelError(failureInWords(cause), { cause });
  } finally {
    transport.close();
  }
}

function transportOptions(settings: SmtpSettings, timeout: number, signal: AbortSignal): SMTPTransportOptions {
  const { host, tls, caFile, user, passwordFile } = settings;
  return {
    host,
    secure: tls === 'implicit',
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'none',
    tls: {
      // Said here, the environment's NODE_TLS_REJECT_UNAUTHORIZED does not count.
      rejectUnauthorized: true,
      ...(caFile === undefined ? {} : { ca: readAuthorities(caFile) }),
    },
    ...(user === undefined || passwordFile === undefined ? {} : { auth: { user, pass: readSecret(passwordFile) } }),
    // Else a server that asks for no password would be sent the mail without one.
    forceAuth: user !== undefined,
    connectionTimeout: timeout,
    greetingTimeout: timeout,
    socketTimeout: timeout,
    socketCloseTimeout: CLOSE_MILLISECONDS,
    getSocket: (_, callback) => {
      openSocket(settings, signal).then(
        (connection) => callback(null, { connection }),
        (error: Error) => callback(error),
      );
    },
  };
}

/** Connects the way every other program of this machine does, by /etc/hosts too: nodemailer would ask the DNS first. */
function openSocket(settings: SmtpSettings, signal: AbortSignal): Promise<Socket> {
  const { host, port, tls, user } = settings;
  const inClear = tls === 'none' && user !== undefined;
  return new Promise((resolve, reject) => {
    const socket = connect({
      host,
      port: port ?? DEFAULT_PORT[tls],
      signal,
      ...(inClear ? { lookup: lookupLoopback } : {}),
    });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

function refusalInWords({ recipient, response }: NodemailerError): string {
  return `${oneLine(String(recipient), MOST_QUOTED)}: ${oneLine(response ?? 'refused', MOST_QUOTED)}`;
}

/**
 * Why a server did not take a mail. What it says is quoted only where it is about the mail: an answer to a password may
 * repeat it.
 */
function failureInWords(error: unknown): string {
  const { code, originalCode, command, response, responseCode } = error as Partial<NodemailerError>;
  switch (code) {
    case 'EAUTH':
      return `it does not take this user and password${responseCode === undefined ? '' : ` (${responseCode})`}`;
    case 'EENVELOPE':
    case 'EMESSAGE':
    case 'EPROTOCOL':
      return `${command ?? 'the connection'} was answered with: ${oneLine(response ?? 'nothing', MOST_QUOTED)}`;
    case 'ETLS':
      return 'it does not do STARTTLS, and nothing is sent without: ask who runs it, or see whether tls: implicit works';
    case 'ECONNECTION':
      return 'it hung up';
    default:
      return channelErrorInWords(error, originalCode ?? code);
  }
}
