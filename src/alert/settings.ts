import { isIP } from 'node:net';
import { z } from 'zod';
import { parseDuration } from '../duration.js';
import { isLoopback } from '../net/loopback.js';
import { webhookAddress } from './webhook-address.js';

/** Longest time a receiver is waited for, in milliseconds. */
const LONGEST_TIMEOUT = 10 * 60_000;
const TIMEOUT_FORM = 'give a number with s or m behind it, such as 30s, at most 10m';

/** Most receivers of one mail. */
const MOST_RECIPIENTS = 50;

const duration = z.string(TIMEOUT_FORM).transform((text, context) => {
  const milliseconds = parseDuration(text);
  if (milliseconds !== null && milliseconds <= LONGEST_TIMEOUT) return milliseconds;
  context.addIssue({ code: 'custom', message: TIMEOUT_FORM });
  return z.NEVER;
});

// biome-ignore lint/suspicious/noControlCharactersInRegex: no name of a file has them in good faith.
const absolutePath = z.string('give an absolute path').regex(/^\/[^\x00-\x1f\x7f]*$/, 'give an absolute path');
const port = z.int().min(1, 'give a port from 1 to 65535').max(65_535, 'give a port from 1 to 65535').optional();

/** Letters, digits and hyphens, and the underscore that some local names have. Never a leading hyphen: no option. */
const HOST_NAME = /^(?=.{1,253}$)[a-z0-9_]([\w-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([\w-]{0,61}[a-z0-9_])?)*$/i;

const host = z
  .string()
  .refine((text) => isIP(text) !== 0 || HOST_NAME.test(text), 'give a name or an IP address, without port and scheme');

/**
 * One plain address, as every program reads it in the same way: no name, comment, quotes or list, and no hyphen in front
 * that a sendmail would take for an option.
 */
const address = z
  .string()
  .regex(
    /^(?!-)[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(?!-)[a-z0-9.-]{1,253}$/i,
    'give one address, such as admin@example.org, without a name',
  );

/** A server that takes mail; the local one without a password unless it asks for one. */
const smtp = z
  .strictObject({
    host,
    /** @default 465 with implicit TLS, 587 with STARTTLS, 25 without */
    port,
    /** `implicit`: TLS from the first byte; `starttls`: required before anything is said; `none`: in clear. */
    tls: z.enum(['implicit', 'starttls', 'none']).default('starttls'),
    /** Certificates of the authorities that count. @default the public ones that come with Node */
    caFile: absolutePath.optional(),
    user: z
      .string()
      .min(1, 'give a user, or leave it out')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: one of them separates user and password.
      .regex(/^[^\x00-\x1f\x7f]*$/, 'give a user without control characters')
      .optional(),
    passwordFile: absolutePath.optional(),
  })
  .refine(({ user, passwordFile }) => (user === undefined) === (passwordFile === undefined), {
    message: 'user and passwordFile belong together: give both or none',
  })
  .refine(({ tls, user, host: server }) => tls !== 'none' || user === undefined || isLoopback(server), {
    path: ['tls'],
    message: 'a password goes to another machine only with TLS: use starttls or implicit, or leave user out',
  })
  .refine(({ tls, caFile }) => tls !== 'none' || caFile === undefined, {
    path: ['caFile'],
    message: 'there are no certificates without TLS: use starttls or implicit, or leave caFile out',
  })
  .refine(({ tls, port: number }) => number !== 465 || tls === 'implicit', {
    path: ['port'],
    message: 'port 465 speaks TLS from the first byte: use tls: implicit',
  })
  .refine(({ tls, port: number }) => number !== 587 || tls !== 'implicit', {
    path: ['port'],
    message: 'port 587 begins in clear: use tls: starttls',
  });

const mail = z
  .strictObject({
    type: z.literal('mail'),
    /** One address, or a list of them. */
    to: z.preprocess(
      // Not a union of both: its messages would not say which address is wrong, and why.
      (given) => (typeof given === 'string' ? [given] : given),
      z
        .array(address, 'give one address or a list of them')
        .min(1, 'give at least one address')
        .max(MOST_RECIPIENTS, `give at most ${MOST_RECIPIENTS} addresses, or the one of a list`),
    ),
    /** @default sigsweep@ and the name of the host */
    from: address.optional(),
    smtp: smtp.optional(),
    /** The program that takes a message on its standard input. */
    sendmail: absolutePath.optional(),
    timeout: duration.default(30_000),
  })
  .refine(({ smtp: server, sendmail }) => (server === undefined) !== (sendmail === undefined), {
    message: 'give either smtp or sendmail',
  });

const webhook = z
  .strictObject({
    type: z.literal('webhook'),
    url: z
      .string()
      .superRefine((text, context) => {
        const found = webhookAddress(text);
        if ('problem' in found) context.addIssue({ code: 'custom', message: found.problem });
        else if (found.url.username !== '' || found.url.password !== '') {
          context.addIssue({ code: 'custom', message: 'it holds a password: put it into a file and give urlFile' });
        }
      })
      .optional(),
    /** A file that holds the address, where the address itself is a secret. */
    urlFile: absolutePath.optional(),
    /** Key of the HMAC-SHA256 in the header `X-Sigsweep-Signature`. */
    secretFile: absolutePath.optional(),
    /** What the body looks like. @default the event as it is */
    preset: z.enum(['event', 'slack']).default('event'),
    /** Certificates of the authorities that count. @default the public ones that come with Node */
    caFile: absolutePath.optional(),
    /** For each try. */
    timeout: duration.default(10_000),
    /** Tries after the first one. */
    retries: z.int().min(0, 'give a number from 0 to 10').max(10, 'give a number from 0 to 10').default(4),
  })
  .refine(({ url, urlFile }) => (url === undefined) !== (urlFile === undefined), {
    message: 'give either url or urlFile',
  });

const syslog = z
  .strictObject({
    type: z.literal('syslog'),
    facility: z.enum(['auth', 'authpriv', 'daemon', 'user', ...locals()]).default('daemon'),
    /** A receiver elsewhere, by UDP or TCP. @default this machine's */
    server: host.optional(),
    /** @default 514 by UDP, 601 by TCP */
    port,
    protocol: z.enum(['udp', 'tcp']).default('udp'),
    /** The local socket, where it is not the usual one. */
    socket: absolutePath.optional(),
    timeout: duration.default(10_000),
  })
  .refine(({ server, socket }) => server === undefined || socket === undefined, {
    path: ['socket'],
    message: 'give either server or socket',
  })
  .refine(
    ({ server, port: number, protocol }) => server !== undefined || (number === undefined && protocol === 'udp'),
    {
      message: 'port and protocol are about a server: give it too',
    },
  );

const command = z.strictObject({
  type: z.literal('command'),
  /** The program and its arguments; no shell reads them. */
  run: z.tuple(
    [absolutePath],
    z.string('give each argument as a text, in quotes').regex(/^[^\0]*$/, 'give an argument without zero bytes'),
    'give a list: the absolute path of a program, then its arguments',
  ),
  timeout: duration.default(60_000),
});

/** One way to tell somebody. */
export const channelSettings = z.discriminatedUnion('type', [mail, webhook, syslog, command], {
  error: 'give a map with type: mail, webhook, syslog or command',
});

/** Channels by a name of the administrator's choice, under which alerts wait for them. */
export const alertSettings = z.record(
  z.string().regex(/^[a-z0-9][\w-]{0,63}$/i, 'name channels with letters, digits, - and _'),
  channelSettings,
  'give a map of channels by name',
);

export type MailSettings = z.output<typeof mail>;
export type SmtpSettings = z.output<typeof smtp>;
export type WebhookSettings = z.output<typeof webhook>;
export type SyslogSettings = z.output<typeof syslog>;
export type CommandSettings = z.output<typeof command>;
export type ChannelSettings = z.output<typeof channelSettings>;
export type AlertSettings = z.output<typeof alertSettings>;

function locals(): ['local0', 'local1', 'local2', 'local3', 'local4', 'local5', 'local6', 'local7'] {
  return ['local0', 'local1', 'local2', 'local3', 'local4', 'local5', 'local6', 'local7'];
}
