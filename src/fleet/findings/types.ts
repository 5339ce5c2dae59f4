import type { BytePath } from '../../files/bytepath.js';
import type { ScanKind, Severity, UnlistedClass } from '../../types.js';
import type { Counts, FirstSeen, OrderState } from '../store/records.js';

/**
 * What is known of a host: `findings` at or above the severity that counts; `incomplete` where not everything was looked
 * at; `clean` where everything was and nothing such is there; `unknown` where there is no report, or none that is of now.
 */
export const HOST_VERDICTS = ['findings', 'incomplete', 'unknown', 'clean'] as const;

export type HostVerdict = (typeof HOST_VERDICTS)[number];

/**
 * Whether what is known of a host is of now: `silent` was not heard of for too long; `outdated` was, but its last report
 * of everything is older; `never reported` has none.
 */
export const HOST_STATES = ['silent', 'never reported', 'outdated', 'reporting'] as const;

export type HostState = (typeof HOST_STATES)[number];

/** A report of a host, without its contents. */
export interface HostReport {
  /** Its number among all reports of the fleet. */
  readonly number: number;
  readonly receivedAt: Date;
  /** When its scan ended, by the host's clock. */
  readonly finishedAt: Date;
  readonly kind: ScanKind;
  readonly complete: boolean;
  /** As the scan ended there. */
  readonly exitCode: number;
}

/** One host of the fleet. */
export interface FleetHost {
  readonly name: string;
  readonly groups: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** Of the sigsweep there; `null` before it was heard of. */
  readonly version: string | null;
  readonly verdict: HostVerdict;
  readonly state: HostState;
  /** Findings that count, at present. */
  readonly counts: Counts;
  readonly modules: number;
  /** Those of them that are good. */
  readonly good: number;
  readonly enrolledAt: Date;
  readonly lastHeard: Date | null;
  /** The last report of everything. */
  readonly whole: HostReport | null;
  /** The last report of single modules, where it is newer than that of everything. */
  readonly part: HostReport | null;
  /** The last order that ended. */
  readonly order: { readonly state: OrderState; readonly endedAt: Date; readonly reason: string } | null;
}

/** Hosts by name, at most {@link MOST_NAMED} of them. */
export interface HostList {
  readonly count: number;
  readonly names: readonly string[];
}

/** So many hosts are named where more are meant. */
export const MOST_NAMED = 50;

export const FLEET_FINDING_KINDS = [
  /** One module and version whose signed text is not the same everywhere. */
  'bytes-differ',
  /** A module that is signed elsewhere in the same version, and is not here. */
  'signature-missing',
  /** One module that is signed by different keys. */
  'signer-differs',
  /** The same content that nobody signed, or that is not as signed, on several hosts. */
  'shared-content',
  /** An older version of a module than others have by the same signer. */
  'behind',
  'silent',
  'never-reported',
  'outdated',
  /** An order to which nothing came in time. */
  'unanswered',
  /** An order that a host could not follow. */
  'failed',
  /** A message that was not believed. */
  'refused',
] as const;

export type FleetFindingKind = (typeof FLEET_FINDING_KINDS)[number];

/** One of several ways in which a module is there. */
export interface Variant {
  readonly version: string | null;
  /** Fingerprint; `null` where there is no signature, or its key is not at hand. */
  readonly signer: string | null;
  /** SHA-256 of the signed text; `null` where there is no signature that could be read. */
  readonly textSha256: string | null;
  readonly hosts: HostList;
}

/** What only a fleet can see. */
export interface FleetFinding {
  readonly kind: FleetFindingKind;
  readonly severity: Severity;
  /** Those that it is about: the odd ones; all of them where nobody can tell which are odd. */
  readonly hosts: HostList;
  /** Whether most others agree, so that the hosts are the odd ones. */
  readonly odd: boolean;
  readonly module: BytePath | null;
  /** How the module is there, what most hosts have first; empty where that is not what it is about. */
  readonly variants: readonly Variant[];
  readonly content: SharedContent | null;
  /** Since when, where that is known. */
  readonly since: Date | null;
  /** What a host or the coordinator said about it; '' for nothing. May quote what somebody sent. */
  readonly detail: string;
}

/** A content that is on several hosts. */
export interface SharedContent {
  /** SHA-256, 64 lower-case hex digits. */
  readonly sha256: string;
  readonly class: UnlistedClass | null;
  /** Where it lies on one of the hosts. */
  readonly module: BytePath | null;
  readonly path: BytePath;
  readonly firstSeen: FirstSeen | null;
}

/** All of a fleet at one moment. */
export interface FleetReport {
  readonly at: Date;
  /** How long a host may not be heard of, in milliseconds. */
  readonly silentAfter: number;
  readonly failOn: Severity;
  /** By name. */
  readonly hosts: readonly FleetHost[];
  /** The worst first. */
  readonly findings: readonly FleetFinding[];
  /** Findings of the fleet that are too many to be listed. */
  readonly leftOut: number;
  readonly summary: {
    readonly hosts: number;
    readonly verdicts: Readonly<Record<HostVerdict, number>>;
    readonly states: Readonly<Record<HostState, number>>;
    /** Findings of all hosts together. */
    readonly counts: Counts;
    /** Findings that only the fleet sees. */
    readonly findings: Counts;
    /** Orders that wait for their answer. */
    readonly waiting: number;
  };
  /** 1: findings at or above `failOn`, of a host or of the fleet; 3: not all of it is known; 0: neither. */
  readonly exitCode: number;
}

export interface FleetOptions {
  readonly now: Date;
  /** How long a host may not be heard of, and how old its last report of everything may be, in milliseconds. */
  readonly silentAfter: number;
  /** Least severity that makes the exit code 1. @default 'high' */
  readonly failOn?: Severity;
  /** How long messages that were not believed are told of, in milliseconds. @default a week */
  readonly refusedWithin?: number;
  /** Only these hosts; findings of the fleet that concern none of them are left out. @default all */
  readonly hosts?: ReadonlySet<string>;
}
