import { getNextMillis, type Job, type Queue } from 'bullmq';
import { COORDINATOR_PREFIX } from '../names.js';
import type { QueueConnection } from './connection.js';

/** A standing order as the queue's clock knows it: nothing but its name is taken from there. */
export interface Alarm {
  readonly id: string;
  /** Pattern of cron, in five fields. */
  readonly cron: string;
  /** IANA name of a time zone. */
  readonly tz: string;
}

/** Called when a standing order is due. @param due the moment that its pattern named, milliseconds since the epoch */
export type OnAlarm = (id: string, due: number) => Promise<void> | void;

const QUEUE = 'nights';

/** What is kept of nights that are over. */
const KEPT = { count: 20 };

/** Where the database has no time for it, as while somebody copies it, it is tried again. */
const AGAIN = { attempts: 10, backoff: { type: 'fixed', delay: 10_000 } };

/** When an alarm rings next; `null` where its pattern or its time zone is none, or it never does. */
export function nextAlarm({ cron, tz }: Pick<Alarm, 'cron' | 'tz'>, now: number): number | null {
  // cron-parser takes seconds too; a fleet is not scanned every second.
  if (cron.trim().split(/\s+/).length !== 5) return null;
  try {
    return getNextMillis(now, { pattern: cron, tz }) ?? null;
  } catch {
    return null;
  }
}

/** The queue's clock, by BullMQ's job schedulers: however many coordinators look at it, an alarm rings once. */
export class Alarms {
  readonly #queue: Queue;

  constructor(private readonly connection: QueueConnection) {
    this.#queue = connection.queue(COORDINATOR_PREFIX, QUEUE);
  }

  /** Sets those that are not set as they should be, and takes away all others. */
  async set(alarms: readonly Alarm[]): Promise<void> {
    const there = new Map((await this.#queue.getJobSchedulers()).map((one) => [one.key, one]));
    for (const { id, cron, tz } of alarms) {
      const present = there.get(id);
      there.delete(id);
      if (present?.pattern === cron && present.tz === tz && present.next !== undefined) continue;
      const opts = { ...AGAIN, removeOnComplete: KEPT, removeOnFail: KEPT };
      await this.#queue.upsertJobScheduler(id, { pattern: cron, tz }, { name: 'night', data: {}, opts });
    }
    for (const id of there.keys()) await this.#queue.removeJobScheduler(id);
  }

  /** Begins to listen. */
  listen(onAlarm: OnAlarm): void {
    this.connection.worker(
      COORDINATOR_PREFIX,
      QUEUE,
      async (job: Job) => {
        const [, id, due] = /^repeat:(.{1,100}):(\d{1,15})$/.exec(job.id ?? '') ?? [];
        await onAlarm(id ?? '', Number(due ?? 0));
      },
      { concurrency: 1 },
    );
  }
}
