import { appendFileSync, chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DoneJobs } from '../../src/fleet/agent/done.js';
import { mustEnrol, readEnrolment, writeEnrolment } from '../../src/fleet/agent/enrolment.js';
import { fittingText } from '../../src/fleet/agent/report-text.js';
import { chosen, type OwnScan, type ScanHooks, scanAsAsked } from '../../src/fleet/agent/scan.js';
import { Spool } from '../../src/fleet/agent/spool.js';
import { Complaints } from '../../src/fleet/complaints.js';
import { newKey, publicText } from '../../src/fleet/keys.js';
import { CLOCK_TOLERANCE } from '../../src/fleet/message/believe.js';
import { newNonce, type ScanRequest } from '../../src/fleet/message/message.js';
import { readReport } from '../../src/fleet/message/report-wire.js';
import { newToken } from '../../src/fleet/token.js';
import { MAX_DONE_JOBS, MAX_SPOOLED_BYTES, MAX_SPOOLED_REPORTS } from '../../src/limits.js';
import { ScanLock } from '../../src/state/lock.js';
import { makeSystem, type TestSystem } from '../helpers/system.js';
import { tempFolder } from '../helpers/temp.js';

const HOUR = 3_600_000;

function answer(text: string, made = Date.now()) {
  return { nonce: newNonce(), job: newNonce(), made, code: '', text };
}

describe('the spool', () => {
  function open(folder: string) {
    const said: string[] = [];
    return { spool: new Spool(folder, (sentence) => said.push(sentence)), said };
  }

  it('keeps what it was given for the next start, and puts aside what is damaged', () => {
    const folder = tempFolder();
    const { spool } = open(folder);
    const [first, second] = [answer('{"a":"\n"}', 1), answer('later', 2)];
    for (const one of [second, first]) spool.keep(one);
    appendFileSync(join(folder, 'spool', `${newNonce()}.answer`), 'half of');
    const again = open(folder);
    expect(again.spool.waiting.map(({ nonce }) => nonce)).toEqual([first.nonce, second.nonce]);
    expect(again.spool.read(first.nonce)).toEqual(first);
    expect(again.spool.ofJob(second.job)?.nonce).toBe(second.nonce);
    expect(again.said).toEqual([expect.stringMatching(/is damaged: it is put aside/)]);
    expect(again.spool.remove(first.nonce)).toBe(true);
    expect(again.spool.remove(first.nonce)).toBe(false);
    expect(again.spool.read(first.nonce)).toBeNull();
    expect(readdirSync(join(folder, 'spool')).filter((name) => name.endsWith('.answer'))).toEqual([
      `${second.nonce}.answer`,
    ]);
  });

  it('drops the oldest when there are too many, and says so', () => {
    const { spool, said } = open(tempFolder());
    const all = Array.from({ length: MAX_SPOOLED_REPORTS + 1 }, (_, index) => answer('x', index));
    for (const one of all) spool.keep(one);
    expect(spool.waiting).toHaveLength(MAX_SPOOLED_REPORTS);
    expect(spool.ofJob(all[0]?.job ?? '')).toBeUndefined();
    expect(said).toEqual([expect.stringMatching(`the report of job ${all[0]?.job} is dropped, the oldest`)]);
  });

  it('drops the oldest when they are too large', () => {
    const { spool, said } = open(tempFolder());
    const text = 'x'.repeat(MAX_SPOOLED_BYTES / 12);
    for (let index = 0; index < 13; index += 1) spool.keep(answer(text, index));
    expect(spool.waiting.map(({ made }) => made)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(said).toHaveLength(1);
  });

  it('keeps in memory what the disk does not take', () => {
    const folder = tempFolder();
    const { spool, said } = open(folder);
    const one = answer('kept');
    // No file can take the place of a folder, whoever runs this.
    mkdirSync(join(folder, 'spool', `${one.nonce}.answer`));
    spool.keep(one);
    expect(said).toEqual([expect.stringMatching(/is kept in memory only/)]);
    expect(spool.read(one.nonce)).toEqual(one);
  });
});

describe('jobs that were done', () => {
  it('are remembered until nobody would take them any more', () => {
    const folder = tempFolder();
    const done = new DoneJobs(folder);
    const [old, recent, now] = [newNonce(), newNonce(), Date.now()];
    done.add(old, now - CLOCK_TOLERANCE - 1, now - HOUR);
    done.add(recent, now - CLOCK_TOLERANCE + 1000, now);
    const again = new DoneJobs(folder);
    expect([old, recent].map((nonce) => again.has(nonce))).toEqual([false, true]);
    writeFileSync(join(folder, 'done.json'), '{"x":1}');
    expect(() => new DoneJobs(folder)).toThrow(expect.objectContaining({ code: 'FLEET_UNUSABLE' }));
  });

  it('are so many at most', () => {
    const folder = tempFolder();
    const now = Date.now();
    const all = Array.from({ length: MAX_DONE_JOBS }, (_, index) => [newNonce(), now + index] as const);
    writeFileSync(join(folder, 'done.json'), JSON.stringify(Object.fromEntries(all)), { mode: 0o600 });
    const done = new DoneJobs(folder);
    const one = newNonce();
    done.add(one, now + HOUR, now);
    expect([all[0]?.[0] ?? '', all[1]?.[0] ?? '', one].map((nonce) => done.has(nonce))).toEqual([false, true, true]);
    expect(Object.keys(JSON.parse(readFileSync(join(folder, 'done.json'), 'utf8')))).toHaveLength(MAX_DONE_JOBS);
  });
});

it('the same complaint is made once an hour', () => {
  const complaints = new Complaints();
  const times = [0, 1, HOUR - 1, HOUR, HOUR + 1];
  expect(times.map((time) => complaints.admits('late', time))).toEqual([true, false, false, true, false]);
  expect(complaints.admits('early', HOUR + 1)).toBe(true);
});

describe('an enrolment', () => {
  it('is believed from a file that nobody else could have written', () => {
    const folder = tempFolder();
    expect(readEnrolment(folder)).toBeNull();
    const [coordinator, token] = [newKey(), publicText(newKey())];
    writeEnrolment(folder, { host: 'pbx', coordinator, token });
    const read = readEnrolment(folder);
    expect(read).toMatchObject({ host: 'pbx', token });
    expect(publicText(read?.coordinator ?? newKey())).toBe(publicText(coordinator));
    chmodSync(join(folder, 'enrolment.json'), 0o666);
    expect(() => readEnrolment(folder)).toThrow(expect.objectContaining({ code: 'FILE_UNSAFE' }));
    writeFileSync(join(folder, 'enrolment.json'), '{', { mode: 0o600 });
    chmodSync(join(folder, 'enrolment.json'), 0o600);
    expect(() => readEnrolment(folder)).toThrow(/is damaged; give it back from a backup, or remove it/);
  });

  it('is made anew by another token of the same coordinator for the same host only', () => {
    const now = new Date();
    const coordinator = newKey();
    const token = newToken('pbx', coordinator, now.getTime() + HOUR);
    const present = { host: 'pbx', coordinator: token.coordinator, token: publicText(token.key) };
    const must = (given: typeof token | null, is: typeof present | null = present) => mustEnrol('/f', is, given, now);
    expect([must(null), must(token), must({ ...token, expires: 0 }), must(token, null)]).toEqual([
      false,
      false,
      false,
      true,
    ]);
    expect(must(newToken('pbx', coordinator, token.expires))).toBe(true);
    expect(() => must(newToken('pbx-2', coordinator, token.expires))).toThrow(/as pbx with this coordinator/);
    expect(() => must(newToken('pbx', newKey(), token.expires))).toThrow(/as pbx with another coordinator/);
  });
});

describe('a scan that was asked for', () => {
  let system: TestSystem;
  beforeAll(async () => {
    system = await makeSystem({ modules: { cdr: { 'functions.inc.php': '<?php\n', 'a.js': 'x'.repeat(100_000) } } });
    for (let index = 0; index < 300; index += 1) system.writeInWebRoot(`shell${index}.php`, '<?php eval($_POST[1]);');
  });
  afterAll(() => system.cleanup());

  function own(state: string | null): OwnScan {
    return {
      scan: { root: system.dir, keyrings: [system.keyring], anchors: [system.anchorFingerprint], threads: 1 },
      state,
      stateWasGiven: true,
      keep: HOUR,
      fullEvery: HOUR,
      alerts: {},
      alertOn: 'high',
      remind: null,
      attended: true,
    };
  }

  function hooks(stop = new AbortController().signal): ScanHooks & { said: string[] } {
    const said: string[] = [];
    const say = (sentence: string) => said.push(sentence);
    return { stop, interrupted: () => (stop.aborted ? 143 : undefined), onProgress: () => undefined, say, said };
  }

  const request: ScanRequest = { kind: 'full', deadline: HOUR };

  it('chooses kind, modules, and how much of the machine is used, never more than the host allows', () => {
    const base = own(null);
    const limited = { ...base, scan: { ...base.scan, threads: 2, maxRate: 5 } };
    const { threads: _, ...free } = base.scan;
    const unlimited = { ...base, scan: free };
    const of = (from: OwnScan, asked: Partial<ScanRequest>) => chosen(from, { ...request, ...asked });
    expect(of(limited, {})).toEqual({ ...limited, quick: false });
    expect(of(limited, { kind: 'quick' }).quick).toBe(true);
    expect(of(limited, { threads: 8, maxRate: 50 }).scan).toMatchObject({ threads: 2, maxRate: 5 });
    expect(of(limited, { threads: 1, maxRate: 1 }).scan).toMatchObject({ threads: 1, maxRate: 1 });
    expect(of(unlimited, { threads: 256, maxRate: 50 }).scan).toMatchObject({
      threads: availableParallelism(),
      maxRate: 50,
    });
    const modules = ['cdr'];
    expect(of(limited, { modules })).toEqual({ ...limited, quick: false, scan: { ...limited.scan, modules } });
  });

  it('waits for another one that runs, within its time', async () => {
    const state = tempFolder();
    const lock = ScanLock.take(state);
    const first = hooks();
    const scan = scanAsAsked(own(state), request, first);
    while (first.said.length === 0) await sleep(20);
    expect(first.said[0]).toMatch(/another scan is running .*; it is waited for$/);
    lock.release();
    expect(await scan).toMatchObject({ kind: 'report', report: { complete: true, exitCode: 1 } });
    const held = ScanLock.take(state);
    const late = await scanAsAsked(own(state), { ...request, deadline: 1000 }, hooks());
    expect(late).toMatchObject({ kind: 'failure', code: 'SCAN_RUNNING' });
    held.release();
  });

  it('ends at its deadline with what was found, and says that it is incomplete', async () => {
    const outcome = await scanAsAsked(own(null), { ...request, deadline: 1000, maxRate: 0.01 }, hooks());
    expect(outcome).toMatchObject({ kind: 'report', report: { complete: false } });
  });

  it('is given up when the program ends', async () => {
    const controller = new AbortController();
    const scan = scanAsAsked(own(null), { ...request, maxRate: 0.01 }, hooks(controller.signal));
    await sleep(300);
    controller.abort();
    expect(await scan).toEqual({ kind: 'stopped' });
  });

  it('is reported with fewer findings where all are too many, never not at all', async () => {
    const outcome = await scanAsAsked(own(null), request, hooks());
    if (outcome.kind !== 'report') throw new Error('no report');
    const { report } = outcome;
    const whole = fittingText(report, () => true) ?? '';
    expect(readReport(whole).tree.findings).toHaveLength(300);
    const small = fittingText(report, (text) => text.length < whole.length) ?? '';
    const read = readReport(small);
    expect(read.tree.findings).toHaveLength(200);
    expect(read.notes.at(-1)).toBe(
      'too large for the queue of the fleet, so that 100 findings of this report stayed on the host',
    );
    expect(read.summary).toEqual(report.summary);
    expect(fittingText(report, () => false)).toBeNull();
  });
});
