import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { addNight, askForNight, endNight, missedNight, nightsOf } from '../../src/fleet/coordinator/nights.js';
import { ALL, selected, unknownGroups, unknownHosts } from '../../src/fleet/coordinator/select.js';
import { Service } from '../../src/fleet/coordinator/service.js';
import { delaysOf } from '../../src/fleet/coordinator/spread.js';
import { allOpenOrders } from '../../src/fleet/coordinator/status.js';
import type { Happening } from '../../src/fleet/coordinator/take.js';
import { newNonce } from '../../src/fleet/message/message.js';
import { hostPrefix, JOBS_QUEUE } from '../../src/fleet/names.js';
import { Alarms } from '../../src/fleet/queue/nights.js';
import { batches } from '../../src/fleet/store/orders.js';
import type { HostRecord } from '../../src/fleet/store/records.js';
import { refusalsSince } from '../../src/fleet/store/refusals.js';
import { lastReports } from '../../src/fleet/store/reports.js';
import { tempFolder } from '../helpers/temp.js';
import { finding, module, report } from '../report/fixtures.js';
import { ask, connect, FakeHost, fleetOf, HOUR, ledgerIn } from './coordinator.js';
import { REDIS_MISSING, redisForTest, startRedis, type TestRedis } from './redis.js';

const NIGHT = { cron: '30 2 * * *', tz: 'Europe/Berlin', selection: ALL, spread: 2 * HOUR };
const REQUEST = { scan: { kind: 'full', deadline: HOUR }, priority: 'normal' } as const;
const DUE = Date.UTC(2026, 10, 29, 1, 30);

async function until(isSo: () => boolean | Promise<boolean>, milliseconds = 20_000): Promise<void> {
  const end = performance.now() + milliseconds;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error('it did not become so in time');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('scans of many hosts', () => {
  it('begin evenly over a time, at random moments and in random order', () => {
    const delays = delaysOf(100, { over: 100_000 });
    const inOrder = delays.toSorted((a, b) => a - b);
    expect(inOrder.map((delay) => Math.floor(delay / 1000))).toEqual(Array.from({ length: 100 }, (_, place) => place));
    expect(delays).not.toEqual(inOrder);
    expect(delays).not.toEqual(delaysOf(100, { over: 100_000 }));
  });

  it('take as long as their rate wants it, and none where nothing is said', () => {
    expect(Math.max(...delaysOf(60, { over: 1000, rate: 10 }))).toBeGreaterThan(5 * 60_000);
    expect(Math.max(...delaysOf(60, { over: 600_000, rate: 1000 }))).toBeLessThan(600_000);
    expect(delaysOf(3, { over: 0 })).toEqual([0, 0, 0]);
    expect(delaysOf(0, { over: 1000 })).toEqual([]);
  });

  it('are of those that are meant', () => {
    const host = (name: string, groups: string[], labels = {}) => ({ name, groups, labels }) as unknown as HostRecord;
    const hosts = [host('a', ['west']), host('b', ['east'], { site: 'x' }), host('c', ['west', 'east'], { site: 'x' })];
    const names = (selection: Partial<typeof ALL>) =>
      selected(hosts, { ...ALL, ...selection })
        .map(({ name }) => name)
        .join('');
    expect([names({}), names({ groups: ['west'] }), names({ groups: ['west', 'east'] })]).toEqual(['abc', 'ac', 'abc']);
    expect([names({ hosts: ['a'], groups: ['east'] }), names({ labels: { site: 'x' } })]).toEqual(['abc', 'bc']);
    expect(names({ groups: ['west'], labels: { site: 'x' } })).toBe('c');
    expect(unknownHosts(hosts, { ...ALL, hosts: ['a', 'd'] })).toEqual(['d']);
    expect(unknownGroups(hosts, { ...ALL, groups: ['west', 'north'] })).toEqual(['north']);
  });
});

describe('a standing order', () => {
  it('is asked for once, for its own time, with what is in the database', () => {
    const folder = tempFolder();
    const ledger = ledgerIn(folder);
    for (const name of ['pbx1', 'pbx2']) new FakeHost(name, undefined as never, ledger.key).join(ledger);
    const id = addNight(ledger, { ...NIGHT, request: REQUEST }, new Date(DUE - HOUR));
    const told = [ledger, ledgerIn(folder)].map((one) => askForNight(one, id, DUE, DUE + 1000));
    expect(told).toEqual([`standing order ${id}: 2 hosts are asked to scan`, '']);
    const open = allOpenOrders(ledger, DUE + 2000);
    expect(open.map(({ host }) => host).sort()).toEqual(['pbx1', 'pbx2']);
    for (const { notBefore } of open) expect(notBefore.getTime() - DUE).toBeLessThan(2 * HOUR + 1000);
    expect(batches(ledger.store, 10)).toHaveLength(1);
    // An hour later another zone has half past two.
    expect(askForNight(ledger, id, DUE + HOUR, DUE + HOUR)).toMatch(/at a time that is not its own$/);
    expect(askForNight(ledger, id, DUE + 24 * HOUR, DUE + HOUR)).toMatch(/before its time/);
    expect(askForNight(ledger, id, DUE - 24 * HOUR, DUE)).toMatch(/too long ago, it is let pass$/);
    expect(askForNight(ledger, 'unknown', DUE, DUE)).toMatch(/^an alarm rang for a standing order that there is not/);
    expect(batches(ledger.store, 10)).toHaveLength(1);
    expect([endNight(ledger, id), endNight(ledger, id), nightsOf(ledger)]).toEqual([true, false, []]);
  });

  it('is made up for where nothing rang, if that was not long ago nor before it was given', () => {
    const night = { ...NIGHT, id: 'one', request: REQUEST, createdAt: new Date(DUE - 48 * HOUR) };
    expect(missedNight(night, DUE + 30_000)).toBe(null);
    expect(missedNight(night, DUE + HOUR)).toBe(DUE);
    expect(missedNight(night, DUE + 7 * HOUR)).toBe(null);
    expect(missedNight({ ...night, createdAt: new Date(DUE + 1000) }, DUE + HOUR)).toBe(null);
    expect(missedNight({ ...night, cron: '*/10 * * * *' }, DUE + HOUR)).toBe(DUE + HOUR - 600_000);
  });
});

describe.skipIf(REDIS_MISSING)('the service of a coordinator', () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis?.remove());
  beforeEach(() => redis.cli('flushall'));

  it('keeps the alarms of Redis as its own database has them', async () => {
    const connection = await connect(redis);
    const alarms = new Alarms(connection);
    const queue = connection.queue('sigsweep:coordinator', 'nights');
    const set = async () =>
      (await queue.getJobSchedulers()).map(({ key, pattern, tz, next }) => [
        key,
        pattern,
        tz,
        Number(next) > Date.now(),
      ]);
    await queue.upsertJobScheduler('nobody', { pattern: '* * * * *' }, {});
    await alarms.set([{ id: 'one', ...NIGHT }]);
    expect(await set()).toEqual([['one', NIGHT.cron, NIGHT.tz, true]]);
    await redis.cli('flushall');
    await alarms.set([
      { id: 'one', ...NIGHT },
      { id: 'two', cron: '0 4 * * 1', tz: 'UTC' },
    ]);
    await alarms.set([
      { id: 'one', ...NIGHT },
      { id: 'two', cron: '0 5 * * 1', tz: 'UTC' },
    ]);
    expect((await set()).sort()).toEqual([
      ['one', NIGHT.cron, NIGHT.tz, true],
      ['two', '0 5 * * 1', 'UTC', true],
    ]);
    expect(await queue.getDelayedCount()).toBe(2);
  });

  it('believes no alarm that rings before its time, though two of them listen', async () => {
    const folder = tempFolder();
    const { fleet } = await fleetOf(redis, ['pbx1'], folder);
    addNight(fleet, { ...NIGHT, request: REQUEST }, new Date());
    const said: string[] = [];
    const stop = new AbortController();
    const services = [fleet, ledgerIn(folder)].map(async (ledger) => {
      const service = new Service(ledger, await connect(redis), {
        nights: true,
        onHappening: () => {},
        say: (line) => said.push(line),
      });
      await service.run(stop.signal);
    });
    const queue = (await connect(redis)).queue('sigsweep:coordinator', 'nights');
    await until(async () => (await queue.getDelayedCount()) === 1);
    for (const job of await queue.getDelayed()) await job.promote();
    await until(() => said.length > 0);
    stop.abort();
    await Promise.all(services);
    expect(said).toEqual([expect.stringMatching(/^an alarm rang for standing order [0-9a-f]{8} before its time/)]);
    expect(batches(fleet.store, 10)).toEqual([]);
  });

  it('goes on where its disk is full for a while, and loses nothing', async () => {
    const { fleet, hosts } = await fleetOf(redis, ['pbx1']);
    const [job = ''] = await ask(fleet, hosts);
    const said: string[] = [];
    const stop = new AbortController();
    onTestFinished(() => stop.abort());
    const running = new Service(fleet, await connect(redis), {
      onHappening: () => {},
      say: (line) => said.push(line),
    }).run(stop.signal);
    const pages = Number(fleet.store.first('PRAGMA page_count')?.[0]);
    fleet.store.first(`PRAGMA max_page_count = ${pages}`);
    // Contents that do not pack well, so that they need pages.
    const findings = Array.from({ length: 300 }, (_, index) =>
      finding(`${index}`, { actual: newNonce() + newNonce() }),
    );
    await hosts[0]?.report(job, report({ modules: [module('fax', 'good', { findings })] }));
    await until(() => said.length > 0);
    expect(said[0]).toMatch(/^cannot use .*fleet\.db: SQLITE_FULL: .*; nothing is lost, and it is tried again$/);
    fleet.store.first('PRAGMA max_page_count = 100000');
    await until(() => lastReports(fleet.store, 'pbx1', 2).length === 1);
    stop.abort();
    await running;
  });

  it('tells of what is refused once, however much of it there is', async () => {
    const { fleet, hosts } = await fleetOf(redis, ['pbx1', 'pbx2']);
    const [one, two] = hosts as [FakeHost, FakeHost];
    const forged = (host: FakeHost) => host.say('hello', { state: 'idle', since: 0 }, { data: 'forged' });
    for (let count = 0; count < 50; count += 1) await forged(one);
    await forged(two);
    await two.say('report', { job: 'f'.repeat(32), report: '{}' });
    const told: string[] = [];
    const stop = new AbortController();
    onTestFinished(() => stop.abort());
    const onHappening = ({ host, detail }: Happening) => void told.push(`${host} ${detail.split(':')[0]}`);
    const running = new Service(fleet, await connect(redis), { onHappening, say: () => {} }).run(stop.signal);
    await until(async () => (await one.waiting()) + (await two.waiting()) === 0);
    stop.abort();
    await running;
    expect(told.sort()).toEqual(['pbx1 unsigned', 'pbx2 malformed', 'pbx2 unsigned']);
    expect(refusalsSince(fleet.store, new Date(0)).map(({ count }) => count)).toEqual([50, 1, 1]);
  });

  it('sees every scan through, though Redis loses all it has and is away in the middle', async () => {
    const own = await redisForTest();
    const names = Array.from({ length: 8 }, (_, index) => `pbx${index}`);
    const { fleet, hosts, connection } = await fleetOf(own, names);
    const done = new Set<string>();
    for (const host of hosts) {
      connection.worker(
        hostPrefix(host.name),
        JOBS_QUEUE,
        async (job) => {
          // Half of them have not begun when Redis is lost.
          const isLater = done.size >= 4 && !done.has(host.name) && own.log.split('Ready to').length < 3;
          if (job.name !== 'scan' || isLater) return;
          done.add(host.name);
          // As from a spool: what was done before is sent again.
          await host.report(job.id ?? '', report({}), { nonce: job.id ?? '' });
        },
        { drainDelay: 1 },
      );
    }
    const said: string[] = [];
    const stop = new AbortController();
    onTestFinished(() => stop.abort());
    const service = new Service(fleet, await connect(own), { onHappening: () => {}, say: (line) => said.push(line) });
    const running = service.run(stop.signal);
    await ask(fleet, hosts, { put: false });
    await until(() => done.size >= 4);
    await own.kill();
    await own.start();
    await until(() => names.every((name) => lastReports(fleet.store, name, 2).length === 1));
    stop.abort();
    await running;
    for (const name of names) expect(lastReports(fleet.store, name, 10)).toHaveLength(1);
  });
});
