import { z } from 'zod';
import { DURATION_FORM, parseDuration } from '../duration.js';

/** Longest time a receiver is waited for, in milliseconds. */
const LONGEST_TIMEOUT = 10 * 60_000;

const duration = z.string().transform((text, context) => {
  const milliseconds = parseDuration(text);
  if (milliseconds !== null && milliseconds <= LONGEST_TIMEOUT) return milliseconds;
  context.addIssue({ code: 'custom', message: `give ${DURATION_FORM}, at most 10m` });
  return z.NEVER;
});

const absolutePath = z.string().regex(/^\//, 'give an absolute path');
const address = z.string().regex(/^[^\s<>@]+@[^\s<>@]+$/, 'give one address, such as admin@example.org');

/** A server that takes mail; the local one without a password unless it asks for one. */
const smtp = z
  .strictObject({
    host: z.string().min(1),
    port: z.int().min(1).max(65_535).optional(),
    /** `implicit`: TLS from the first byte (465); `starttls`: required before anything is said; `none`: in clear. */
    tls: z.enum(['implicit', 'starttls', 'none']).default('starttls'),
    /** Certificates of the authorities that count, besides the system's. */
    caFile: absolutePath.optional(),
    user: z.string().min(1).optional(),
    passwordFile: absolutePath.optional(),
  })
  .refine(({ user, passwordFile }) => (user === undefined) === (passwordFile === undefined), {
    message: 'user and passwordFile belong together',
  });

const mail = z
  .strictObject({
    type: z.literal('mail'),
    to: z.union([address.transform((one) => [one]), z.array(address).min(1)]),
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
    url: z.url({ protocol: /^https?$/, message: 'give an http or https address' }).optional(),
    /** A file that holds the address, where the address itself is a secret. */
    urlFile: absolutePath.optional(),
    /** Key of the HMAC-SHA256 in the header `X-Sigsweep-Signature`. */
    secretFile: absolutePath.optional(),
    /** What the body looks like. @default the event as it is */
    preset: z.enum(['event', 'slack']).default('event'),
    caFile: absolutePath.optional(),
    timeout: duration.default(10_000),
    /** Tries after the first one. */
    retries: z.int().min(0).max(10).default(4),
  })
  .refine(({ url, urlFile }) => (url === undefined) !== (urlFile === undefined), {
    message: 'give either url or urlFile',
  });

const syslog = z.strictObject({
  type: z.literal('syslog'),
  facility: z.enum(['auth', 'authpriv', 'daemon', 'user', ...locals()]).default('daemon'),
  /** A receiver elsewhere, by UDP or TCP. @default this machine's */
  server: z.string().min(1).optional(),
  port: z.int().min(1).max(65_535).optional(),
  protocol: z.enum(['udp', 'tcp']).default('udp'),
  /** The local socket, where it is not the usual one. */
  socket: absolutePath.optional(),
  timeout: duration.default(10_000),
});

const command = z.strictObject({
  type: z.literal('command'),
  /** The program and its arguments; no shell reads them. */
  run: z.tuple([absolutePath], z.string()),
  timeout: duration.default(60_000),
});

/** One way to tell somebody. */
export const channelSettings = z.discriminatedUnion('type', [mail, webhook, syslog, command]);

/** Channels by a name of the administrator's choice, under which alerts wait for them. */
export const alertSettings = z.record(
  z.string().regex(/^[\w-]{1,64}$/, 'name channels with letters, digits, - and _'),
  channelSettings,
);

export type MailSettings = z.output<typeof mail>;
export type WebhookSettings = z.output<typeof webhook>;
export type SyslogSettings = z.output<typeof syslog>;
export type CommandSettings = z.output<typeof command>;
export type ChannelSettings = z.output<typeof channelSettings>;
export type AlertSettings = z.output<typeof alertSettings>;

function locals(): ['local0', 'local1', 'local2', 'local3', 'local4', 'local5', 'local6', 'local7'] {
  return ['local0', 'local1', 'local2', 'local3', 'local4', 'local5', 'local6', 'local7'];
}
