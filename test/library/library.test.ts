import { execFile } from 'node:child_process';
import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type ErrorCode, type Progress, type Report, renderJson, SigsweepError, scan, verifyModule } from 'sigsweep';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildDemo, type DemoSystem } from '../../src/demo/demo.js';
import { validated } from '../helpers/report.js';
import { makeSystem } from '../helpers/system.js';
import { makeTempFolder, removeFolder } from '../helpers/temp.js';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

let folder: string;
let demo: DemoSystem;
let trust: { root: string; anchors: string[] };
beforeAll(async () => {
  folder = makeTempFolder();
  // Large enough for worker threads: one of every damage.
  demo = await buildDemo(join(folder, 'demo'));
  trust = { root: demo.dir, anchors: [demo.anchorFingerprint] };
});
afterAll(() => removeFolder(folder));

/** The report as its readers see it, but for the times at which it was made. */
function timeless(report: Report): string {
  const epoch = new Date(0);
  return renderJson({ ...report, startedAt: epoch, finishedAt: epoch });
}

/** Node's own remark up to 20.19, which a library has to leave to the program that uses it. */
const NODE_20_ON_ED25519 =
  /^\(node:\d+\) ExperimentalWarning: The Ed25519 Web Crypto .*\n\(Use `node --trace-warnings .*\n/;

describe('scan', () => {
  it('returns the report that the JSON format prints', async () => {
    const report = await scan({ ...trust, threads: 1 });
    const printed = validated(JSON.parse(renderJson(report)));
    expect(printed).toMatchObject({ root: demo.webRoot, complete: true, exitCode: 1, summary: report.summary });
    expect(report.modules.map(({ name }) => name)).toEqual(printed.modules.map(({ name }) => name));
    expect(report.startedAt.getTime()).toBeLessThanOrEqual(report.finishedAt.getTime());
    expect(report.summary.verdicts.good).toBeGreaterThan(0);
    expect(report.summary.verdicts.tampered).toBeGreaterThan(0);
  });

  it('gives the same, byte for byte, however many threads hash and however often', async () => {
    const [first, ...others] = [
      await scan({ ...trust, threads: 0 }),
      await scan({ ...trust, threads: 0 }),
      await scan({ ...trust, threads: 1 }),
      await scan({ ...trust, threads: 2 }),
      await scan({ ...trust, threads: 2 }),
    ].map(timeless);
    for (const other of others) expect(other).toBe(first);
  });

  it('may run several times at once in one process', async () => {
    const alone = timeless(await scan({ ...trust, threads: 1 }));
    const other = await makeSystem({ modules: { cdr: { 'a.php': '<?php\n' } } });
    try {
      const [one, two, three] = await Promise.all([
        scan({ ...trust, threads: 1 }),
        scan({ ...trust, threads: 2 }),
        scan({ root: other.dir, anchors: [other.anchorFingerprint], keyrings: [other.keyring] }),
      ]);
      expect(timeless(one)).toBe(alone);
      expect(timeless(two)).toBe(alone);
      expect(three).toMatchObject({ exitCode: 0, summary: { modules: 1, verdicts: { good: 1 } } });
    } finally {
      other.cleanup();
    }
  });

  it('judges at the time it is given', async () => {
    const past = await scan({ ...trust, threads: 0, now: new Date('2001-01-01T00:00:00Z') });
    expect(past.summary.verdicts.good).toBe(0);
  });
});

describe('progress', () => {
  it.each([0, 1, 2])('only grows, and ends at what the report says, with %d threads', async (threads) => {
    const told: Progress[] = [];
    const report = await scan({ ...trust, threads, onProgress: (progress) => told.push(progress) });
    for (const [index, next] of told.slice(1).entries()) {
      for (const field of ['modules', 'modulesVerified', 'files', 'filesRead', 'bytes'] as const)
        expect(next[field]).toBeGreaterThanOrEqual(told[index]?.[field] ?? 0);
    }
    for (const one of told) expect(one.filesRead).toBeLessThanOrEqual(one.files);
    const last = told.at(-1);
    expect(last).toMatchObject({ modules: report.summary.modules, modulesVerified: report.summary.modules });
    expect(last?.bytes).toBe(report.summary.bytes);
    expect(last?.filesRead).toBe(last?.files);
    expect(last?.filesRead).toBeGreaterThanOrEqual(report.summary.hashed);
  });

  it('that throws ends the scan with what was thrown', async () => {
    const fault = new Error('a fault of the caller');
    const onProgress = () => {
      throw fault;
    };
    await expect(scan({ ...trust, threads: 0, onProgress })).rejects.toBe(fault);
    await expect(scan({ ...trust, threads: 2, onProgress })).rejects.toBe(fault);
  });
});

describe('an abort', () => {
  it('before the start gives a report of nothing that is not clean', async () => {
    const report = await scan({ ...trust, signal: AbortSignal.abort(), failOn: 'critical' });
    expect(report).toMatchObject({ complete: false, summary: { hashed: 0 } });
    expect(report.exitCode).not.toBe(0);
    validated(JSON.parse(renderJson(report)));
  });

  it.each([0, 1, 2])('half-way gives what was found so far, with %d threads', async (threads) => {
    const whole = await scan({ ...trust, threads });
    const controller = new AbortController();
    const onProgress = ({ filesRead }: Progress) => {
      if (filesRead > 0) controller.abort();
    };
    const report = await scan({ ...trust, threads, onProgress, signal: controller.signal });
    expect(report.complete).toBe(false);
    expect(report.exitCode).not.toBe(0);
    expect(report.summary.hashed).toBeGreaterThan(0);
    expect(report.summary.hashed).toBeLessThan(whole.summary.hashed);
    // Nothing passes for good that was not read whole.
    const good = new Set(whole.modules.filter(({ verdict }) => verdict === 'good').map(({ name }) => name));
    for (const { name, verdict } of report.modules) if (verdict === 'good') expect(good).toContain(name);
  });

  it('does not wait for large files', async () => {
    const large = Array.from({ length: 40 }, (_, index) => `large${index}.wav`);
    const system = await makeSystem({ modules: { cdr: Object.fromEntries(large.map((name) => [name, ''])) } });
    try {
      // They take no room on the disk, and half a minute to hash.
      for (const name of large) truncateSync(system.listedPath('cdr', name), 1024 ** 3);
      const controller = new AbortController();
      const scanned = scan({
        root: system.dir,
        anchors: [system.anchorFingerprint],
        keyrings: [system.keyring],
        threads: 1,
        signal: controller.signal,
      });
      setTimeout(() => controller.abort(), 100);
      expect((await scanned).complete).toBe(false);
    } finally {
      system.cleanup();
    }
  });
});

describe('errors', () => {
  const vectors: [what: string, code: ErrorCode, run: () => Promise<Report>][] = [
    ['a missing web root', 'WEB_ROOT_NOT_FOUND', () => scan({ webRoot: '/nowhere/at/all' })],
    ['a missing root', 'WEB_ROOT_NOT_FOUND', () => scan({ root: '/nowhere/at/all' })],
    ['a missing module', 'MODULE_NOT_FOUND', () => scan({ ...trust, modules: ['nosuch'] })],
    ['a missing key', 'KEYRING_UNREADABLE', () => scan({ ...trust, keyrings: ['/nowhere/at/all'] })],
    ['a key that is none', 'KEYRING_MALFORMED', () => scan({ ...trust, keyrings: [join(PROJECT, 'package.json')] })],
    ['a malformed anchor', 'FINGERPRINT_MALFORMED', () => scan({ ...trust, anchors: ['1234'] })],
    ['a missing revoked list', 'REVOKED_LIST_UNREADABLE', () => scan({ ...trust, revoked: '/nowhere/at/all' })],
    ['a malformed revoked list', 'FINGERPRINT_MALFORMED', () => scan({ ...trust, revoked: join(PROJECT, 'LICENSE') })],
    ['nothing to verify', 'MODULE_NOT_FOUND', () => verifyModule('/nowhere/at/all')],
    ['a folder that is no module', 'MODULE_NOT_FOUND', () => verifyModule(PROJECT)],
    ['a misspelt severity', 'USAGE', () => scan({ ...trust, failOn: 'hgih' as 'high' })],
    ['half a thread', 'USAGE', () => scan({ ...trust, threads: 0.5 })],
  ];

  it.each(vectors)('%s has the code %s', async (_what, code, run) => {
    const error = await run().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(SigsweepError);
    expect(error).toMatchObject({ name: 'SigsweepError', code });
    expect((error as Error).message).not.toContain('\n');
  });
});

describe('verifyModule', () => {
  it('says of one module what a scan says', async () => {
    const whole = await scan({ ...trust, threads: 0 });
    const sound = whole.modules.find(({ verdict }) => verdict === 'good');
    const altered = whole.modules.find(({ verdict }) => verdict === 'tampered');
    const keyrings = [join(demo.webRoot, 'admin/libraries/BMO')];
    for (const expected of [sound, altered]) {
      const { modules } = await verifyModule(expected?.path ?? '', { ...trust, keyrings });
      expect(modules).toEqual([expected]);
    }
  });

  it('stops at an abort', async () => {
    const [module] = demo.modules;
    expect(await verifyModule(module?.path ?? '', { ...trust, signal: AbortSignal.abort() })).toMatchObject({
      complete: false,
    });
  });
});

describe('a process that uses the library', () => {
  const run = promisify(execFile);
  const program = (body: string) => `import { scan, verifyModule } from 'sigsweep';\n${body}`;

  it.each([
    ['a scan with threads', 'console.log((await scan({ ...trust, threads: 2 })).exitCode)', '1'],
    ['a scan without', 'console.log((await scan({ ...trust, threads: 0 })).exitCode)', '1'],
    [
      'a scan that was aborted',
      'console.log((await scan({ ...trust, threads: 2, signal: AbortSignal.timeout(50) })).root)',
      '/',
    ],
    [
      'an error',
      'console.log(await scan({ root: "/nowhere/at/all" }).catch((error) => error.code))',
      'WEB_ROOT_NOT_FOUND',
    ],
  ])('ends by itself after %s, with nothing said but what it says', async (_what, body, expected) => {
    const source = program(`const trust = JSON.parse(process.argv[1]);\n${body}`);
    const args = ['--input-type=module', '--eval', source, JSON.stringify(trust)];
    const { stdout, stderr } = await run(process.execPath, args, { cwd: PROJECT });
    expect(stderr.replace(NODE_20_ON_ED25519, '')).toBe('');
    expect(stdout).toMatch(new RegExp(`^${expected}`));
    expect(stdout.split('\n')).toHaveLength(2);
  });
});
