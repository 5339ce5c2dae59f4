import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CLOCK_TOLERANCE } from '../../src/fleet/message/believe.js';
import { writeReport } from '../../src/fleet/message/report-wire.js';
import { acceptReports } from '../../src/fleet/store/accept.js';
import { hostByName, listHosts, noteHeard, noteMessage, putHost, removeHost } from '../../src/fleet/store/hosts.js';
import { listNights, nightById, putNight, removeNight } from '../../src/fleet/store/nights.js';
import { openFleetStore } from '../../src/fleet/store/open.js';
import { batches, expireOrders, failOrder, openOrders, orderByNonce } from '../../src/fleet/store/orders.js';
import { noteRefusal, refusalsSince } from '../../src/fleet/store/refusals.js';
import { contentsOf, lastReports, presentReport, standings } from '../../src/fleet/store/reports.js';
import { forget, forgetFirstSeen, forgetMessages } from '../../src/fleet/store/retention.js';
import type { FleetStore } from '../../src/fleet/store/store.js';
import { addToken, enrolHost, openTokens } from '../../src/fleet/store/tokens.js';
import { MAX_REFUSAL_DETAIL } from '../../src/limits.js';
import { tempFolder } from '../helpers/temp.js';
import { bytes, finding, hostileModule, listed, module, report } from '../report/fixtures.js';
import { badNight } from '../report/html/example.js';
import { answer, endedAt, enrol, hoursAgo, NOW, newStore, order } from './store.js';

const SHELL = '5'.repeat(64);
const shell = finding('x.php', { actual: SHELL });
const verdicts = (store: FleetStore, host: string) =>
  Object.fromEntries(store.all('SELECT name, verdict FROM modules WHERE host = ?', host));
const countsOf = (store: FleetStore, host: string) => Object.values(standings(store).get(host)?.counts ?? {});

describe('the database of the fleet', () => {
  it('is for its owner alone, and there again when it is opened again', () => {
    const folder = join(tempFolder(), 'a/b');
    const store = openFleetStore(folder);
    enrol(store, 'pbx1');
    store.close();
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, 'fleet.db')).mode & 0o777).toBe(0o600);
    expect(listHosts(newStore(folder)).map(({ name }) => name)).toEqual(['pbx1']);
  });

  it('is refused where others may write, and where its folder cannot be made', () => {
    const folder = tempFolder();
    chmodSync(folder, 0o777);
    expect(() => openFleetStore(folder)).toThrow(/can be written by others: chmod go-w/);
    writeFileSync(join(folder, 'file'), '');
    expect(() => openFleetStore(join(folder, 'file/below'))).toThrow(/ENOTDIR.*--fleet-folder DIR/);
  });

  it.each([
    ['is no database', (file: string) => writeFileSync(file, 'no database at all, but long enough\n'.repeat(99))],
    ['was cut off', (file: string) => writeFileSync(file, readFileSync(file).subarray(0, 5000))],
    [
      'was overwritten in the middle',
      (file: string) => writeFileSync(file, Buffer.from(readFileSync(file)).fill(0x5a, 4096, 12_288)),
    ],
  ])('is an error and stays as it is where it %s', (_, damage) => {
    const folder = tempFolder();
    const file = join(folder, 'fleet.db');
    const store = openFleetStore(folder);
    enrol(store, 'pbx1');
    store.all('PRAGMA wal_checkpoint(TRUNCATE)');
    store.close();
    damage(file);
    const damaged = readFileSync(file);
    expect(() => openFleetStore(folder)).toThrow(
      expect.objectContaining({
        code: 'FLEET_UNUSABLE',
        message: expect.stringMatching(/it is damaged \(SQLITE_.*put back a copy.*it holds their keys/),
      }),
    );
    expect(readFileSync(file).equals(damaged)).toBe(true);
  });

  it('of a newer release is left alone', () => {
    const folder = tempFolder();
    const store = openFleetStore(folder);
    store.change('PRAGMA user_version = 99');
    store.close();
    expect(() => openFleetStore(folder)).toThrow(/a newer sigsweep wrote it/);
  });
});

describe('a database that fails while it is open', () => {
  it('is an error that says so, and keeps nothing by halves', () => {
    const store = newStore();
    enrol(store, 'pbx1');
    answer(store, 'pbx1', badNight());
    store.change("UPDATE reports SET report = 'eJw='");
    expect(() => contentsOf(store, 1)).toThrow(
      expect.objectContaining({ code: 'FLEET_UNUSABLE', message: expect.stringContaining('is not what was kept') }),
    );
    const nonce = order(store, 'pbx1');
    store.change('PRAGMA query_only = ON');
    expect(() => answer(store, 'pbx1', report(), { nonce })).toThrow(
      expect.objectContaining({ code: 'FLEET_UNUSABLE', message: expect.stringMatching(/fleet\.db: SQLITE_READONLY/) }),
    );
    store.change('PRAGMA query_only = OFF');
    expect(lastReports(store, 'pbx1', 5)).toHaveLength(1);
  });
});

describe('hosts and tokens', () => {
  const traits = { groups: ['west', 'new'], labels: { site: 'köln' }, store: true };
  const token = { publicKey: 'T1', host: 'pbx1', ...traits, createdAt: hoursAgo(5), expires: hoursAgo(1) };
  const take = (store: FleetStore, changes = {}) =>
    enrolHost(store, { token: 'T1', host: 'pbx1', publicKey: 'K1', at: hoursAgo(4), ...changes });

  it('enrols a host once with a token, and says again what was said when the answer was lost', () => {
    const store = newStore();
    addToken(store, token);
    expect(take(store, { host: 'pbx2' })).toBe('unknown token');
    expect(take(store, { token: 'T2' })).toBe('unknown token');
    expect(take(store, { at: hoursAgo(1) })).toBe('expired token');
    expect(listHosts(store)).toEqual([]);
    expect(take(store)).toBe('enrolled');
    expect(take(store, { at: NOW })).toBe('known');
    expect(take(store, { publicKey: 'K2' })).toBe('used token');
    expect(openTokens(store, hoursAgo(4))).toEqual([]);
    expect(hostByName(store, 'pbx1')).toEqual({
      name: 'pbx1',
      publicKey: 'K1',
      ...traits,
      enrolledAt: hoursAgo(4),
      removedAt: null,
      lastHeard: null,
      version: null,
    });
    removeHost(store, 'pbx1', NOW);
    expect(take(store, { at: NOW })).toBe('used token');
  });

  it('lets only the last token for a host count', () => {
    const store = newStore();
    addToken(store, token);
    addToken(store, { ...token, publicKey: 'T2' });
    expect(openTokens(store, hoursAgo(3)).map(({ publicKey }) => publicKey)).toEqual(['T2']);
    expect(take(store)).toBe('unknown token');
  });

  it('forgets how a host is when it is removed or gets another key, and keeps its reports', () => {
    const store = newStore();
    enrol(store, 'pbx1');
    answer(store, 'pbx1', badNight());
    const open = order(store, 'pbx1');
    expect(removeHost(store, 'pbx1', NOW)).toBe(true);
    expect(removeHost(store, 'pbx1', NOW)).toBe(false);
    expect([listHosts(store), listHosts(store, true).length]).toEqual([[], 1]);
    expect(standings(store).size).toBe(0);
    expect(orderByNonce(store, open)).toMatchObject({ state: 'failed', reason: 'the host was removed' });
    expect(lastReports(store, 'pbx1', 5).length).toBe(1);
    expect(answer(store, 'pbx1', badNight(), { nonce: open })).toBe('unasked');
  });

  it('takes no report of a machine for one of another that has its name now', () => {
    const store = newStore();
    enrol(store, 'pbx1');
    answer(store, 'pbx1', endedAt(report(), hoursAgo(9)));
    const present = () => {
      const host = hostByName(store, 'pbx1');
      return host === null ? undefined : [presentReport(store, host)?.id, presentReport(store, host, true)?.id];
    };
    expect(present()).toEqual([1, 1]);
    removeHost(store, 'pbx1', hoursAgo(3));
    expect(present()).toEqual([1, 1]);
    putHost(store, { name: 'pbx1', publicKey: 'k2', groups: [], labels: {}, store: false, enrolledAt: hoursAgo(2) });
    expect(present()).toEqual([undefined, undefined]);
    answer(store, 'pbx1', endedAt(report(), NOW), { modules: ['cdr'] });
    expect(present()).toEqual([2, undefined]);
  });

  it('notes when a host was heard of, and takes each message once', () => {
    const store = newStore();
    enrol(store, 'pbx1');
    noteHeard(store, 'pbx1', hoursAgo(1), 'v1\0\ud800');
    noteHeard(store, 'pbx1', hoursAgo(2), '0.2.0');
    expect(hostByName(store, 'pbx1')).toMatchObject({ lastHeard: hoursAgo(1), version: '0.2.0' });
    expect(noteMessage(store, 'pbx1', 'aa', NOW)).toBe(true);
    expect(noteMessage(store, 'pbx1', 'aa', NOW)).toBe(false);
    expect(noteMessage(store, 'pbx2', 'aa', NOW)).toBe(true);
  });
});

describe('orders and nights', () => {
  it('wait until they are answered, fail or expire', () => {
    const store = newStore();
    enrol(store, 'pbx1', 'pbx2', 'pbx3');
    const [first, second, third] = ['pbx1', 'pbx2', 'pbx3'].map((host) => order(store, host)) as [
      string,
      string,
      string,
    ];
    expect(openOrders(store, NOW).map(({ nonce }) => nonce)).toEqual([first, second, third]);
    expect(openOrders(store, NOW, first, 1).map(({ nonce }) => nonce)).toEqual([second]);
    expect(answer(store, 'pbx1', badNight(), { nonce: first })).toBe('new');
    expect(failOrder(store, second, 'pbx1', 'not mine', NOW)).toBe(false);
    expect(failOrder(store, second, 'pbx2', `no disk\0${'x'.repeat(9999)}`, NOW)).toBe(true);
    expect(failOrder(store, first, 'pbx1', 'too late', NOW)).toBe(false);
    expect(orderByNonce(store, second)?.reason).toHaveLength(MAX_REFUSAL_DETAIL);
    expect(expireOrders(store, NOW)).toEqual([]);
    expect(expireOrders(store, hoursAgo(-10)).map(({ nonce }) => nonce)).toEqual([third]);
    const [batch] = batches(store, 5);
    expect(batch).toMatchObject({ batch: 'night', orders: 3, states: { sent: 0, answered: 1, failed: 1, expired: 1 } });
    // What a host finished after all still counts.
    expect(answer(store, 'pbx3', badNight(), { nonce: third })).toBe('new');
    expect(batches(store, 5, 'night')[0]?.states).toMatchObject({ answered: 2, expired: 0 });
    expect(batches(store, 5, 'another')).toEqual([]);
  });

  it('of every night are kept until they are removed', () => {
    const store = newStore();
    const night = {
      id: 'n1',
      cron: '30 2 * * *',
      tz: 'Europe/Berlin',
      selection: { groups: ['west'] },
      request: { kind: 'full' },
    };
    putNight(store, { ...night, spread: 7_200_000, createdAt: NOW });
    putNight(store, { ...night, spread: 0, createdAt: NOW });
    expect(listNights(store)).toEqual([{ ...night, spread: 0, createdAt: NOW }]);
    removeNight(store, 'n1');
    expect(nightById(store, 'n1')).toBeNull();
  });
});

describe('a report that is accepted', () => {
  it('is there again as it came, and once however often it comes', () => {
    const store = newStore();
    enrol(store, 'pbx1', 'pbx2');
    const nonce = order(store, 'pbx1');
    expect(answer(store, 'pbx1', badNight(), { nonce })).toBe('new');
    expect(answer(store, 'pbx1', report(), { nonce })).toBe('known');
    expect(answer(store, 'pbx2', badNight(), { nonce })).toBe('unasked');
    expect(answer(store, 'pbx1', badNight(), { nonce: 'f'.repeat(32) })).toBe('unasked');
    const [only, ...more] = lastReports(store, 'pbx1', 5);
    expect(more).toEqual([]);
    expect(only).toMatchObject({ order: nonce, whole: true, exitCode: 1, receivedAt: hoursAgo(1) });
    expect(contentsOf(store, only?.id ?? 0)).toStrictEqual(badNight());
    expect(orderByNonce(store, nonce)?.state).toBe('answered');
    expect(hostByName(store, 'pbx1')).toMatchObject({ lastHeard: hoursAgo(1), version: '0.1.0' });
  });

  it('is kept with all of its names and texts, however hostile', () => {
    const store = newStore();
    enrol(store, 'pbx1');
    const evil = bytes(String.fromCharCode(...Array.from({ length: 255 }, (_, index) => index + 1)));
    const sent = report({ modules: [hostileModule(evil)], notes: ['half \ud800 a character and \0'] });
    answer(store, 'pbx1', sent);
    expect(contentsOf(store, 1)).toStrictEqual(sent);
    expect(verdicts(store, 'pbx1')).toEqual({ [evil]: 'tampered' });
  });

  it('of everything says how the host is, and what is gone is gone', () => {
    const store = newStore();
    enrol(store, 'pbx1');
    const bad = module('cdr', 'tampered', {
      findings: [listed('a.php', 'altered', { actual: 'a'.repeat(64) }), shell],
    });
    answer(store, 'pbx1', endedAt(report({ modules: [bad, module('old', 'good')], outside: [shell] }), hoursAgo(30)), {
      at: hoursAgo(29),
    });
    expect(countsOf(store, 'pbx1')).toEqual([3, 0, 0, 0, 0]);
    expect(store.all('SELECT path FROM findings').length).toBe(3);
    answer(store, 'pbx1', endedAt(report({ modules: [module('cdr', 'good')] }), hoursAgo(5)));
    expect(verdicts(store, 'pbx1')).toEqual({ cdr: 'good' });
    expect(countsOf(store, 'pbx1')).toEqual([0, 0, 0, 0, 0]);
    expect(store.all('SELECT path FROM findings')).toEqual([]);
    expect(store.all('SELECT hash, host FROM first_seen')).toHaveLength(2);
  });

  it('of single modules says nothing of the others', () => {
    const store = newStore();
    enrol(store, 'pbx1');
    const bad = module('cdr', 'tampered', { findings: [shell] });
    const other = module('voicemail', 'tampered', { findings: [{ ...shell, actual: '7'.repeat(64) }] });
    answer(store, 'pbx1', endedAt(report({ modules: [bad, other], outside: [shell], counted: 4 }), hoursAgo(30)));
    answer(store, 'pbx1', endedAt(report({ modules: [module('cdr', 'good')] }), hoursAgo(5)), { modules: ['cdr'] });
    expect(verdicts(store, 'pbx1')).toEqual({ cdr: 'good', voicemail: 'tampered' });
    expect(countsOf(store, 'pbx1')).toEqual([2, 0, 0, 0, 4]);
    expect(store.all('SELECT module FROM findings ORDER BY module')).toEqual([[null], ['voicemail']]);
    const standing = standings(store).get('pbx1');
    expect([standing?.lastWhole, standing?.lastReport, standing?.complete]).toEqual([1, 2, true]);
  });

  it('of everything that is as before is taken for what it is, whatever came in between', () => {
    const store = newStore();
    enrol(store, 'pbx1');
    const whole = report({ modules: [module('cdr', 'good', { findings: [shell] }), module('core', 'good')] });
    const part = report({ modules: [module('cdr', 'tampered')] });
    const present = () => [verdicts(store, 'pbx1'), store.all('SELECT path FROM findings')];
    answer(store, 'pbx1', whole, { at: hoursAgo(9) });
    const before = present();
    answer(store, 'pbx1', endedAt(whole, hoursAgo(8)), { at: hoursAgo(8) });
    expect(present()).toEqual(before);
    answer(store, 'pbx1', endedAt(part, hoursAgo(7)), { at: hoursAgo(7), modules: ['cdr'] });
    expect(present()).toEqual([{ cdr: 'tampered', core: 'good' }, []]);
    answer(store, 'pbx1', endedAt(whole, hoursAgo(6)), { at: hoursAgo(6) });
    expect(present()).toEqual(before);
  });

  it('of single modules never makes an incomplete host complete', () => {
    const store = newStore();
    enrol(store, 'pbx1');
    answer(store, 'pbx1', endedAt(report({ modules: [module('cdr', 'unverified')], complete: false }), hoursAgo(30)));
    answer(store, 'pbx1', endedAt(report({ modules: [module('cdr', 'good')] }), hoursAgo(5)), { modules: ['cdr'] });
    expect(standings(store).get('pbx1')?.complete).toBe(false);
  });

  it('of other modules does not make complete what one of single modules left open', () => {
    const store = newStore();
    enrol(store, 'pbx1');
    const isComplete = () => standings(store).get('pbx1')?.complete;
    const part = (name: string, hours: number, complete: boolean) =>
      answer(store, 'pbx1', endedAt(report({ modules: [module(name, 'good')], complete }), hoursAgo(hours)), {
        at: hoursAgo(hours),
        modules: [name],
      });
    answer(store, 'pbx1', endedAt(report({ modules: [module('cdr', 'good'), module('fax', 'good')] }), hoursAgo(30)));
    part('fax', 9, false);
    part('cdr', 8, true);
    expect(isComplete()).toBe(false);
    part('fax', 7, true);
    expect(isComplete()).toBe(true);
  });

  it('of single modules counts by its summary, too, where not all of it could be sent', () => {
    const store = newStore();
    enrol(store, 'pbx1');
    answer(store, 'pbx1', endedAt(report({ modules: [module('cdr', 'good')] }), hoursAgo(30)));
    const sent = endedAt(report({ modules: [module('cdr', 'tampered')] }), hoursAgo(5));
    const findings = { ...sent.summary.findings, critical: 9 };
    answer(store, 'pbx1', { ...sent, summary: { ...sent.summary, findings } }, { modules: ['cdr'] });
    expect(countsOf(store, 'pbx1')).toEqual([9, 0, 0, 0, 0]);
  });

  it('counts as if it had come in time, where one of single modules was faster', () => {
    const night = endedAt(
      report({
        modules: [module('cdr', 'tampered', { findings: [shell] }), module('fax', 'tampered')],
        outside: [shell],
      }),
      hoursAgo(8),
    );
    const repaired = endedAt(report({ modules: [module('cdr', 'good')] }), hoursAgo(5));
    const again = endedAt(report({ modules: [module('fax', 'good')], complete: false }), hoursAgo(4));
    const known = (order: readonly number[]) => {
      const store = newStore();
      enrol(store, 'pbx1');
      answer(store, 'pbx1', endedAt(report({ modules: [module('old', 'good')] }), hoursAgo(30)), { at: hoursAgo(29) });
      const all = [
        () => answer(store, 'pbx1', night, { issued: hoursAgo(9) }),
        () => answer(store, 'pbx1', repaired, { issued: hoursAgo(6), modules: ['cdr'] }),
        () => answer(store, 'pbx1', again, { issued: hoursAgo(5), modules: ['fax'] }),
      ];
      for (const place of order) expect(all[place]?.()).toBe('new');
      const { complete, counts, lastWhole } = standings(store).get('pbx1') ?? {};
      const end = lastReports(store, 'pbx1', 1, true)[0]?.id === lastWhole;
      return [verdicts(store, 'pbx1'), complete, counts, end, store.all('SELECT module, path FROM findings')];
    };
    const inTime = known([0, 1, 2]);
    expect(inTime.slice(0, 2)).toEqual([{ cdr: 'good', fax: 'good' }, false]);
    const orders = [
      [1, 0, 2],
      [2, 1, 0],
      [1, 2, 0],
      [0, 2, 1],
    ];
    for (const order of orders) expect(known(order)).toEqual(inTime);
  });

  it('is not believed where its summary has less than it shows', () => {
    const store = newStore();
    enrol(store, 'pbx1');
    const sent = report({ modules: [module('cdr', 'untrusted')], outside: [shell] });
    const nothing = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
    answer(store, 'pbx1', { ...sent, summary: { ...sent.summary, findings: nothing } });
    expect(countsOf(store, 'pbx1')).toEqual([2, 0, 0, 0, 0]);
  });

  it('that comes late does not push out a newer one; one clock alone decides nothing', () => {
    const store = newStore();
    enrol(store, 'pbx1');
    const night = (verdict: 'good' | 'tampered', ended: Date, issued: Date) =>
      answer(store, 'pbx1', endedAt(report({ modules: [module('cdr', verdict)] }), ended), { issued });
    night('good', hoursAgo(10), hoursAgo(12));
    expect(night('tampered', hoursAgo(30), hoursAgo(32))).toBe('new');
    expect(verdicts(store, 'pbx1')).toEqual({ cdr: 'good' });
    // The host's clock was years behind.
    night('tampered', new Date(0), hoursAgo(5));
    expect(verdicts(store, 'pbx1')).toEqual({ cdr: 'tampered' });
  });

  it('is kept with all others that come at once, or none of them', () => {
    const store = newStore();
    enrol(store, 'pbx1', 'pbx2');
    const taken = ['pbx1', 'pbx2'].map((host) => ({
      host,
      order: order(store, host),
      message: 'm',
      receivedAt: NOW,
      saidAt: NOW,
      version: '0.1.0',
      report: badNight(),
      text: writeReport(badNight()),
    }));
    const [first, second] = taken as [(typeof taken)[0], (typeof taken)[0]];
    const broken = { ...second, receivedAt: new Date(Number.NaN) };
    expect(() => acceptReports(store, [first, broken])).toThrow();
    expect(standings(store).size).toBe(0);
    expect(acceptReports(store, [first, second, first])).toEqual(['new', 'new', 'known']);
  });

  it('is remembered by the host that saw a content first, by that clock, but not later than it came', () => {
    const store = newStore();
    enrol(store, 'pbx1', 'pbx2', 'pbx3');
    const seen = (host: string, firstSeen: Date) =>
      answer(store, host, endedAt(report({ outside: [{ ...shell, firstSeen }] }), hoursAgo(2)));
    seen('pbx1', hoursAgo(-999));
    expect(store.all('SELECT host, seen_at FROM first_seen')).toEqual([['pbx1', hoursAgo(1).getTime()]]);
    seen('pbx2', hoursAgo(50));
    seen('pbx3', hoursAgo(40));
    expect(store.all('SELECT host, seen_at FROM first_seen')).toEqual([['pbx2', hoursAgo(50).getTime()]]);
  });
});

describe('what was refused', () => {
  it('is one row a host and reason, however much it was', () => {
    const store = newStore();
    for (let hour = 9; hour > 0; hour -= 1) noteRefusal(store, 'pbx1', 'wrong key', `no ${hour}\0`, hoursAgo(hour));
    noteRefusal(store, 'pbx1', 'late', 'x'.repeat(9999), hoursAgo(99));
    expect(refusalsSince(store, hoursAgo(50))).toEqual([
      { host: 'pbx1', why: 'wrong key', detail: 'no 1\u{fffd}', firstAt: hoursAgo(9), lastAt: hoursAgo(1), count: 9 },
    ]);
    expect(refusalsSince(store, hoursAgo(99))[0]?.detail).toHaveLength(MAX_REFUSAL_DETAIL);
  });
});

describe('what is forgotten', () => {
  it('is what is old, but for what says how a host is', () => {
    const store = newStore();
    enrol(store, 'pbx1', 'pbx2');
    const whole = (hours: number) =>
      answer(store, 'pbx1', endedAt(report({ outside: [shell] }), hoursAgo(hours)), { at: hoursAgo(hours) });
    const part = (hours: number) =>
      answer(store, 'pbx1', endedAt(report({ modules: [module('cdr', 'good')] }), hoursAgo(hours)), {
        at: hoursAgo(hours),
        modules: ['cdr'],
      });
    for (const hours of [500, 400, 300]) whole(hours);
    for (const hours of [290, 280, 270]) part(hours);
    answer(store, 'pbx2', report({ outside: [finding('y', { actual: '9'.repeat(64) })] }), { at: hoursAgo(300) });
    answer(store, 'pbx2', endedAt(report(), hoursAgo(1)));
    noteMessage(store, 'pbx1', 'aa', hoursAgo(1));
    noteMessage(store, 'pbx1', 'bb', new Date(NOW.getTime() - CLOCK_TOLERANCE));
    noteRefusal(store, 'pbx1', 'late', '', hoursAgo(200));
    forget(store, hoursAgo(100));
    forgetMessages(store, NOW);
    expect(store.all('SELECT id FROM reports WHERE host = ? ORDER BY id', 'pbx1')).toEqual([[3], [5], [6]]);
    expect(standings(store).get('pbx1')).toMatchObject({ lastWhole: 3, lastReport: 6 });
    expect(store.all('SELECT hash FROM first_seen')).toEqual([[SHELL]]);
    expect(store.first('SELECT count(*) FROM refusals')).toEqual([0]);
    // A clock may be behind: until then the message could be played again.
    expect(store.all('SELECT nonce FROM heard')).toEqual([['bb']]);
    expect(store.first('SELECT count(*) FROM orders')).toEqual([1]);
  });

  it('of too many contents is what came last and is not there any more', () => {
    const store = newStore();
    enrol(store, 'pbx1');
    const hash = (index: number) => String(index).repeat(64);
    for (const index of [1, 2, 3]) {
      const outside = [finding(`${index}`, { actual: hash(index) })];
      answer(store, 'pbx1', endedAt(report({ outside }), hoursAgo(9 - index)), { at: hoursAgo(9 - index) });
    }
    forgetFirstSeen(store, 3);
    expect(store.first('SELECT count(*) FROM first_seen')).toEqual([3]);
    forgetFirstSeen(store, 2);
    expect(store.all('SELECT hash FROM first_seen')).toEqual([[hash(1)], [hash(3)]]);
  });
});
