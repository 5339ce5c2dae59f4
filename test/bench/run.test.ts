/** The benchmark as a whole, on a tree of 300 files: what it writes, never how fast anything was. */
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempFolder } from '../helpers/temp.js';
import { BENCH, runBench, startBench } from './bench.js';

interface Outcome {
  name: string;
  status: string;
  why: string;
  argv: string[];
  samples: { seconds: number; files: number }[];
  ratio: { median: number } | null;
}

interface Results {
  contests: { kind: string; outcomes: Outcome[] }[];
  trees: Record<string, { allFiles: number }>;
  targets: { met: boolean | null }[];
}

/** Folders of one run: what it may leave in two of them, and nothing in the third. */
function folders() {
  const folder = tempFolder();
  const [dir, out, TMPDIR] = ['trees', 'out', 'tmp'].map((name) => join(folder, name)) as [string, string, string];
  mkdirSync(TMPDIR);
  return { dir, out, TMPDIR, options: ['--trees', 'tiny', '--runs', '1', '--dir', dir, '--out', out] };
}

function resultsIn(folder: string): Results {
  return JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8'));
}

describe('npm run bench', () => {
  it('writes figures, plots and tables, and leaves only them and the tree behind', async () => {
    const { dir, out, TMPDIR, options } = folders();
    const { code, stdout, stderr } = await runBench([...options, '--threads', '1,2'], { TMPDIR });
    expect(code, stderr).toBe(0);
    expect(readdirSync(out).sort()).toEqual(['peers.svg', 'results.json', 'threads.svg']);
    for (const plot of ['peers.svg', 'threads.svg']) {
      expect(readFileSync(join(out, plot), 'utf8')).toMatch(/^<svg .*<\/svg>\n$/s);
    }
    expect(stdout).toMatch(/^Whole programs: tiny \(4 modules, 300 files, /m);
    expect(stdout).toMatch(/^ {2}scan of `system` +at most 0\.90 s +not measured +–$/m);
    expect(readdirSync(TMPDIR)).toEqual([]);
    expect(readdirSync(dir)).toEqual([expect.stringMatching(/^tiny-seed1-[0-9a-f]{12}$/)]);

    const { contests, trees } = resultsIn(out);
    expect(contests.map(({ kind }) => kind)).toEqual(['peers', 'hashing']);
    const outcomes = contests.flatMap((contest) => contest.outcomes);
    // Peers may be missing on this machine; those that are there have done all their work.
    expect(outcomes.filter(({ status }) => status === 'failed')).toEqual([]);
    expect(outcomes.filter(({ name }) => name === 'sigsweep pool').map(({ samples }) => samples[0]?.files)).toEqual([
      trees.tiny?.allFiles,
      trees.tiny?.allFiles,
    ]);
    const text = readFileSync(join(out, 'results.json'), 'utf8');
    for (const path of [dir, out, TMPDIR, process.execPath]) expect(text).not.toContain(path);
  });

  it('takes a tree that is there already', async () => {
    const { TMPDIR, options } = folders();
    const only = [...options, '--peers', 'sigsweep', '--threads', '1'];
    const first = await runBench(only, { TMPDIR });
    const again = await runBench(only, { TMPDIR });
    expect(first.stderr).toContain('tree tiny: generating');
    expect(again.stderr).not.toContain('generating');
    expect(again.code, again.stderr).toBe(0);
  });

  it('reports a peer that failed, or did not do its work, as failed, and goes on', async () => {
    const { out, TMPDIR, options } = folders();
    const fakes = tempFolder();
    for (const [name, text] of [
      ['sha256sum', 'exit 0'],
      ['openssl', 'echo no such digest >&2; exit 3'],
    ] as const) {
      writeFileSync(join(fakes, name), `#!/bin/sh\n${text}\n`);
      chmodSync(join(fakes, name), 0o755);
    }
    const peers = ['--peers', 'sha256sum,xargs-openssl', '--threads', '1'];
    const PATH = `${fakes}:${process.env.PATH ?? ''}`;
    const { code, stdout, stderr } = await runBench([...options, ...peers], { TMPDIR, PATH });
    expect(code, stderr).toBe(0);
    const outcomes = resultsIn(out).contests[0]?.outcomes ?? [];
    const failed = { status: 'failed', samples: [], ratio: null };
    expect(outcomes).toMatchObject([
      { name: 'sigsweep', status: 'measured' },
      { name: 'sha256sum -c', ...failed, why: expect.stringMatching(/^it says it has looked at 0 of \d+ files$/) },
      { name: 'xargs openssl', ...failed, why: 'exit code 123: no such digest' },
    ]);
    expect(stdout).toMatch(/^ {2}sha256sum -c +failed: it says it has looked at 0 of /m);
  });

  it('ends its children and removes its own folder on a Ctrl-C', async () => {
    const { TMPDIR, options } = folders();
    const { child, ended } = startBench([...options, '--runs', '1000', '--threads', '1'], { TMPDIR });
    child.stderr?.on('data', (text: string) => text.includes('run 2/') && child.kill('SIGINT'));
    const { code, stderr } = await ended;
    expect(code, stderr).toBe(130);
    expect(stderr).toMatch(/interrupted\n$/);
    expect(readdirSync(TMPDIR)).toEqual([]);
  });
});

describe('its arguments', () => {
  it.each([
    [['--runs', 'many'], '--runs takes whole numbers from 1 to 1000'],
    [['--trees', 'small,,system'], '--trees takes a list with commas'],
    [['--trees', 'forest'], '--trees: there is no forest, only tiny, small, '],
    [['--peers', 'tripwire'], '--peers: there is no tripwire, only sigsweep, limit, '],
    [['--threads', '0'], '--threads takes whole numbers from 1 to 256'],
    [['--out', 'elsewhere', '--write-readme'], '--write-readme shows what lies in bench/results'],
    [['--fast'], "Unknown option '--fast'"],
    [['now'], "Unexpected argument 'now'"],
  ])('%j are wrong usage', async (args, problem) => {
    const { code, stdout, stderr } = await runBench(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.startsWith(problem), stderr).toBe(true);
    expect(stderr).toMatch(/\nusage: npm run bench -- .+\n$/);
  });

  it('are explained', async () => {
    const { code, stdout, stderr } = await runBench(['--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const explained = [...stdout.matchAll(/^ {2}(--[\w-]+)/gm)].map(([, option]) => option);
    const source = readFileSync(new URL('arguments.mjs', BENCH), 'utf8');
    const known = [...source.matchAll(/^ {8}'?([a-z-]+)'?: (?:text|flag),$/gm)].map(([, option]) => `--${option}`);
    expect(known.length).toBeGreaterThan(10);
    expect(explained.sort()).toEqual(known.sort());
  });
});
