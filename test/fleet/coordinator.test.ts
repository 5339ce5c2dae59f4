import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { COORDINATOR_USER, coordinatorUser, hostUser, hostUserName } from '../../src/fleet/acl.js';
import { collect, membersOf } from '../../src/fleet/coordinator/collect.js';
import { deliverOrders, endOverdue } from '../../src/fleet/coordinator/deliver.js';
import { type Fleet, fleetOn } from '../../src/fleet/coordinator/fleet.js';
import { allOpenOrders, hostsByName, statusOf, verifiedProgress } from '../../src/fleet/coordinator/status.js';
import { newKey, publicText } from '../../src/fleet/keys.js';
import { CLOCK_TOLERANCE } from '../../src/fleet/message/believe.js';
import { newNonce } from '../../src/fleet/message/message.js';
import { hostPrefix } from '../../src/fleet/names.js';
import { Alarms } from '../../src/fleet/queue/nights.js';
import { listHosts, removeHost } from '../../src/fleet/store/hosts.js';
import { openOrders, orderByNonce } from '../../src/fleet/store/orders.js';
import { refusalsSince } from '../../src/fleet/store/refusals.js';
import { lastReports } from '../../src/fleet/store/reports.js';
import { addToken } from '../../src/fleet/store/tokens.js';
import { newToken } from '../../src/fleet/token.js';
import {
  MAX_BATCH_CHARACTERS,
  MAX_FLOOD_DROPPED,
  MAX_MESSAGES_A_ROUND,
  MAX_PROGRESS_CHARACTERS,
  MAX_SEALED_CHARACTERS,
  MAX_WAITING_MESSAGES,
} from '../../src/limits.js';
import { tempFolder } from '../helpers/temp.js';
import { finding, module, report } from '../report/fixtures.js';
import { ask, type Changes, connect, FakeHost, fleetOf, HOUR, ledgerIn } from './coordinator.js';
import { REDIS_MISSING, redisForTest, startRedis, type TestRedis } from './redis.js';

let redis: TestRedis;

const shell = report({
  modules: [module('fax', 'good', { findings: [finding('x.php', { actual: '5'.repeat(64) })] })],
});

const round = (fleet: Fleet, now?: () => number) => collect(fleet, membersOf(fleet, Date.now()), now);
const refusals = ({ store }: Fleet, host: string) =>
  refusalsSince(store, new Date(0))
    .filter((one) => one.host === host)
    .map(({ why, count }) => [why, count]);
const reports = ({ store }: Fleet, host: string) => lastReports(store, host, 10).length;

describe.skipIf(REDIS_MISSING)('a coordinator', () => {
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis?.remove());
  beforeEach(() => redis.cli('flushall'));

  it('asks hosts to scan, takes their reports, and answers', async () => {
    const names = Array.from({ length: 50 }, (_, index) => `pbx${index}`);
    const { fleet, hosts } = await fleetOf(redis, names);
    const jobs = await ask(fleet, hosts);
    for (const host of hosts) expect(await host.heardOf('scan')).toEqual([{ kind: 'full', deadline: HOUR }]);
    const sent = await Promise.all(hosts.map((host, index) => host.report(jobs[index] ?? '', shell)));
    const happenings = await round(fleet);
    expect(happenings.map(({ host, what }) => `${host} ${what}`).sort()).toEqual(
      names.map((name) => `${name} report`).sort(),
    );
    for (const [index, host] of hosts.entries()) {
      expect(await host.heardOf('accepted')).toEqual([{ message: sent[index] }]);
      expect([reports(fleet, host.name), await host.waiting()]).toEqual([1, 0]);
    }
    expect(openOrders(fleet.store, new Date())).toEqual([]);
  });

  it('notes why a host could not scan, and that it is there', async () => {
    const { fleet, hosts } = await fleetOf(redis, ['pbx1']);
    const [host] = hosts as [FakeHost];
    const [job = ''] = await ask(fleet, hosts);
    await host.say('hello', { state: 'idle', since: Date.now() }, { place: 'hello' });
    const nonce = await host.say('failure', { job, code: 'WEB_ROOT_NOT_FOUND', reason: 'there is none' });
    expect(await round(fleet)).toEqual([
      { host: 'pbx1', what: 'failure', detail: 'there is none [WEB_ROOT_NOT_FOUND]' },
    ]);
    expect(orderByNonce(fleet.store, job)).toMatchObject({
      state: 'failed',
      reason: 'there is none [WEB_ROOT_NOT_FOUND]',
    });
    expect(await host.heardOf('accepted')).toEqual([{ message: nonce }]);
    const [{ lastHeard, version } = {}] = listHosts(fleet.store);
    expect([Date.now() - (lastHeard?.getTime() ?? 0) < 60_000, version]).toEqual([true, '0.1.0']);
    // Sent again, because the answer was lost: it is the same.
    await host.say('failure', { job, code: 'WEB_ROOT_NOT_FOUND', reason: 'there is none' }, { nonce });
    expect(await round(fleet)).toEqual([]);
    expect(await host.heardOf('accepted')).toHaveLength(2);
  });

  it('hears of a host no later than it spoke, whoever held back or plays again what it said', async () => {
    const { fleet, hosts } = await fleetOf(redis, ['pbx1', 'pbx2']);
    const [one, two] = hosts as [FakeHost, FakeHost];
    const [job = ''] = await ask(fleet, [one]);
    const issued = Date.now() - 50 * HOUR;
    const held = { issued, expires: Date.now() + HOUR };
    await one.report(job, shell, held);
    await two.say('failure', { job: null, code: 'late', reason: 'too late' }, held);
    await round(fleet);
    expect(listHosts(fleet.store).map(({ lastHeard }) => lastHeard?.getTime())).toEqual([issued, issued]);
    expect(reports(fleet, 'pbx1')).toBe(1);
  });

  it('throws away no report for a clock that was wrong for a while, its own', async () => {
    const { fleet, hosts } = await fleetOf(redis, ['pbx1']);
    const [host] = hosts as [FakeHost];
    const [job = ''] = await ask(fleet, hosts);
    const nonce = await host.report(job, shell);
    await round(fleet, () => Date.now() + 30 * 24 * HOUR);
    expect([reports(fleet, 'pbx1'), refusals(fleet, 'pbx1'), await host.heardOf('refused')]).toEqual([
      0,
      [['late', 1]],
      [],
    ]);
    await host.report(job, shell, { nonce });
    await round(fleet);
    expect([reports(fleet, 'pbx1'), (await host.heardOf('accepted')).length]).toEqual([1, 1]);
  });

  it('takes a job that a host does not believe for a finding', async () => {
    const { fleet, hosts } = await fleetOf(redis, ['pbx1']);
    await hosts[0]?.say('failure', { job: null, code: 'wrong key', reason: 'another key than the one that is known' });
    await round(fleet);
    expect(refusals(fleet, 'pbx1')).toEqual([['wrong key', 1]]);
    expect(refusalsSince(fleet.store, new Date(0))[0]?.detail).toMatch(/^the host says that it was given a job/);
  });

  describe('counts nothing of what is not to be believed, and shows it', () => {
    const now = Date.now();
    const other = newKey();
    const late = now - CLOCK_TOLERANCE - 60_000;
    const cases: readonly (readonly [what: string, why: string, changes: Changes, told: boolean])[] = [
      ['of another key', 'wrong key', { key: other }, false],
      ['without a signature', 'unsigned', { data: { report: 'all is well' } }, false],
      ['of a text that is none of ours', 'unsigned', { data: 'all is well' }, false],
      ['of another host', 'other host', { from: 'pbx2' }, true],
      ['to somebody else', 'other host', { to: 'pbx2' }, true],
      ['that is over', 'late', { issued: late - HOUR, expires: late }, false],
      ['for ever', 'malformed', { expires: 8e15 }, true],
      ['from the future', 'early', { issued: now + HOUR, expires: now + 2 * HOUR }, false],
    ];
    it.each(cases)('a report %s', async (_what, why, changes, told) => {
      const { fleet, hosts } = await fleetOf(redis, ['pbx1']);
      const [host] = hosts as [FakeHost];
      const [job = ''] = await ask(fleet, hosts);
      await host.report(job, shell, changes);
      expect(await round(fleet)).toMatchObject([
        { host: 'pbx1', what: 'refused', detail: expect.stringContaining(`${why}: `) },
      ]);
      expect([refusals(fleet, 'pbx1'), reports(fleet, 'pbx1'), await host.waiting()]).toEqual([[[why, 1]], 0, 0]);
      expect(orderByNonce(fleet.store, job)?.state).toBe('sent');
      expect(await host.heardOf('refused')).toHaveLength(told ? 1 : 0);
    });

    it('a report that was not asked for, one of another host, and one that is none', async () => {
      const { fleet, hosts } = await fleetOf(redis, ['pbx1', 'pbx2']);
      const [one, two] = hosts as [FakeHost, FakeHost];
      const [, asked = ''] = await ask(fleet, hosts);
      await one.report(newNonce(), shell);
      await one.report(asked, shell);
      await one.say('report', { job: asked, report: '{"modules":[]}' });
      await two.say('failure', { job: newNonce(), code: 'X', reason: 'nobody asked' });
      await round(fleet);
      expect(refusals(fleet, 'pbx1')).toEqual([
        ['malformed', 1],
        ['unasked', 2],
      ]);
      expect(refusals(fleet, 'pbx2')).toEqual([['unasked', 1]]);
      expect([reports(fleet, 'pbx1'), reports(fleet, 'pbx2')]).toEqual([0, 0]);
      expect(await one.heardOf('refused')).toHaveLength(3);
    });

    it('a report that was taken long ago', async () => {
      const { fleet, hosts } = await fleetOf(redis, ['pbx1']);
      const [host] = hosts as [FakeHost];
      const [job = ''] = await ask(fleet, hosts);
      const nonce = newNonce();
      // The answer was lost, and the host sends it again at once: that is no finding.
      for (let time = 0; time < 2; time += 1) {
        await host.report(job, shell, { nonce });
        await round(fleet);
      }
      expect([refusals(fleet, 'pbx1'), reports(fleet, 'pbx1')]).toEqual([[], 1]);
      await host.report(job, shell, { nonce, issued: Date.now() - 2 * HOUR });
      await round(fleet);
      expect([refusals(fleet, 'pbx1'), reports(fleet, 'pbx1')]).toEqual([[['replayed', 1]], 1]);
      expect(await host.heardOf('accepted')).toHaveLength(3);
    });

    it('a report that is larger than any may be, which is not even fetched', async () => {
      const { fleet, hosts } = await fleetOf(redis, ['pbx1']);
      await hosts[0]?.say('hello', { state: 'idle', since: 0 }, { data: 'x'.repeat(MAX_SEALED_CHARACTERS + 1) });
      const fetched: string[] = [];
      fleet.inbox.content = async (_host, id) => {
        fetched.push(id);
        return undefined;
      };
      await round(fleet);
      expect([refusals(fleet, 'pbx1'), fetched, await hosts[0]?.waiting()]).toEqual([[['too large', 1]], [], 0]);
    });

    it('holds few large messages in memory at once', async () => {
      const { fleet } = await fleetOf(redis, ['pbx1']);
      let [held, most] = [0, 0];
      const size = MAX_SEALED_CHARACTERS;
      fleet.inbox.counts = async () => new Map([['pbx1', 9]]);
      fleet.inbox.oldest = async () => Array.from({ length: 9 }, (_, id) => ({ id: `m${id}`, size }));
      fleet.inbox.content = async () => {
        held += size;
        most = Math.max(most, held);
        return undefined;
      };
      fleet.inbox.remove = async () => {
        held -= size;
      };
      await round(fleet);
      expect([most <= MAX_BATCH_CHARACTERS, held, refusals(fleet, 'pbx1')]).toEqual([true, 0, [['unsigned', 9]]]);
    });

    it('whatever else lies where messages lie', async () => {
      const { fleet, hosts, connection } = await fleetOf(redis, ['pbx1', 'pbx2', 'pbx3']);
      const { client } = connection;
      const keys = ['pbx1', 'pbx2'].map((name) => `${hostPrefix(name)}:reports:`);
      await client.set(`${keys[0]}wait`, 'no list');
      await client.lpush(
        `${keys[1]}wait`,
        'x'.repeat(100_000),
        '../../jobs:x',
        Buffer.from([0xff, 0x00]),
        'string',
        'none',
        'meta',
      );
      await client.set(`${keys[1]}string`, 'no hash');
      await client.hset(`${keys[1]}job`, 'data', '{"no JSON', 'parentKey', `${hostPrefix('pbx3')}:reports:1`);
      await client.lpush(`${keys[1]}wait`, 'job');
      const [job = ''] = await ask(fleet, [hosts[2] as FakeHost]);
      await hosts[2]?.report(job, shell);
      await round(fleet);
      await round(fleet);
      expect(reports(fleet, 'pbx3')).toBe(1);
      expect(refusals(fleet, 'pbx1').map(([why]) => why)).toEqual(['malformed']);
      expect(refusals(fleet, 'pbx2').map(([why]) => why)).toEqual(['malformed', 'unsigned']);
      expect([await client.exists(`${keys[0]}wait`), await client.llen(`${keys[1]}wait`)]).toEqual([0, 0]);
    });

    it('a queue of jobs that its host made something else of, and keeps nobody waiting for it', async () => {
      const { fleet, hosts, connection } = await fleetOf(redis, ['pbx1', 'pbx2', 'pbx3']);
      const jobs = await ask(fleet, hosts);
      const { client } = connection;
      for (const key of ['meta', 'wait']) await client.del(`${hostPrefix('pbx1')}:jobs:${key}`);
      await client.set(`${hostPrefix('pbx1')}:jobs:meta`, 'no hash');
      await client.set(`${hostPrefix('pbx2')}:jobs:id`, 'no number');
      await Promise.all(hosts.map((host, index) => host.report(jobs[index] ?? '', shell)));
      await round(fleet);
      expect(hosts.map(({ name }) => reports(fleet, name))).toEqual([1, 1, 1]);
      expect(await Promise.all(hosts.map((host) => host.waiting()))).toEqual([0, 0, 0]);
      expect(['pbx1', 'pbx2', 'pbx3'].map((host) => refusals(fleet, host))).toEqual([
        [['malformed', 1]],
        [['malformed', 1]],
        [],
      ]);
      // They never heard an answer, and say it again.
      await hosts[0]?.report(jobs[0] ?? '', shell);
      await client.set(`${hostPrefix('pbx2')}:jobs:prioritized`, 'no set');
      await ask(fleet, hosts);
      await round(fleet);
      expect(await Promise.all(hosts.map((host) => host.heardOf('accepted')))).toMatchObject([[{}], [], [{}]]);
      expect(await Promise.all(hosts.slice(2).map((host) => host.heardOf('scan')))).toMatchObject([[{}, {}]]);
      expect(await deliverOrders(fleet)).toMatchObject([{ host: 'pbx2' }]);
    });

    it('a message that became another between the question for its size and the reading', async () => {
      const { fleet, hosts, connection } = await fleetOf(redis, ['pbx1', 'pbx2']);
      const [job = ''] = await ask(fleet, [hosts[1] as FakeHost]);
      const ids = [await hosts[0]?.say('hello', { state: 'idle', since: 0 }), await hosts[0]?.report(job, shell)];
      await hosts[1]?.report(job, shell);
      const [grown, other] = ids.map((id) => `${hostPrefix('pbx1')}:reports:${id}`) as [string, string];
      const { oldest } = fleet.inbox;
      fleet.inbox.oldest = async (host, most) => {
        const found = await oldest.call(fleet.inbox, host, most);
        await connection.client.hset(grown, 'data', `"${'x'.repeat(20_000)}"`);
        await connection.client.del(other);
        await connection.client.set(other, 'no hash');
        return found;
      };
      expect(await fleet.inbox.content('pbx1', ids[0] ?? '', 10)).toBeUndefined();
      await round(fleet);
      expect([refusals(fleet, 'pbx1'), reports(fleet, 'pbx2')]).toEqual([[['unsigned', 2]], 1]);
    });

    it('more messages than anybody has to send, of which others need not wait for the end', async () => {
      const { fleet, hosts, connection } = await fleetOf(redis, ['pbx1', 'pbx2']);
      const [job = ''] = await ask(fleet, [hosts[1] as FakeHost]);
      const queue = `${hostPrefix('pbx1')}:reports:`;
      const many = Array.from({ length: MAX_WAITING_MESSAGES + MAX_FLOOD_DROPPED + 500 }, (_, index) => `m${index}`);
      const pipeline = connection.client.pipeline();
      for (const id of many) pipeline.lpush(`${queue}wait`, id).hset(`${queue}${id}`, 'data', '"forged"');
      await pipeline.exec();
      await hosts[1]?.report(job, shell);
      await round(fleet);
      expect(refusals(fleet, 'pbx1')).toEqual([
        ['too many', 1],
        ['unsigned', MAX_MESSAGES_A_ROUND],
      ]);
      expect(await hosts[0]?.waiting()).toBe(MAX_WAITING_MESSAGES + 500 - MAX_MESSAGES_A_ROUND);
      expect(await connection.client.exists(`${queue}m${many.length - 1}`, `${queue}m0`)).toBe(0);
      expect(reports(fleet, 'pbx2')).toBe(1);
    });
  });

  describe('enrols a host', () => {
    const tokenFor = ({ key, store }: Fleet, host: string, valid = HOUR) => {
      const token = newToken(host, key, Date.now() + valid);
      const publicKey = publicText(token.key);
      const [createdAt, expires] = [new Date(), new Date(token.expires)];
      addToken(store, {
        host,
        publicKey,
        groups: ['west'],
        labels: { site: 'berlin' },
        store: false,
        createdAt,
        expires,
      });
      return token;
    };

    it('once by a token, and answers again when it did not hear', async () => {
      const connection = await connect(redis);
      const fleet = fleetOn(ledgerIn(), connection);
      const token = tokenFor(fleet, 'pbx1');
      const host = new FakeHost('pbx1', connection, fleet.key);
      const publicKey = publicText(host.key);
      for (let time = 0; time < 2; time += 1) await host.say('enrol', { publicKey }, { key: token.key });
      expect(await round(fleet)).toEqual([{ host: 'pbx1', what: 'enrolled', detail: '' }]);
      expect(await host.heardOf('enrolled')).toEqual([{ publicKey }, { publicKey }]);
      expect(listHosts(fleet.store)).toMatchObject([
        { name: 'pbx1', publicKey, groups: ['west'], labels: { site: 'berlin' } },
      ]);
      const [job = ''] = await ask(fleet, [host]);
      await host.report(job, shell);
      await round(fleet);
      expect(reports(fleet, 'pbx1')).toBe(1);
    });

    it.each([
      ['that nobody gave', 'wrong key', /another key/],
      ['that was used, with another key', 'unasked', /used before/],
      ['that is over', 'unasked', /over/],
      ['of another host', 'wrong key', /another key/],
    ])('not by a token %s', async (what, why, detail) => {
      const connection = await connect(redis);
      const fleet = fleetOn(ledgerIn(), connection);
      const host = new FakeHost('pbx1', connection, fleet.key);
      const token = tokenFor(fleet, 'pbx1', what.includes('over') ? -1 : HOUR);
      if (what.includes('used')) {
        await host.say('enrol', { publicKey: publicText(newKey()) }, { key: token.key });
        await round(fleet);
      }
      const key = what.includes('nobody')
        ? newKey()
        : what.includes('another host')
          ? tokenFor(fleet, 'pbx2').key
          : token.key;
      await host.say('enrol', { publicKey: publicText(host.key) }, { key });
      await round(fleet);
      expect(refusals(fleet, 'pbx1')).toEqual([[why, 1]]);
      expect(refusalsSince(fleet.store, new Date(0))[0]?.detail).toMatch(detail);
      expect(listHosts(fleet.store).filter(({ publicKey }) => publicKey === publicText(host.key))).toEqual([]);
      // Whom the coordinator cannot tell from anybody else, it does not answer.
      expect(await host.heardOf('refused')).toHaveLength(why === 'unasked' ? 1 : 0);
    });

    it('anew where it got another key, and listens to the old one no more', async () => {
      const { fleet, hosts, connection } = await fleetOf(redis, ['pbx1']);
      const [old] = hosts as [FakeHost];
      const renewed = new FakeHost('pbx1', connection, fleet.key);
      const token = tokenFor(fleet, 'pbx1');
      await renewed.say('enrol', { publicKey: publicText(renewed.key) }, { key: token.key });
      await old.say('hello', { state: 'idle', since: 0 });
      await round(fleet);
      expect(refusals(fleet, 'pbx1')).toEqual([['wrong key', 1]]);
    });
  });

  it('hears no host that was removed, and leaves nothing of it in the queue', async () => {
    const { fleet, hosts, connection } = await fleetOf(redis, ['pbx1', 'pbx10']);
    const jobs = await ask(fleet, hosts);
    for (const [index, host] of hosts.entries()) await host.report(jobs[index] ?? '', shell);
    removeHost(fleet.store, 'pbx1', new Date());
    await fleet.outbox.clear('pbx1');
    await round(fleet);
    expect([reports(fleet, 'pbx1'), reports(fleet, 'pbx10')]).toEqual([0, 1]);
    expect(await connection.client.keys(`${hostPrefix('pbx1')}:*`)).toEqual([]);
  });

  it('puts orders again that Redis lost, with the time that is left, and takes back those that are over', async () => {
    const { fleet, hosts, connection } = await fleetOf(redis, ['pbx1', 'pbx2', 'pbx3']);
    const [job = ''] = await ask(fleet, hosts, { delay: HOUR });
    await redis.cli('flushall');
    expect(await deliverOrders(fleet)).toHaveLength(3);
    expect(await deliverOrders(fleet)).toEqual([]);
    const delays = await Promise.all(hosts.map((host) => connection.queue(hostPrefix(host.name), 'jobs').getDelayed()));
    expect(delays.flat().map(({ delay }) => delay > 0 && delay <= HOUR)).toEqual([true, true, true]);
    const [host] = hosts as [FakeHost];
    await host.report(job, shell);
    await round(fleet);
    await redis.cli('flushall');
    expect(await deliverOrders(fleet)).toHaveLength(2);
    const expired = await endOverdue(fleet, Date.now() + 100 * HOUR);
    expect(expired.map(({ host: name }) => name).sort()).toEqual(['pbx2', 'pbx3']);
    expect(await connection.client.keys(`${hostPrefix('pbx2')}:jobs:????????????????????????????????`)).toEqual([]);
    expect(await hosts[1]?.heard()).toEqual([]);
  });

  it('loses nothing and counts nothing twice, wherever it is killed', async () => {
    const folder = tempFolder();
    const { fleet, hosts } = await fleetOf(redis, ['pbx1', 'pbx2'], folder);
    const [one, two] = hosts as [FakeHost, FakeHost];
    const jobs = await ask(fleet, hosts);
    await one.report(jobs[0] ?? '', shell);
    await two.report(jobs[1] ?? '', shell);
    await two.report(jobs[1] ?? '', shell, { key: newKey() });
    const steps = [
      ['inbox', 'counts'],
      ['inbox', 'oldest'],
      ['inbox', 'content'],
      ['store', 'transaction'],
      ['outbox', 'put'],
      ['inbox', 'remove'],
    ] as const;
    for (const [part, step] of steps) {
      const killed = fleetOn(ledgerIn(folder), await connect(redis));
      Object.assign(killed[part], {
        [step]: () => {
          throw new Error(`killed before ${step}`);
        },
      });
      await expect(round(killed)).rejects.toThrow(`killed before ${step}`);
    }
    await round(fleetOn(ledgerIn(folder), await connect(redis)));
    expect([reports(fleet, 'pbx1'), reports(fleet, 'pbx2')]).toEqual([1, 1]);
    expect(refusals(fleet, 'pbx2')).toEqual([['wrong key', 1]]);
    expect([await one.waiting(), await two.waiting()]).toEqual([0, 0]);
    expect(new Set((await one.heardOf('accepted')).map((answer) => answer.message)).size).toBe(1);
  });

  it('is not disturbed by another one with the same folder, nor heard by hosts when it has another key', async () => {
    const folder = tempFolder();
    const { fleet, hosts } = await fleetOf(
      redis,
      Array.from({ length: 20 }, (_, index) => `pbx${index}`),
      folder,
    );
    const twin = fleetOn(ledgerIn(folder), await connect(redis));
    const jobs = await ask(fleet, hosts);
    await Promise.all(hosts.map((host, index) => host.report(jobs[index] ?? '', shell)));
    await hosts[0]?.say('hello', { state: 'idle', since: 0 }, { key: newKey() });
    await Promise.all([round(fleet), round(twin), deliverOrders(fleet), deliverOrders(twin)]);
    for (const host of hosts) expect([reports(fleet, host.name), await host.waiting()]).toEqual([1, 0]);
    expect(refusals(fleet, 'pbx0')).toEqual([['wrong key', 1]]);
    const stranger = fleetOn(ledgerIn(), await connect(redis));
    hosts[0]?.join(stranger);
    await ask(stranger, [hosts[0] as FakeHost]);
    await expect(hosts[0]?.heard()).rejects.toThrow(/another key than the one that is known/);
  });

  it('needs no more of Redis than its user may', async () => {
    const users = [coordinatorUser('c'), hostUser('pbx1', 'h')];
    const own = await redisForTest({ users });
    const connection = await connect(own, { name: COORDINATOR_USER, password: 'c' });
    const fleet = fleetOn(ledgerIn(), connection);
    const there = await connect(own, { name: hostUserName('pbx1'), password: 'h' });
    const host = new FakeHost('pbx1', there, fleet.key);
    host.join(fleet);
    const [job = '', other = ''] = [...(await ask(fleet, [host])), ...(await ask(fleet, [host], { delay: HOUR }))];
    await host.report(job, shell);
    await host.say('hello', { state: 'idle', since: 0 }, { data: 'forged' });
    await round(fleet);
    expect([reports(fleet, 'pbx1'), refusals(fleet, 'pbx1')]).toEqual([1, [['unsigned', 1]]]);
    await there.client.lpush(
      `${hostPrefix('pbx1')}:reports:wait`,
      ...Array.from({ length: 1001 }, (_, id) => `m${id}`),
    );
    await round(fleet);
    await fleet.outbox.progress([{ host: 'pbx1', nonce: other }]);
    await fleet.outbox.withdraw('pbx1', other);
    await new Alarms(connection).set([{ id: 'one', cron: '30 2 * * *', tz: 'UTC' }]);
    await new Alarms(connection).set([]);
    await fleet.outbox.clear('pbx1');
    expect(await own.cli('keys', `${hostPrefix('pbx1')}:*`)).toBe('');
  });

  it('shows how far hosts are, as far as they signed it', async () => {
    const { fleet, hosts, connection } = await fleetOf(redis, ['pbx1', 'pbx2', 'pbx3', 'pbx4']);
    const jobs = await ask(fleet, hosts);
    const progress = { modules: 80, modulesVerified: 80, files: 1000, filesRead: 10, bytes: 1e6 };
    for (const [index, host] of hosts.slice(0, 3).entries()) {
      const job = jobs[index] ?? '';
      const key = index === 1 ? newKey() : host.key;
      const nonce = await host.say('progress', { job, progress }, { key });
      const queue = connection.queue(hostPrefix(host.name), 'reports');
      const { data } = (await queue.getJob(nonce)) ?? {};
      await queue.remove(nonce);
      const said = index === 2 ? 'x'.repeat(MAX_PROGRESS_CHARACTERS) : data;
      await (await connection.queue(hostPrefix(host.name), 'jobs').getJob(job))?.updateProgress(said);
    }
    const now = Date.now();
    const open = allOpenOrders(fleet, now);
    const verified = await verifiedProgress(fleet, open, hostsByName(fleet), now);
    expect([...verified]).toEqual([[jobs[0], progress]]);
    const status = (silence: number) =>
      statusOf(listHosts(fleet.store), open, verified, { silence, now: now + 1 }).map(({ state }) => state);
    expect(status(HOUR)).toEqual(['scanning', 'waiting', 'waiting', 'waiting']);
    expect(status(-1)).toEqual(['scanning', 'never heard', 'never heard', 'never heard']);
  });
});
