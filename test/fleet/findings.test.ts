import { describe, expect, it } from 'vitest';
import { compareHosts } from '../../src/fleet/findings/compare-hosts.js';
import { fleetReport } from '../../src/fleet/findings/fleet-report.js';
import type { FleetFinding, FleetOptions } from '../../src/fleet/findings/types.js';
import { noteHeard, putHost, removeHost } from '../../src/fleet/store/hosts.js';
import { expireOrders, failOrder } from '../../src/fleet/store/orders.js';
import { noteRefusal } from '../../src/fleet/store/refusals.js';
import type { FleetStore } from '../../src/fleet/store/store.js';
import type { ModuleReport } from '../../src/model.js';
import { finding, listed, module, report, signature } from '../report/fixtures.js';
import { answer, endedAt, enrol, HOUR, hoursAgo, NOW, newStore, order } from './store.js';

const OTHER = 'B'.repeat(40);
const SHELL = '5'.repeat(64);
const shell = finding('x.php', { actual: SHELL });

const look = (store: FleetStore, options: Partial<FleetOptions> = {}) =>
  fleetReport(store, { now: NOW, silentAfter: 48 * HOUR, ...options });
/** A fleet whose hosts have these modules, each reported an hour ago. */
function fleet(hosts: Readonly<Record<string, readonly ModuleReport[]>>): FleetStore {
  const store = newStore();
  enrol(store, ...Object.keys(hosts));
  for (const [name, modules] of Object.entries(hosts)) answer(store, name, endedAt(report({ modules }), hoursAgo(2)));
  return store;
}
const seen = (findings: readonly FleetFinding[]) =>
  findings.map(({ kind, severity, hosts, odd }) => [kind, severity, hosts.names.join(' '), odd]);
const text = (digit: string, changes = {}) => signature({ textSha256: digit.repeat(64), ...changes });
const at = (version: string, day: number, changes = {}) =>
  module('cdr', 'good', {
    version,
    signature: text('1', {
      signedAt: new Date(day * 24 * HOUR),
      textSha256: version.replace(/\D/g, '').padStart(64, '0'),
    }),
    ...changes,
  });

describe('a module that is not the same everywhere', () => {
  it('has other bytes on the one host than on all others', () => {
    const one = module('cdr', 'good', { signature: text('1') });
    const other = module('cdr', 'good', { signature: text('2') });
    const { findings, exitCode } = look(fleet({ a: [one], b: [other], c: [one], d: [module('core', 'good'), one] }));
    expect(seen(findings)).toEqual([['bytes-differ', 'medium', 'b', true]]);
    expect(findings[0]).toMatchObject({
      module: 'cdr',
      variants: [
        { version: '17.0.1', textSha256: '1'.repeat(64), hosts: { count: 3, names: ['a', 'c', 'd'] } },
        { version: '17.0.1', textSha256: '2'.repeat(64), hosts: { count: 1, names: ['b'] } },
      ],
    });
    expect(exitCode).toBe(0);
  });

  it('is worse where nobody vouches for some of them', () => {
    const one = module('cdr', 'good', { signature: text('1') });
    const other = module('cdr', 'untrusted', { signature: text('2') });
    const { findings, exitCode } = look(fleet({ a: [one], b: [one], c: [other] }));
    expect([seen(findings), exitCode]).toEqual([[['bytes-differ', 'high', 'c', true]], 1]);
  });

  it.each([
    ['two', { a: '1', b: '2' }],
    ['two and two', { a: '1', b: '2', c: '1', d: '2' }],
    ['three, each otherwise', { a: '1', b: '2', c: '3' }],
  ])('accuses nobody where %s differ', (_, hosts) => {
    const modules = Object.entries(hosts).map(([name, digit]) => [
      name,
      [module('cdr', 'good', { signature: text(digit) })],
    ]);
    const { findings } = look(fleet(Object.fromEntries(modules)));
    expect(seen(findings)).toEqual([['bytes-differ', 'medium', Object.keys(hosts).join(' '), false]]);
  });

  it('is nothing to tell of in another version, or without one', () => {
    const one = module('cdr', 'good', { version: null, signature: text('1') });
    expect(look(fleet({ a: [one], b: [{ ...one, signature: text('2') }] })).findings).toEqual([]);
  });

  it('has another signer on one host, which is one finding and not two', () => {
    const one = module('cdr', 'good', { signature: text('1') });
    const other = module('cdr', 'good', { signature: text('2', { signer: OTHER }) });
    const { findings } = look(fleet({ a: [one], b: [one], c: [other] }));
    expect(seen(findings)).toEqual([['signer-differs', 'medium', 'c', true]]);
    const revoked = { ...other, verdict: 'revoked' as const };
    expect(seen(look(fleet({ a: [one], b: [one], c: [revoked] })).findings)).toEqual([
      ['signer-differs', 'high', 'c', true],
    ]);
  });

  it('has other bytes by the same signer, whoever signed those too', () => {
    const one = module('cdr', 'good', { signature: text('1') });
    const changed = module('cdr', 'good', { signature: text('2') });
    const signedAnew = module('cdr', 'good', { signature: text('2', { signer: OTHER }) });
    expect(seen(look(fleet({ a: [one], b: [one], c: [one], d: [changed], e: [signedAnew] })).findings)).toEqual([
      ['bytes-differ', 'medium', 'd e', true],
      ['signer-differs', 'medium', 'e', true],
    ]);
  });

  it('lost its signature on one host', () => {
    const one = module('cdr', 'good');
    const stripped = module('cdr', 'unsigned');
    const { findings, exitCode } = look(fleet({ a: [one], b: [one], c: [stripped] }));
    expect([seen(findings), exitCode]).toEqual([[['signature-missing', 'high', 'c', true]], 1]);
    expect(seen(look(fleet({ a: [one], b: [stripped] })).findings)).toEqual([
      ['signature-missing', 'medium', 'b', false],
    ]);
    // Somebody's own module, which nobody signs anywhere, or of which nobody knows the version.
    expect(look(fleet({ a: [stripped], b: [stripped] })).findings).toEqual([]);
    expect(look(fleet({ a: [one], b: [one], c: [{ ...stripped, version: '16.0' }] })).findings).toEqual([]);
  });

  it('is behind where others have a newer version of the same signer', () => {
    const { findings, exitCode } = look(
      fleet({ a: [at('17.0.10', 30)], b: [at('17.0.9', 20)], c: [at('17.0.8', 10)], d: [at('17.0.9', 20)] }),
    );
    expect(seen(findings)).toEqual([['behind', 'low', 'b c d', true]]);
    expect(findings[0]?.variants.map(({ version, hosts }) => [version, hosts.names])).toEqual([
      ['17.0.10', ['a']],
      ['17.0.9', ['b', 'd']],
      ['17.0.8', ['c']],
    ]);
    expect(exitCode).toBe(0);
  });

  it('is not behind what is not truly newer', () => {
    // A number that somebody took back, what no good module says, and what is no version.
    expect(look(fleet({ a: [at('99.0', 1)], b: [at('17.0.9', 20)] })).findings).toEqual([]);
    expect(look(fleet({ a: [at('99.0', 30, { verdict: 'tampered' })], b: [at('17.0.9', 20)] })).findings).toEqual([]);
    expect(look(fleet({ a: [at('newest', 30)], b: [at('17.0.9', 20)] })).findings).toEqual([]);
  });

  it('is not compared with what a host had that nobody knows of now', () => {
    const store = fleet({ a: [at('17.0.10', 30)], b: [at('17.0.10', 30)] });
    enrol(store, 'c', 'd');
    answer(store, 'c', endedAt(report({ modules: [at('17.0.9', 20)] }), hoursAgo(80)), { at: hoursAgo(80) });
    answer(store, 'd', endedAt(report({ modules: [at('17.0.9', 20)] }), hoursAgo(80)), { at: hoursAgo(1) });
    expect(seen(look(store).findings)).toEqual([
      ['silent', 'medium', 'c', true],
      ['outdated', 'medium', 'd', true],
    ]);
  });

  it('is seen among many hosts, and the odd one named', () => {
    const names = Array.from({ length: 60 }, (_, index) => `h${String(index).padStart(2, '0')}`);
    const modules = names.map((name) => [
      name,
      [module('cdr', 'good', { signature: text(name === 'h59' ? '2' : '1') })],
    ]);
    const [found] = look(fleet(Object.fromEntries(modules))).findings;
    expect(found?.hosts).toEqual({ count: 1, names: ['h59'] });
    expect(found?.variants[0]?.hosts).toMatchObject({ count: 59, names: { length: 50 } });
    // Who asks about the last of many that differ is told of it, whatever is named else.
    const half = names.map((name, index) => [name, [module('cdr', 'good', { signature: text(`${index % 2}`) })]]);
    const [asked, ...more] = look(fleet(Object.fromEntries(half)), { hosts: new Set(['h59']) }).findings;
    expect([asked?.hosts.count, asked?.hosts.names.slice(0, 2), asked?.hosts.names.length, more]).toEqual([
      60,
      ['h59', 'h00'],
      50,
      [],
    ]);
  });
});

describe('the same content on several hosts', () => {
  const having = (changes = {}) =>
    report({
      outside: [
        { ...shell, ...changes },
        { ...shell, path: finding('y.php').path },
      ],
    });

  it('is one row, with where and when it was seen first', () => {
    const store = newStore();
    enrol(store, 'a', 'b', 'c');
    answer(store, 'a', endedAt(having({ firstSeen: hoursAgo(9) }), hoursAgo(2)));
    answer(store, 'b', endedAt(having({ firstSeen: hoursAgo(200), path: finding('z.php').path }), hoursAgo(2)));
    answer(store, 'c', endedAt(report({ outside: [finding('q', { actual: '6'.repeat(64) })] }), hoursAgo(2)));
    const { findings, exitCode } = look(store);
    expect(seen(findings)).toEqual([['shared-content', 'critical', 'a b', false]]);
    expect(findings[0]?.content).toEqual({
      sha256: SHELL,
      class: 'code',
      module: null,
      path: 'x.php',
      firstSeen: { host: 'b', path: 'z.php', seenAt: hoursAgo(200) },
    });
    expect(exitCode).toBe(1);
  });

  it('is found in altered files too, and not where it is excused, harmless, empty or gone', () => {
    const store = newStore();
    enrol(store, 'a', 'b');
    const exemption = { reason: 'ours', author: 'jane', expires: hoursAgo(-99) };
    const both = (one: Parameters<typeof report>[0], other: Parameters<typeof report>[0]) => {
      answer(store, 'a', endedAt(report(one), hoursAgo(2)));
      answer(store, 'b', endedAt(report(other), hoursAgo(2)));
      return look(store).findings.length;
    };
    const altered = module('cdr', 'tampered', { findings: [listed('a.php', 'altered', { actual: SHELL })] });
    expect(both({ modules: [altered] }, { outside: [shell] })).toBe(1);
    expect(both({ outside: [shell] }, { outside: [{ ...shell, exemption }] })).toBe(0);
    expect(both({ outside: [{ ...shell, severity: 'low' }] }, { outside: [{ ...shell, severity: 'low' }] })).toBe(0);
    const nothing = { ...shell, actual: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' };
    expect(both({ outside: [nothing] }, { outside: [nothing] })).toBe(0);
    expect(both({ outside: [shell, { ...shell, path: finding('y').path }] }, {})).toBe(0);
  });
});

describe('hosts', () => {
  const states = (store: FleetStore) => look(store).hosts.map(({ name, state, verdict }) => [name, state, verdict]);

  it('are clean only where all of it was looked at, not long ago', () => {
    const store = newStore();
    enrol(store, 'clean', 'bad', 'incomplete', 'part', 'silent', 'old');
    putHost(store, { name: 'new', publicKey: 'k', groups: [], labels: {}, store: false, enrolledAt: hoursAgo(1) });
    const good = endedAt(report({ modules: [module('cdr', 'good')] }), hoursAgo(2));
    answer(store, 'clean', good);
    answer(store, 'bad', endedAt(report({ outside: [shell] }), hoursAgo(2)));
    answer(store, 'incomplete', { ...good, complete: false });
    answer(store, 'part', good, { modules: ['cdr'] });
    answer(store, 'silent', endedAt(good, hoursAgo(90)), { at: hoursAgo(90) });
    answer(store, 'old', endedAt(good, hoursAgo(90)), { at: hoursAgo(90) });
    noteHeard(store, 'old', hoursAgo(1), '0.1.0');
    expect(states(store)).toEqual([
      ['bad', 'reporting', 'findings'],
      ['clean', 'reporting', 'clean'],
      ['incomplete', 'reporting', 'incomplete'],
      ['new', 'never reported', 'unknown'],
      ['old', 'outdated', 'unknown'],
      ['part', 'never reported', 'incomplete'],
      ['silent', 'silent', 'unknown'],
    ]);
    expect(look(store).exitCode).toBe(1);
    removeHost(store, 'bad', NOW);
    expect(look(store).exitCode).toBe(3);
    for (const name of ['incomplete', 'new', 'old', 'part', 'silent']) {
      expect(look(store, { hosts: new Set(['clean', name]) }).exitCode, name).toBe(3);
    }
    const alone = look(store, { hosts: new Set(['clean']) });
    expect([alone.exitCode, alone.findings]).toEqual([0, []]);
    expect(look(newStore()).exitCode).toBe(3);
  });

  it('that did not answer, or could not, are told of until they do', () => {
    const store = newStore();
    enrol(store, 'a', 'b');
    const good = endedAt(report(), hoursAgo(2));
    for (const host of ['a', 'b']) answer(store, host, good);
    order(store, 'a', { issued: hoursAgo(1), expires: NOW });
    failOrder(store, order(store, 'b', { issued: hoursAgo(1) }), 'b', 'WEB_ROOT_NOT_FOUND', NOW);
    expect(look(store)).toMatchObject({ exitCode: 3, summary: { waiting: 1 } });
    expireOrders(store, NOW);
    const { findings, exitCode } = look(store);
    expect(findings.map(({ kind, hosts, detail }) => [kind, hosts.names[0], detail])).toEqual([
      ['unanswered', 'a', ''],
      ['failed', 'b', 'WEB_ROOT_NOT_FOUND'],
    ]);
    expect(exitCode).toBe(3);
    for (const host of ['a', 'b']) answer(store, host, good, { issued: NOW, at: NOW });
    expect(look(store)).toMatchObject({ exitCode: 0, findings: [] });
    // What became of orders of a machine that had the name before says nothing of this one.
    order(store, 'a', { issued: NOW });
    removeHost(store, 'a', new Date(NOW.getTime() + 1));
    const later = new Date(NOW.getTime() + HOUR);
    putHost(store, { name: 'a', publicKey: 'k2', groups: [], labels: {}, store: false, enrolledAt: later });
    expect(look(store, { now: later }).findings.map(({ kind }) => kind)).toEqual(['never-reported']);
  });

  it('in whose queue lay what is not to be believed are told of for a while', () => {
    const store = newStore();
    enrol(store, 'a');
    answer(store, 'a', endedAt(report(), hoursAgo(2)));
    noteRefusal(store, 'a', 'wrong key', 'another key signed it', hoursAgo(30));
    noteRefusal(store, 'a', 'wrong key', 'another key signed it', hoursAgo(20));
    noteRefusal(store, 'a', 'late', '', hoursAgo(3));
    noteRefusal(store, 'stranger', 'unsigned', '', hoursAgo(3));
    const { findings, exitCode } = look(store);
    expect(findings.map(({ severity, detail }) => [severity, detail])).toEqual([
      ['high', 'wrong key, 2 times, the last on 2026-11-27T10:00Z: another key signed it'],
      // Somebody tried to enrol.
      ['medium', 'unsigned'],
      ['low', 'late'],
    ]);
    expect(exitCode).toBe(1);
    expect(look(store, { refusedWithin: 2 * HOUR }).findings).toEqual([]);
    // Another machine has that name by now.
    putHost(store, { name: 'a', publicKey: 'k2', groups: [], labels: {}, store: false, enrolledAt: hoursAgo(1) });
    expect(look(store).findings.map(({ kind, hosts }) => [kind, hosts.names[0]])).toEqual([
      ['never-reported', 'a'],
      ['refused', 'stranger'],
    ]);
  });
});

describe('two hosts compared', () => {
  it('differ in modules and findings', () => {
    const store = fleet({});
    enrol(store, 'a', 'b');
    const both = finding('same.php', { actual: SHELL });
    answer(store, 'a', report({ modules: [module('cdr', 'good'), module('core', 'good')], outside: [both, shell] }));
    const changed = module('cdr', 'good', { version: '17.0.2', signature: text('2', { signer: OTHER }) });
    answer(
      store,
      'b',
      report({ modules: [changed, module('core', 'good'), module('own', 'unsigned')], outside: [both] }),
    );
    const compared = compareHosts(store, 'a', 'b');
    expect(compared.modules.map(({ name, differences }) => [name, differences])).toEqual([
      ['cdr', ['version', 'signer', 'bytes']],
      ['own', ['missing']],
    ]);
    expect(compared).toMatchObject({ sameModules: 1, complete: true, onlyOther: [] });
    expect(compared.onlyOne.map((placed) => placed.finding.path)).toEqual(['x.php']);
    expect(compared.both.map((placed) => placed.finding.path)).toEqual(['same.php']);
  });

  it('may be one host and its last two reports, the older first', () => {
    const store = fleet({ a: [module('cdr', 'good')] });
    expect(() => compareHosts(store, 'a', null)).toThrow('there are no two reports of everything on a');
    answer(store, 'a', report({ modules: [module('cdr', 'tampered')], complete: false }));
    const compared = compareHosts(store, 'a', null);
    expect(compared.modules).toMatchObject([{ differences: ['verdict'], one: { verdict: 'good' } }]);
    expect(compared.complete).toBe(false);
  });

  it('must be there and have reported', () => {
    const store = fleet({ a: [] });
    enrol(store, 'b');
    expect(() => compareHosts(store, 'a', 'z')).toThrow(expect.objectContaining({ code: 'HOST_NOT_FOUND' }));
    expect(() => compareHosts(store, 'a', 'b')).toThrow(expect.objectContaining({ code: 'SCAN_NOT_FOUND' }));
  });
});
