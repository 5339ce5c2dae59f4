import type { BytePath } from '../../files/bytepath.js';
import type { ScanKind, Severity, UnlistedClass, Verdict } from '../../types.js';
import type { Refusal } from '../message/believe.js';
import type { Priority } from '../priorities.js';

/** What an administrator says of a host when it is enrolled. */
export interface HostTraits {
  readonly groups: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** Whether it may take parts of a store of modules. */
  readonly store: boolean;
}

/** A host of the fleet. */
export interface HostRecord extends HostTraits {
  readonly name: string;
  /** Its Ed25519 public key, as it was enrolled. */
  readonly publicKey: string;
  readonly enrolledAt: Date;
  /** When it was taken out of the fleet; `null` for a member. */
  readonly removedAt: Date | null;
  /** When a message came from it last that was its own; `null` before the first. */
  readonly lastHeard: Date | null;
  /** Of the sigsweep there; `null` before the first message. */
  readonly version: string | null;
}

/** What lets one host enrol, once. */
export interface TokenRecord extends HostTraits {
  /** Public half of its one-time key. */
  readonly publicKey: string;
  readonly host: string;
  readonly createdAt: Date;
  readonly expires: Date;
  /** When it was used; `null` while it was not. */
  readonly usedAt: Date | null;
}

export const ORDER_STATES = ['sent', 'answered', 'failed', 'expired'] as const;

/** `sent` waits for its answer; `failed`: the host said why it could not; `expired`: nothing came in time. */
export type OrderState = (typeof ORDER_STATES)[number];

/** What a host was asked to scan. */
export interface NewOrder {
  readonly nonce: string;
  readonly host: string;
  /** The same for all that one `fleet scan` asked. */
  readonly batch: string;
  /** The sealed message, to be put into the queue again. */
  readonly sealed: string;
  /** Modules asked for; `null` for everything. */
  readonly modules: readonly string[] | null;
  /** @default normal */
  readonly priority?: Priority;
  readonly issued: Date;
  readonly notBefore: Date;
  readonly expires: Date;
}

export interface OrderRecord extends NewOrder {
  readonly priority: Priority;
  readonly state: OrderState;
  /** When it was answered, failed or expired. */
  readonly endedAt: Date | null;
  /** Why it failed; '' otherwise. */
  readonly reason: string;
}

/** A standing order. */
export interface NightRecord {
  readonly id: string;
  /** Pattern of cron. */
  readonly cron: string;
  /** IANA name of the time zone that the pattern is of. */
  readonly tz: string;
  /** Which hosts, as JSON. */
  readonly selection: unknown;
  /** What they are asked, as JSON. */
  readonly request: unknown;
  /** Over how long their scans are spread, in milliseconds. */
  readonly spread: number;
  readonly createdAt: Date;
}

/** Findings by severity. */
export type Counts = Readonly<Record<Severity, number>>;

/** A report that was accepted, without its contents. */
export interface ReportRecord {
  readonly id: number;
  /** Nonce of the order that it answers. */
  readonly order: string;
  readonly host: string;
  /** Nonce of the message that brought it. */
  readonly message: string;
  /** By the host's clock. */
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly receivedAt: Date;
  readonly kind: ScanKind;
  /** Whether everything was asked for, and not single modules only. */
  readonly whole: boolean;
  readonly complete: boolean;
  readonly exitCode: number;
  readonly counts: Counts;
}

/** What is known of a host at present. */
export interface Standing {
  readonly host: string;
  /** Number of the last report that was taken into account. */
  readonly lastReport: number;
  /** Number of the last one of everything; `null` where there was none. */
  readonly lastWhole: number | null;
  /** Whether all that was asked for was looked at. */
  readonly complete: boolean;
  readonly counts: Counts;
}

/** A module of a host at present. */
export interface HostModule {
  readonly host: string;
  readonly name: BytePath;
  readonly version: string | null;
  readonly verdict: Verdict;
  readonly signer: string | null;
  readonly signedAt: Date | null;
  readonly textSha256: string | null;
}

/** A finding at present whose content is known. */
export interface HostFinding {
  readonly host: string;
  readonly hash: string;
  readonly module: BytePath | null;
  readonly path: BytePath;
  readonly class: UnlistedClass | null;
  readonly severity: Severity;
}

/** Where and when the fleet saw a content first, by the clock of that host. */
export interface FirstSeen {
  readonly host: string;
  readonly path: BytePath;
  readonly seenAt: Date;
}

/** Messages of a host that were not taken, for one reason. */
export interface RefusalRecord {
  /** In whose queue they lay. */
  readonly host: string;
  readonly why: Refusal;
  /** What was wrong with the last one. May quote what somebody sent. */
  readonly detail: string;
  readonly firstAt: Date;
  readonly lastAt: Date;
  readonly count: number;
}
