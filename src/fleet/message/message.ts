import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import {
  MAX_FLEET_TEXT,
  MAX_FLEET_VALUES,
  MAX_KEPT_MODULES,
  MAX_RATE,
  MAX_REPORT_TEXT_BYTES,
  MAX_THREADS,
  MIN_RATE,
} from '../../limits.js';
import { TOOL } from '../../tool.js';
import { COORDINATOR, isHostName, STORE_WORKERS } from '../names.js';
import { parseSent } from './json.js';
import { batch, part, sharedScan } from './store-bodies.js';

/**
 * What coordinator and hosts say to each other. Changed whenever one of an older release would misunderstand one of a
 * newer one: both then say so, instead of guessing.
 */
export const PROTOCOL = 1;

/** Longest time that a scan which was asked for may take, in milliseconds. */
export const MAX_DEADLINE = 7 * 24 * 3_600_000;

const shortText = z.string().max(MAX_FLEET_TEXT);
const time = z.number().int().min(0).max(8.64e15);
const nonce = z.string().regex(/^[0-9a-f]{32}$/);
const publicKey = z.string().regex(/^[\w-]{43}$/);
const party = z.string().refine((name) => name === COORDINATOR || name === STORE_WORKERS || isHostName(name));

/** What a job may choose of a scan: never whose signatures count, nor where anything lies, nor what is run. */
export const scanRequest = z.strictObject({
  kind: z.enum(['full', 'quick']),
  /** Only these modules. */
  modules: z.array(z.string().min(1).max(255)).min(1).max(MAX_KEPT_MODULES).optional(),
  threads: z.number().int().min(1).max(MAX_THREADS).optional(),
  /** MB a second. */
  maxRate: z.number().min(MIN_RATE).max(MAX_RATE).optional(),
  /** How long the scan may take, in milliseconds. */
  deadline: z.number().int().min(1000).max(MAX_DEADLINE),
});

export type ScanRequest = z.infer<typeof scanRequest>;

/** How far a scan is, as `Progress` of the scanner. */
const progress = z.strictObject({
  modules: z.number().int().min(0),
  modulesVerified: z.number().int().min(0),
  files: z.number().int().min(0),
  filesRead: z.number().int().min(0),
  bytes: z.number().min(0),
});

/** What each kind of message says. */
const bodies = {
  // The coordinator's.
  scan: scanRequest,
  /** A message of the host was taken in; it need not be kept any longer. */
  accepted: z.strictObject({ message: nonce }),
  /** It was not, and sending it again is of no use. */
  refused: z.strictObject({ message: nonce, reason: shortText }),
  enrolled: z.strictObject({ publicKey }),
  /** What all batches of a shared scan of a store have in common; its nonce is the scan's. */
  store: sharedScan,
  batch,
  // The host's.
  /** Sealed with the token's key: the host's own, from now on. */
  enrol: z.strictObject({ publicKey }),
  hello: z.strictObject({ state: z.enum(['idle', 'scanning']), since: time }),
  /** The report in its wire form (`report-wire.ts`), which is read by itself. */
  report: z.strictObject({ job: nonce, report: z.string().max(MAX_REPORT_TEXT_BYTES) }),
  /** A scan could not run, or a job was not believed (then without one). */
  failure: z.strictObject({ job: nonce.nullable(), code: shortText, reason: shortText }),
  progress: z.strictObject({ job: nonce, progress }),
  part,
} as const;

export type Kind = keyof typeof bodies;
export type Body<K extends Kind> = z.infer<(typeof bodies)[K]>;

/** Kinds that the coordinator says to hosts. */
export const TO_HOSTS = ['scan', 'accepted', 'refused', 'enrolled'] as const satisfies readonly Kind[];

/** Kinds that hosts say to the coordinator. */
export const TO_COORDINATOR = ['enrol', 'hello', 'report', 'failure', 'progress'] as const satisfies readonly Kind[];

/** One message. Times are milliseconds since the epoch, by the sender's clock. */
export interface Message<K extends Kind = Kind> {
  readonly protocol: number;
  /** The sender's release of sigsweep. */
  readonly version: string;
  readonly kind: K;
  /** A host's name, {@link COORDINATOR} or, as a receiver, {@link STORE_WORKERS}. */
  readonly from: string;
  readonly to: string;
  /** Never used twice. */
  readonly nonce: string;
  readonly issued: number;
  /** After it nobody takes the message. */
  readonly expires: number;
  readonly body: Body<K>;
}

const envelope = z.strictObject({
  protocol: z.number().int().min(0).max(1_000_000),
  version: z.string().max(64),
  kind: z.string().max(32),
  from: party,
  to: party,
  nonce,
  issued: time,
  expires: time,
  body: z.unknown(),
});

/** What the sender of a message decides. */
export interface Draft<K extends Kind> {
  readonly kind: K;
  readonly from: string;
  readonly to: string;
  /** @default a new one */
  readonly nonce?: string;
  readonly issued: number;
  readonly expires: number;
  readonly body: Body<K>;
}

/** Makes a message of this release. */
export function message<K extends Kind>(draft: Draft<K>): Message<K> {
  return { protocol: PROTOCOL, version: TOOL.version, nonce: newNonce(), ...draft };
}

/** 128 random bits, in 32 hex digits. */
export function newNonce(): string {
  return randomBytes(16).toString('hex');
}

/** A message as it was read, or why it is none. */
export type Read =
  | { readonly ok: true; readonly message: AnyMessage }
  | { readonly ok: false; readonly why: 'malformed' | 'protocol'; readonly detail: string };

/** A message of any kind, whose `kind` says what its body is. */
export type AnyMessage = { [K in Kind]: Message<K> }[Kind];

/**
 * Reads the text of a message whose signature was verified: whoever signed it may be in other hands by now.
 * @param most so many values are taken.
 */
export function readMessage(text: string, most = MAX_FLEET_VALUES): Read {
  let value: unknown;
  try {
    value = parseSent(text, most);
  } catch {
    return malformed('it is no JSON, or more than any message says');
  }
  // Another protocol may look different in everything but this.
  const protocol = z.looseObject({ protocol: z.number(), version: z.string().max(64).optional() }).safeParse(value);
  if (protocol.success && protocol.data.protocol !== PROTOCOL) {
    return { ok: false, why: 'protocol', detail: otherProtocol(protocol.data.protocol, protocol.data.version) };
  }
  const outer = envelope.safeParse(value);
  if (!outer.success) return malformed(firstProblem(outer.error));
  const { kind } = outer.data;
  if (!Object.hasOwn(bodies, kind)) return malformed('it is of an unknown kind');
  const body = bodies[kind as Kind].safeParse(outer.data.body);
  if (!body.success) return malformed(firstProblem(body.error));
  return { ok: true, message: { ...outer.data, kind, body: body.data } as AnyMessage };
}

/** What to do where two releases do not understand each other. */
function otherProtocol(theirs: number, version: string | undefined): string {
  const sender = version === undefined ? 'its sender' : `its sender, sigsweep ${version.replace(/[^\w.+-]/g, '?')},`;
  const older = theirs < PROTOCOL ? 'the sender' : 'this side';
  return `${sender} speaks protocol ${theirs}, and sigsweep ${TOOL.version} here speaks ${PROTOCOL}: upgrade ${older}`;
}

function malformed(detail: string): Read {
  return { ok: false, why: 'malformed', detail };
}

/** Where something is wrong, and nothing of what stands there. */
function firstProblem(error: z.ZodError): string {
  const [issue] = error.issues;
  const place = issue === undefined || issue.path.length === 0 ? 'the message' : issue.path.join('.');
  return `${place} is not what it has to be`;
}
