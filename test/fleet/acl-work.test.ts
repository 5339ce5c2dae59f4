import { FlowProducer, type Job, type Queue, UnrecoverableError } from 'bullmq';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { COORDINATOR_PREFIX, hostPrefix, JOBS_QUEUE, REPORTS_QUEUE, STORE_PREFIX } from '../../src/fleet/names.js';
import { Inbox } from '../../src/fleet/queue/inbox.js';
import { Outbox } from '../../src/fleet/queue/outbox.js';
import { MAX_WAITING_MESSAGES } from '../../src/limits.js';
import { COORDINATOR, connectionOf, OTHER, PBX, STORE, startExampleRedis } from './example-redis.js';
import { REDIS_MISSING, type TestRedis } from './redis.js';

const PREFIX = hostPrefix('pbx-1');
const OTHER_PREFIX = hostPrefix('pbx-2');

describe.skipIf(REDIS_MISSING)(`what users of a fleet can do (${REDIS_MISSING ?? 'redis-server is installed'})`, () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startExampleRedis();
  });
  afterAll(() => redis.remove());

  // Redis notes there whatever it refused, be it in the middle of a script.
  afterEach(async () => {
    expect(await redis.cli('acl', 'log')).toBe('');
  });

  it('a host takes jobs of every kind, and what became of them is seen', async () => {
    const jobs = connectionOf(redis, COORDINATOR).queue(PREFIX, JOBS_QUEUE);
    const order: string[] = [];
    await jobs.addBulk([
      { name: 'plain', data: {}, opts: { jobId: 'plain' } },
      { name: 'late', data: {}, opts: { delay: 300 } },
      { name: 'first', data: {}, opts: { priority: 1 } },
      { name: 'again', data: {}, opts: { attempts: 2, backoff: { type: 'fixed', delay: 100 } } },
      { name: 'at once', data: {}, opts: { attempts: 2 } },
      { name: 'never', data: {}, opts: { attempts: 3 } },
      { name: 'put off', data: {} },
    ]);
    await jobs.add('plain', {}, { jobId: 'plain' });
    const work = async (job: Job, token?: string) => {
      order.push(job.name);
      await job.updateProgress({ files: order.length });
      await job.log('a line');
      await job.updateData({ changed: true });
      await job.extendLock(token ?? '', 30_000);
      if (job.name === 'never') throw new UnrecoverableError('no');
      if ((job.name === 'again' || job.name === 'at once') && job.attemptsMade === 0) throw new Error('once more');
      return job.name;
    };
    const limiter = { max: 3, duration: 100 };
    connectionOf(redis, PBX).worker(PREFIX, JOBS_QUEUE, work, { concurrency: 1, limiter, lockRenewTime: 20 });
    await expect.poll(() => countsOf(jobs), PATIENCE).toMatchObject({ completed: 6, failed: 1, wait: 0, delayed: 0 });
    expect(order.toSorted()).toEqual(
      ['again', 'again', 'at once', 'at once', 'first', 'late', 'never', 'plain', 'put off'].toSorted(),
    );
    const [done] = await jobs.getJobs(['completed']);
    expect([await done?.getState(), done?.progress]).toEqual(['completed', { files: expect.any(Number) }]);
    expect((await jobs.getJobLogs(done?.id ?? '')).logs).toEqual(['a line']);
    await Promise.all((await jobs.getJobs()).map((job) => job.remove({ removeChildren: false })));
    expect(await countsOf(jobs)).toMatchObject({ completed: 0, failed: 0 });
  });

  it('a host that died is followed by itself, which takes the job again', async () => {
    const jobs = connectionOf(redis, COORDINATOR).queue(OTHER_PREFIX, JOBS_QUEUE);
    await jobs.add('hard', {}, { jobId: 'hard', removeOnComplete: true });
    const stalled = { lockDuration: 300, stalledInterval: 200, maxStalledCount: 2 };
    const dead = connectionOf(redis, OTHER);
    const begun = new Promise<void>((begin) => {
      dead.worker(OTHER_PREFIX, JOBS_QUEUE, () => new Promise(() => begin()), { ...stalled, skipLockRenewal: true });
    });
    await begun;
    await dead.close();
    const done = new Promise((resolve) => {
      connectionOf(redis, OTHER).worker(OTHER_PREFIX, JOBS_QUEUE, async (job) => resolve(job.id), stalled);
    });
    expect(await done).toBe('hard');
    await expect.poll(() => countsOf(jobs), PATIENCE).toMatchObject({ active: 0, wait: 0 });
  });

  it('a host hands reports in, which the coordinator measures, reads and takes away', async () => {
    const large = 'x'.repeat(100_000);
    const reports = connectionOf(redis, PBX).queue(PREFIX, REPORTS_QUEUE);
    for (let time = 0; time < 2; time += 1) await reports.add('report', large, { jobId: 'one' });
    await reports.add('report', 'second', { jobId: 'two' });
    expect((await reports.getWaiting()).map(({ id }) => id)).toEqual(['one', 'two']);
    const inbox = new Inbox(connectionOf(redis, COORDINATOR));
    expect(await inbox.counts(['pbx-1', 'pbx-2'])).toEqual(new Map([['pbx-1', 2]]));
    expect((await inbox.oldest('pbx-1', 1))[0]).toEqual({ id: 'one', size: 100_002 });
    expect(await inbox.content('pbx-1', 'one', large.length + 2)).toBe(large);
    await inbox.remove('pbx-1', 'one');
    expect(await inbox.drop('pbx-1', MAX_WAITING_MESSAGES + 1)).toBe(1);
    expect(await countsOf(reports)).toMatchObject({ wait: 0 });
  });

  it('the coordinator says things to a host, looks after them, and takes them back', async () => {
    const outbox = new Outbox(connectionOf(redis, COORDINATOR));
    const message = (nonce: string) => ({ host: 'pbx-1', nonce, kind: 'scan', sealed: 'sealed', isScan: true });
    const later = { ...message('later'), delay: 60_000 };
    await outbox.put([message('now'), later, { ...message('first'), priority: 1 }]);
    expect(await outbox.missing([message('now'), later, message('lost')])).toEqual([message('lost')]);
    expect(await outbox.progress([later])).toEqual(new Map());
    await outbox.withdraw('pbx-1', 'later');
    expect(await outbox.missing([later])).toEqual([later]);
    await outbox.clear('pbx-1');
    expect(await redis.cli('keys', `${PREFIX}:*`)).toBe('');
  });

  it('hosts with a store work on a flow together, and the coordinator gets what came of it', async () => {
    const connection = connectionOf(redis, COORDINATOR);
    const flows = new FlowProducer({ connection: connection.client, prefix: STORE_PREFIX });
    const scan = await flows.add({
      name: 'scan',
      queueName: 'scans',
      children: [1, 2, 3].map((batch) => ({ name: 'batch', queueName: 'batches', data: { batch } })),
    });
    const host = connectionOf(redis, STORE);
    host.worker(STORE_PREFIX, 'batches', async (job) => (job.data as { batch: number }).batch * 2, {});
    const values = new Promise((resolve) => {
      connection.worker(STORE_PREFIX, 'scans', async (job) => resolve(await job.getChildrenValues()), {});
    });
    expect(Object.values((await values) as Record<string, number>).toSorted()).toEqual([2, 4, 6]);
    await expect.poll(() => scan.job.getState(), PATIENCE).toBe('completed');
    expect(await scan.job.getDependenciesCount()).toMatchObject({ processed: 3 });
    await scan.job.remove();
    await flows.close();
  });

  it('the coordinator keeps a clock of nights', async () => {
    const connection = connectionOf(redis, COORDINATOR);
    const nights = connection.queue(COORDINATOR_PREFIX, 'nights');
    await nights.upsertJobScheduler('nightly', { pattern: '30 2 * * *' }, { name: 'night' });
    await nights.upsertJobScheduler('often', { every: 100 }, { name: 'soon' });
    expect((await nights.getJobSchedulers()).map(({ key }) => key).toSorted()).toEqual(['nightly', 'often']);
    let times = 0;
    connection.worker(
      COORDINATOR_PREFIX,
      'nights',
      async () => {
        times += 1;
      },
      {},
    );
    await expect.poll(() => times, PATIENCE).toBeGreaterThan(1);
    for (const scheduler of ['nightly', 'often']) expect(await nights.removeJobScheduler(scheduler)).toBe(true);
  });
});

const PATIENCE = { timeout: 20_000, interval: 50 };

function countsOf(queue: Queue): Promise<Record<string, number>> {
  return queue.getJobCounts('wait', 'active', 'delayed', 'prioritized', 'completed', 'failed');
}
