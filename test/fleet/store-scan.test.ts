import { createPublicKey } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { generateSystem } from '../../src/demo/system.js';
import { newKey } from '../../src/fleet/keys.js';
import { batchesQueue, STORE_PREFIX } from '../../src/fleet/names.js';
import { queueAddress } from '../../src/fleet/queue/address.js';
import { QueueConnection } from '../../src/fleet/queue/connection.js';
import { sharedScan } from '../../src/fleet/store-scan/shared-scan.js';
import { type StoreWorkerOptions, startStoreWorker } from '../../src/fleet/store-scan/worker.js';
import type { Report } from '../../src/model.js';
import { reportParts } from '../../src/report/render.js';
import type { ScanMemory } from '../../src/scan/memory.js';
import type { ScanOptions } from '../../src/scan/options.js';
import { scan, scanWithMemory } from '../../src/scan/scan.js';
import { runCli } from '../helpers/cli.js';
import { makeTempFolder, removeFolder } from '../helpers/temp.js';
import { REDIS_MISSING, startRedis, type TestRedis } from './redis.js';
import { StoreWorkers } from './store-workers.js';

/** Slow enough that a batch is being read whenever it is looked. */
const SLOW = { maxRate: 0.02 };

/** Those of the report itself, in any form; those of signatures and files stay. */
function withoutTimes(text: string): string {
  return text
    .replace(/"(?:started|finished)At":"[^"]*"/g, '"at"')
    .replace(/^(sigsweep .* {2}).*Z$/m, '$1')
    .replace(/ read in [\d.]+ s$/m, '');
}

async function rendered(report: Report): Promise<string[]> {
  const same = { ...report, startedAt: new Date(0), finishedAt: new Date(0) };
  const look = { width: 100, unicode: true, color: false, all: false, hints: false };
  const forms = [];
  for (const format of ['json', 'text'] as const) forms.push([...(await reportParts(same, format, look))].join(''));
  return forms;
}

describe.skipIf(REDIS_MISSING)(`one store, many machines (${REDIS_MISSING ?? 'redis-server is installed'})`, () => {
  let folder = '';
  let webRoot = '';
  let options: ScanOptions;
  let trust: ScanOptions;
  let alone: Report;
  let redis: TestRedis;

  beforeAll(async () => {
    folder = makeTempFolder();
    const system = await generateSystem(folder, {
      modules: 60,
      listedFiles: 900,
      unlistedFiles: 200,
      seed: 8,
      meanBytes: 800,
    });
    webRoot = system.webRoot;
    rmSync(join(webRoot, 'admin/modules', system.modules[7]?.name ?? '', 'module.sig'));
    for (const { listed, path } of system.modules.slice(20, 30)) rmSync(join(path, listed[2] ?? ''));
    trust = { anchors: [system.anchorFingerprint], threads: 0 };
    options = { ...trust, webRoot };
    redis = await startRedis();
    alone = await scan(options);
  });
  afterAll(async () => {
    removeFolder(folder);
    await redis?.remove();
  });

  beforeEach(() => redis.cli('flushall'));

  async function fleet() {
    const connection = connect();
    return { connection, workers: new StoreWorkers(redis.url(), webRoot, trust.anchors?.[0] ?? '') };
  }

  function connect(): QueueConnection {
    const connection = new QueueConnection(queueAddress(redis.url()));
    onTestFinished(() => connection.close());
    return connection;
  }

  /** A worker in this process. */
  async function work(workers: StoreWorkers, host: string, own: Partial<StoreWorkerOptions> = {}) {
    const notices: string[] = [];
    const worker = await startStoreWorker({
      connection: connect(),
      host,
      key: workers.keyOf(host),
      coordinator: createPublicKey(workers.coordinator),
      store: webRoot,
      scan: trust,
      lock: 60_000,
      onNotice: (sentence) => notices.push(sentence),
      ...own,
    });
    onTestFinished(() => worker.stop());
    return { worker, notices };
  }

  function share(workers: StoreWorkers, connection: QueueConnection, own: ScanOptions = {}): Promise<Report> {
    const shared = sharedScan({ ...options, ...own }, { connection, ...workers.asked, attempts: 1 });
    // Whoever waits for it hears of it.
    shared.catch(() => undefined);
    return shared;
  }

  const activeIn = (connection: QueueConnection) =>
    connection.queue(STORE_PREFIX, batchesQueue(webRoot)).getActiveCount();
  const SOON = { timeout: 10_000, interval: 20 };

  it('gives the report of one machine, whoever dies or comes meanwhile', async () => {
    const { connection, workers } = await fleet();
    const victim = await workers.start('victim', ['--max-rate', '0.02']);
    const args = (name: string) => {
      const [anchor = ''] = trust.anchors ?? [];
      return ['scan', webRoot, '--anchor', anchor, '--report', `text=${join(folder, name)}`, '--format', 'json'];
    };
    const fleetFolder = workers.folder();
    const shared = runCli([...args('shared'), '--queue', redis.url(), '--fleet-folder', fleetFolder]);
    let isOver = false;
    void shared.then(() => {
      isOver = true;
    });
    const local = await runCli(args('local'));
    await expect.poll(() => activeIn(connection), SOON).toBe(1);
    await victim.end('SIGKILL');
    // Alone it would take eight seconds.
    const first = await workers.start('first', ['--max-rate', '0.1']);
    await workers.start('late');
    expect(isOver).toBe(false);
    const { code, stdout, stderr } = await shared;
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(withoutTimes(stdout)).toBe(withoutTimes(local.stdout));
    const textOf = (name: string) => withoutTimes(readFileSync(join(folder, name), 'utf8'));
    expect(textOf('shared')).toBe(textOf('local'));
    expect(textOf('shared')).toMatch(/modules {3}60: 49 good, 10 tampered, 1 unsigned/);
    expect(first.said).not.toMatch(/refused/);
    // Nothing is left of it.
    const left = (await redis.cli('--scan', '--pattern', 'sigsweep:store:*')).split('\n');
    expect(left.filter((key) => /:[0-9a-f]{32}/.test(key))).toEqual([]);
  });

  it('is asked for by a coordinator, of hosts that may', async () => {
    const { workers } = await fleet();
    const args = ['scan', webRoot, '--queue', redis.url(), '--fleet-folder'];
    const nothing = await runCli([...args, join(folder, 'nothing')]);
    expect(nothing.stderr).toMatch(/there is no fleet in .*nothing.*\[HOST_NOT_FOUND\]\n$/);
    const nobody = await runCli([...args, workers.folder()]);
    expect(nobody.stderr).toMatch(/no host of the fleet may work on stores: .*\[STORE_SCAN_FAILED\]\n$/);
    expect([nothing.code, nobody.code]).toEqual([2, 2]);
  });

  it('gives it though a machine leaves, and Redis forgets all of it', async () => {
    const { connection, workers } = await fleet();
    const { worker } = await work(workers, 'leaving', { scan: { ...trust, ...SLOW } });
    const shared = share(workers, connection, { all: true, deep: true, oneFileSystem: true });
    await expect.poll(() => activeIn(connection), SOON).toBe(1);
    // A scan of the host itself comes first; nobody waits for a batch meanwhile.
    await worker.aside(() => expect.poll(() => activeIn(connection), SOON).toBe(0));
    await expect.poll(() => activeIn(connection), SOON).toBe(1);
    await worker.stop();
    // Given back, though nobody would have missed it for a minute.
    expect(await activeIn(connection)).toBe(0);
    // It keeps nothing on disk.
    await redis.kill();
    await redis.start();
    const { notices } = await work(workers, 'staying');
    const whole = await scan({ ...options, all: true, deep: true, oneFileSystem: true });
    expect(await rendered(await shared)).toEqual(await rendered(whole));
    expect(notices).toEqual([]);
  });

  it('looks at single modules where it is asked to, and remembers newer signatures', async () => {
    const { connection, workers } = await fleet();
    await work(workers, 'one');
    const [name = ''] = alone.modules.filter(({ verdict }) => verdict === 'good').map((module) => module.name);
    const seen = { signedAt: new Date('2099-01-01T00:00:00Z'), seenAt: new Date('2026-01-01T00:00:00Z') };
    const memory: ScanMemory = {
      kind: 'full',
      recall: () => null,
      remember: () => undefined,
      newestSignature: (module) => (module === name ? seen : null),
    };
    const modules = { ...options, modules: [name, 'framework'] };
    const report = await sharedScan(modules, { connection, ...workers.asked }, () => memory);
    const local = await scanWithMemory(modules, () => memory);
    expect(await rendered(report)).toEqual(await rendered(local));
    expect(report.modules[0]?.findings.map(({ kind }) => kind)).toContain('downgraded');
  });

  it('is incomplete where it is ended early', async () => {
    const { connection, workers } = await fleet();
    await work(workers, 'slow', { scan: { ...trust, ...SLOW } });
    const ending = new AbortController();
    const shared = share(workers, connection, { signal: ending.signal });
    await expect.poll(() => activeIn(connection), SOON).toBe(1);
    ending.abort();
    const report = await shared;
    expect(report).toMatchObject({ complete: false, exitCode: 3 });
    expect(report.modules.length).toBeLessThan(60);
    const counts = await connection.queue(STORE_PREFIX, batchesQueue(webRoot)).getJobCounts('wait', 'delayed');
    expect(counts).toEqual({ wait: 0, delayed: 0 });
  });

  it('can be ended while nobody answers for Redis', async () => {
    const { workers } = await fleet();
    const nobody = new QueueConnection(queueAddress('redis://127.0.0.1:1'));
    onTestFinished(() => nobody.close());
    const report = await share(workers, nobody, { signal: AbortSignal.timeout(100) });
    expect(report).toMatchObject({ complete: false, exitCode: 3, modules: [] });
    expect(report.finishedAt.getTime() - report.startedAt.getTime()).toBeLessThan(5000);
  });

  it('has no report where machines judge otherwise, or look at something else', async () => {
    const { connection, workers } = await fleet();
    const other = makeTempFolder();
    onTestFinished(() => removeFolder(other));
    const strict = await work(workers, 'other', { scan: { ...trust, policy: 'strict' } });
    await expect(share(workers, connection)).rejects.toMatchObject({
      code: 'STORE_SCAN_FAILED',
      message: expect.stringMatching(
        /^batch \d of 5 could not be scanned: other: signatures are judged otherwise here: other --policy$/,
      ),
    });
    expect(strict.notices).toContain(
      `refused a batch of ${webRoot}: signatures are judged otherwise here: other --policy`,
    );
    await strict.worker.stop();
    const elsewhere = await work(workers, 'other', { scan: { ...trust, map: { AMPBIN: other } } });
    await expect(share(workers, connection)).rejects.toThrow(/: the scan is of \/\S+bin, and here it would be /);
    await elsewhere.worker.stop();
    await work(workers, 'stranger', { coordinator: createPublicKey(newKey()) });
    await expect(share(workers, connection)).rejects.toThrow(/stranger: it is not believed \(wrong key\): /);
  });

  it('believes nobody for being on the queue', async () => {
    const { connection, workers } = await fleet();
    const { worker, notices } = await work(workers, 'forger', { key: newKey() });
    const refused = share(workers, connection);
    await expect(refused).rejects.toMatchObject({ code: 'STORE_SCAN_FAILED' });
    await expect(refused).rejects.toThrow(/batch \d of 5 is not believed \(wrong key\): forger: another key/);
    await worker.stop();
    const answers: [unknown, RegExp][] = [
      [{ modules: [], looked: true }, /not believed \(unsigned\)/],
      [{ host: 'forger', message: 'x'.repeat(17_000_000) }, /not believed \(too large\): it has 17\d* bytes/],
      [{ host: 'nobody', message: 'x' }, /not believed \(wrong key\): nobody is no host that works on stores/],
    ];
    for (const [answer, why] of answers) {
      const rogue = connect().worker(STORE_PREFIX, batchesQueue(webRoot), async () => answer, {});
      await expect(share(workers, connection)).rejects.toThrow(why);
      await rogue.close();
    }
    expect(notices).toEqual([]);
  });
});
