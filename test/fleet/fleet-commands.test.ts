import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { batchLines, exitCodeOf, type HostResult } from '../../src/cli/fleet/results.js';
import { hostUserName } from '../../src/fleet/acl.js';
import { publicText } from '../../src/fleet/keys.js';
import { hostPrefix, JOBS_QUEUE } from '../../src/fleet/names.js';
import { queueAddress } from '../../src/fleet/queue/address.js';
import { QueueConnection } from '../../src/fleet/queue/connection.js';
import { orderByNonce } from '../../src/fleet/store/orders.js';
import type { OrderRecord } from '../../src/fleet/store/records.js';
import { reportOfOrder } from '../../src/fleet/store/reports.js';
import { parseToken, type Token } from '../../src/fleet/token.js';
import { CLI_PATH, cliEnvironment, failureOf, runCli } from '../helpers/cli.js';
import { makeTempFolder, removeFolder, tempFolder } from '../helpers/temp.js';
import { finding, module, report } from '../report/fixtures.js';
import { FakeHost } from './coordinator.js';
import { REDIS_MISSING, startRedis, type TestRedis } from './redis.js';
import { answer, enrol, newStore, order } from './store.js';

const found = report({
  exitCode: 1,
  modules: [module('fax', 'good', { findings: [finding('x.php', { actual: '5'.repeat(64) })] })],
});

describe('what a scan of many hosts came to', () => {
  it('is not clean because a host lets more pass than the fleet', () => {
    const store = newStore();
    const names = ['a', 'b', 'c'];
    enrol(store, ...names);
    const results = [found, { ...found, exitCode: 0 }, report()].map((one, index): HostResult => {
      const nonce = order(store, names[index] ?? '');
      answer(store, names[index] ?? '', one, { nonce });
      return { order: orderByNonce(store, nonce) as OrderRecord, report: reportOfOrder(store, nonce) };
    });
    expect([...batchLines(results)].at(-1)).toBe('3 hosts: 1 clean, 2 findings');
    expect([exitCodeOf(results.slice(1)), exitCodeOf(results.slice(2))]).toEqual([1, 0]);
  });
});

describe.skipIf(REDIS_MISSING)('sigsweep fleet', () => {
  let redis: TestRedis;
  let folder: string;
  let connection: QueueConnection;
  let queue: string[];
  let place: string[];
  const hosts = new Map<string, FakeHost>();

  const fleet = (...args: readonly string[]) => runCli(['fleet', ...args]);

  /** Begins a command that goes on, and gives what it says. */
  function begin(...args: readonly string[]) {
    const child = spawn(process.execPath, [CLI_PATH, 'fleet', ...args], { env: cliEnvironment() });
    onTestFinished(() => void child.kill('SIGKILL'));
    let text = '';
    child.stderr.setEncoding('utf8').on('data', (data: string) => {
      text += data;
    });
    const says = async (pattern: RegExp) => {
      for (let wait = 0; !pattern.test(text); wait += 1) {
        if (wait > 400) throw new Error(`it does not say ${pattern}:\n${text}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
    const end = async (signal: NodeJS.Signals) => {
      const closed = once(child, 'close');
      child.kill(signal);
      return { code: (await closed)[0] as number | null, text };
    };
    return { says, end };
  }

  /** A token for a host, and the host that will use it. */
  async function enrolled(name: string, ...args: readonly string[]): Promise<{ token: Token; host: FakeHost }> {
    const { code, stderr, json } = await fleet('enroll', name, '--json', ...args, ...queue);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const token = parseToken(json<{ token: string }>().token);
    const host = new FakeHost(name, connection, token.coordinator);
    hosts.set(name, host);
    await host.say('enrol', { publicKey: publicText(host.key) }, { key: token.key });
    return { token, host };
  }

  /** Has a host answer whatever it is asked. */
  function answers(name: string, answer = found): void {
    const host = hosts.get(name) as FakeHost;
    const worker = connection.worker(
      hostPrefix(name),
      JOBS_QUEUE,
      async (job) => {
        if (job.name === 'scan') await host.report(job.id ?? '', answer);
      },
      { drainDelay: 1 },
    );
    onTestFinished(() => worker.close(true));
  }

  beforeAll(async () => {
    redis = await startRedis();
    folder = makeTempFolder();
    place = ['--fleet-folder', folder];
    queue = ['--queue', redis.url(), ...place];
    connection = new QueueConnection(queueAddress(redis.url()));
    await connection.ready(5000);
    // Each takes in what is there when it waits for its own.
    await enrolled('pbx1', '--group', 'west');
    await enrolled('pbx2', '--group', 'west', '--label', 'site=berlin');
    const last = await fleet('enroll', 'pbx3', '--wait', '--valid', '1s', ...queue);
    expect(last).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/did not use its token in time.*\[ENROLMENT_REFUSED\]/),
    });
  });
  afterAll(async () => {
    await connection?.close();
    await redis?.remove();
    removeFolder(folder);
  });

  it('enrolls a host, with what is to be done there and in Redis', async () => {
    const { code, stdout } = await fleet('enroll', 'pbx9', ...queue);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Until .* UTC this token makes pbx9 one of the fleet, once:\n\nsigsweep-fleet-1\.\S+\n/);
    expect(stdout).toContain(`sigsweep agent --queue redis://${hostUserName('pbx9')}@127.0.0.1:${redis.port}`);
    expect(stdout).toMatch(/^user sigsweep-pbx9 reset on #[0-9a-f]{64} .*~sigsweep:host:pbx9:\* /m);
    const [wrong, again] = await Promise.all([fleet('enroll', 'PBX 1', ...queue), fleet('enroll', 'pbx1', ...queue)]);
    expect(wrong).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/no host can be called PBX 1: use lower-case.*\[USAGE\]/),
    });
    expect(again.stdout).toContain('pbx1 is enrolled already: its key is replaced');
  });

  it('lists hosts, with those that may still enrol', async () => {
    const [text, json, group, none] = await Promise.all([
      fleet('list', ...place),
      fleet('list', '--json', '--label', 'site=berlin', ...place),
      fleet('list', '--group', 'wst', ...place),
      fleet('list', '--fleet-folder', tempFolder()),
    ]);
    expect(text.stdout).toMatch(
      /^host +groups +labels +enrolled \(UTC\) +last heard of +version\npbx1 +west +- .*\npbx2 +west +site=berlin /,
    );
    expect(json.json()).toMatchObject({
      hosts: [{ name: 'pbx2', groups: ['west'], key: expect.stringMatching(/^[\w-]{43}$/) }],
    });
    expect(group.code).toBe(2);
    expect(failureOf(group.stderr)).toMatch(/^no host is in a group called wst: did you mean west\?/);
    expect(failureOf(none.stderr)).toMatch(/^there is no fleet in .*: sigsweep fleet enroll HOST begins one/);
  });

  it('has hosts scan, waits, and says what they found', async () => {
    answers('pbx1');
    answers('pbx2', report({}));
    const { code, stdout } = await fleet('scan', '--group', 'west', ...queue);
    expect(stdout).toMatch(
      /^host +result +critical +high +medium +low\npbx1 +findings +1 +0 +0 +0\n2 hosts: 1 clean, 1 findings\n$/,
    );
    expect(code).toBe(1);
    const clean = await fleet('scan', 'pbx2', '--json', '--quick', ...queue);
    expect(clean.code).toBe(0);
    expect(clean.json()).toMatchObject({
      hosts: [{ host: 'pbx2', result: 'clean', report: { findings: { critical: 0 } } }],
    });
    const html = tempFolder();
    const [text, json, all, pages, compared, csv] = await Promise.all([
      fleet('report', 'pbx1', ...place),
      fleet('report', 'pbx1', '--format', 'json', ...place),
      fleet('report', ...place),
      fleet('report', '--format', 'json', '--html', html, '--group', 'west', ...place),
      fleet('compare', 'pbx1', 'pbx2', ...place),
      fleet('report', '--format', 'csv', ...place),
    ]);
    expect([text.code, text.stdout]).toEqual([0, expect.stringContaining('x.php')]);
    expect(json.json()).toMatchObject({
      schema: expect.stringMatching(/^sigsweep\/scan@/),
      modules: [{ name: 'fax' }],
    });
    expect([all.code, all.stdout]).toEqual([1, expect.stringMatching(/^result +NOT clean on 1 host\./m)]);
    expect(pages.json()).toMatchObject({ schema: 'sigsweep/fleet@1', hosts: [{ name: 'pbx1' }, { name: 'pbx2' }] });
    expect(readdirSync(html, { recursive: true }).sort()).toEqual([
      'hosts',
      'hosts/pbx1.html',
      'hosts/pbx2.html',
      'index.html',
    ]);
    expect([compared.code, compared.stdout]).toEqual([0, expect.stringContaining('fax')]);
    expect(failureOf(csv.stderr)).toMatch(
      /^a fleet is told of as text or json, or as pages with --html DIR, and not as csv/,
    );
  });

  it('refuses hosts that there are not, and words that mean nothing', async () => {
    const cases: readonly (readonly [args: string[], failure: RegExp])[] = [
      [['scan', 'pbx11', ...queue], /^no host of the fleet is called pbx11: did you mean pbx1\?/],
      [['scan', '--nightly', '30 2 * *', ...queue], /^--nightly 30 2 \* \* in UTC names no time: give the five fields/],
      [['scan', '--deadline', '8d', ...queue], /^--deadline: a scan may take 7d at most/],
      [['report', 'pbx9', ...place], /^no host of the fleet is called pbx9/],
      [['remove', ...queue], /^give the hosts to remove, or --night/],
    ];
    const results = await Promise.all(cases.map(([args]) => fleet(...args)));
    for (const [index, { code, stderr }] of results.entries()) {
      expect(code).toBe(2);
      expect(failureOf(stderr)).toMatch(cases[index]?.[1] ?? /./);
    }
  });

  it('asks every night, until that is ended', async () => {
    const asked = await fleet(
      'scan',
      '--nightly',
      '30 2 * * *',
      '--tz',
      'Europe/Berlin',
      '--spread',
      '2h',
      '--json',
      ...queue,
    );
    const { night } = asked.json<{ night: string }>();
    const list = await fleet('list', '--nights', ...place);
    expect(list.stdout).toMatch(
      new RegExp(`^night .*\\n${night} +30 2 \\* \\* \\* +Europe/Berlin +.{16} +all, over 120 min\\n$`),
    );
    expect(await redis.cli('zcard', 'sigsweep:coordinator:nights:repeat')).toBe('1');
    expect((await fleet('remove', '--night', night, ...queue)).stdout).toBe(`nightly scan ${night} is ended\n`);
    expect(await redis.cli('zcard', 'sigsweep:coordinator:nights:repeat')).toBe('0');
  });

  it('leaves hosts at work where the waiting is ended, shows it, and takes in by its service what comes', async () => {
    const scan = begin('scan', 'pbx1', ...queue);
    const host = hosts.get('pbx1') as FakeHost;
    let job: string | undefined;
    while (job === undefined) job = (await host.heard(['prioritized'])).find(({ kind }) => kind === 'scan')?.nonce;
    const { code, text } = await scan.end('SIGINT');
    expect([code, text]).toEqual([130, expect.stringContaining('the hosts go on: sigsweep fleet status')]);
    const detached = await fleet('scan', 'pbx2', '--detach', ...queue);
    expect(detached.stdout).toBe('1 host asked to scan; sigsweep fleet status shows how far they are\n');
    const [status, json] = await Promise.all([fleet('status', ...queue), fleet('status', '--json', ...queue)]);
    expect(status.stdout).toMatch(/^host +state .*\npbx1 +waiting .*\npbx2 +waiting /);
    expect(status.stdout).toContain('2 hosts: 2 waiting\n');
    expect(json.json()).toMatchObject({
      queue: { reached: true },
      hosts: [{ host: 'pbx1', orders: [{ nonce: job }] }, {}],
    });
    const watch = begin('watch', ...queue);
    await watch.says(/watches 2 hosts by redis:/);
    await host.report(job, found);
    await watch.says(/sigsweep: pbx1: report \d+: 1 critical\n/);
    expect((await watch.end('SIGTERM')).code).toBe(0);
  });

  it('removes a host, and all that it has in the queue', async () => {
    const { stdout } = await fleet('remove', 'pbx2', ...queue);
    expect(stdout).toBe('pbx2 is removed: its key counts no more; its reports are kept\n');
    expect(await redis.cli('keys', `${hostPrefix('pbx2')}:*`)).toBe('');
    const [scan, kept] = await Promise.all([
      fleet('scan', 'pbx2', ...queue),
      fleet('report', 'pbx2', '--format', 'json', ...place),
    ]);
    expect(failureOf(scan.stderr)).toMatch(/^no host of the fleet is called pbx2/);
    expect(kept.json()).toMatchObject({ modules: [] });
  });

  it('says that Redis cannot be reached, and what is known without it', async () => {
    const nowhere = ['--queue', 'redis://127.0.0.1:1', ...place];
    const [scan, status, plain] = await Promise.all([
      fleet('scan', 'pbx1', ...nowhere),
      fleet('status', ...nowhere),
      fleet('scan', 'pbx1', '--queue', 'redis://redis.example', ...place),
    ]);
    expect(scan.code).toBe(2);
    expect(scan.stderr).toMatch(/redis:\/\/127\.0\.0\.1:1 was tried for 3 s: .*\[QUEUE_UNREACHABLE\]\n$/);
    expect(status.code).toBe(3);
    expect(status.stdout).toMatch(/^queue {2}redis:\/\/127\.0\.0\.1:1 was not reached$/m);
    expect(failureOf(plain.stderr)).toMatch(/^redis:\/\/redis\.example is another machine.*--insecure$/);
  });
});
