import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { SigsweepError } from '../../errors.js';
import { errorInWords } from '../../files/failure.js';
import { makePrivateFolder } from '../../files/private-folder.js';
import { defaultStateFolder } from '../../state/folder.js';
import { ScanLock } from '../../state/lock.js';
import { ownKey } from '../keys.js';
import { DoneJobs } from './done.js';
import { type Enrolment, readEnrolment, writeEnrolment } from './enrolment.js';
import { Spool } from './spool.js';

/** Where a host keeps what makes it one of a fleet, when nobody says. */
export function defaultAgentFolder(): string {
  return join(defaultStateFolder(), 'agent');
}

/** What a host keeps, for one agent at a time. */
export class AgentFolder {
  /** The host's own. */
  readonly key: KeyObject;
  readonly done: DoneJobs;
  readonly spool: Spool;
  readonly #lock: ScanLock;

  /**
   * Makes the folder where there is none.
   * @param say is told what of it could not be used.
   * @throws SigsweepError FLEET_UNUSABLE, also while another agent works with it; FILE_UNSAFE
   */
  constructor(
    readonly path: string,
    say: (sentence: string) => void,
  ) {
    this.#lock = takeLock(path);
    try {
      this.key = ownKey(path, 'agent.key');
      this.done = new DoneJobs(path);
      this.spool = new Spool(path, say);
    } catch (error) {
      this.#lock.release();
      throw error;
    }
  }

  /** As {@link readEnrolment}. */
  get enrolment(): Enrolment | null {
    return readEnrolment(this.path);
  }

  /** As {@link writeEnrolment}. */
  enrol(enrolment: Enrolment): void {
    writeEnrolment(this.path, enrolment);
  }

  close(): void {
    this.#lock.release();
  }
}

function takeLock(folder: string): ScanLock {
  try {
    makePrivateFolder(folder);
    return ScanLock.take(folder);
  } catch (cause) {
    if (cause instanceof SigsweepError && cause.code === 'FILE_UNSAFE') throw cause;
    const isBusy = cause instanceof SigsweepError && cause.code === 'SCAN_RUNNING';
    throw new SigsweepError(
      'FLEET_UNUSABLE',
      isBusy
        ? `another agent works with ${folder}: end it, or give this one a folder of its own with --agent-folder`
        : `cannot keep what makes this host one of a fleet in ${folder}: ${cause instanceof SigsweepError ? cause.message : errorInWords(cause)}; give another folder with --agent-folder`,
      { cause },
    );
  }
}
