import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BENCH, importBench } from './bench.js';

const { judgeTargets } = await importBench('measure/targets.mjs');
const { withResults } = await importBench('report/readme.mjs');
const { asText, asMarkdown } = await importBench('report/tables.mjs');
const { drawPlots } = await importBench('report/plots.mjs');
const { readArguments } = await importBench('arguments.mjs');
const { summarize, ratios } = await importBench('measure/stats.mjs');

/** An outcome as a run makes it, with these times. */
function outcome(name: string, tree: string, seconds: readonly number[], rest: object = {}) {
  const samples = seconds.map((value) => ({
    seconds: value,
    cpuSeconds: value,
    peakBytes: 150e6,
    files: 100,
    bytes: 1e9,
  }));
  const peakBytes = summarize(samples.map((sample) => sample.peakBytes));
  const common = { status: 'measured', why: '', threads: null, argv: [], ratio: null, ratioTo: '' };
  return { ...common, name, tree, samples, seconds: summarize(seconds), cpuSeconds: null, peakBytes, ...rest };
}

const FAILED = {
  status: 'failed',
  why: 'exit code 1: no',
  samples: [],
  seconds: null,
  cpuSeconds: null,
  peakBytes: null,
};

const CONTESTS = [
  {
    kind: 'peers',
    outcomes: [
      outcome('sigsweep', 'system', [0.8, 0.9, 1]),
      outcome('gpg + sha256sum -c', 'system', [1.6, 1.8, 1.5], { ratio: ratios([1.6, 1.8, 1.5], [0.8, 0.9, 1]) }),
      outcome('aide --check', 'system', [1], FAILED),
    ],
  },
  {
    kind: 'files',
    outcomes: [
      outcome('sigsweep', 'files-100000', [1, 1, 1]),
      outcome('sigsweep', 'files-1000000', [12, 12, 10], { ratio: ratios([12, 12, 10], [1, 1, 1]) }),
    ],
  },
  {
    kind: 'hashing',
    outcomes: [1, 2, 4].flatMap((threads) => [
      outcome('sigsweep pool', 'system', [3 / threads], { threads, ratio: ratios([3], [2]) }),
      outcome('limit', 'system', [2 / threads], { threads }),
      outcome('sigsweep pool', 'sounds', [10 / threads], { threads }),
      outcome('limit', 'sounds', [9 / threads], { threads }),
    ]),
  },
];

const RESULTS = {
  date: '2026-01-01',
  runs: 3,
  seed: 1,
  machine: { cpu: 'A CPU', cores: 2, shaInstructions: true, memoryBytes: 8e9, kernel: 'Linux 6', fileSystem: 'ext4' },
  versions: { node: 'v20' },
  trees: { system: { modules: 2, allFiles: 100, allBytes: 1e9 } },
  notes: [],
  contests: CONTESTS,
  targets: judgeTargets(CONTESTS, 2),
};

describe('the targets', () => {
  it('are met, missed, or not measured', () => {
    const judged = RESULTS.targets.map(({ measured, met }: { measured: string; met: boolean | null }) => [
      measured,
      met,
    ]);
    expect(judged).toEqual([
      ['0.90 s', true],
      ['2.00 ×', true],
      ['not measured', null],
      ['not measured', null],
      ['1.50 ×', true],
      ['0.90 ×', false],
      ['12.0 ×', false],
      ['150 MB', true],
      ['150 MB', true],
      ['not measured', null],
      ['2.00 ×', true],
    ]);
  });
});

describe('the results section', () => {
  it('stands between the markers of bench/README.md, however often it is written', () => {
    const readme = readFileSync(new URL('README.md', BENCH), 'utf8');
    const once = withResults(readme, RESULTS, [{ file: 'peers.svg', title: 'Peers' }]);
    expect(once).toContain('![Peers](results/peers.svg)');
    expect(once).toContain('| scan of `system` | at most 0.90 s | 0.90 s | yes |');
    expect(once).toContain('| aide --check | failed: exit code 1: no |');
    expect(once.slice(0, 1000)).toBe(readme.slice(0, 1000));
    expect(withResults(once, RESULTS, [{ file: 'peers.svg', title: 'Peers' }])).toBe(once);
  });

  it('needs its markers', () => {
    expect(() => withResults('# The benchmark\n', RESULTS, [])).toThrow('no place for results');
  });
});

describe('tables', () => {
  const table = {
    title: 'Times',
    head: ['', 'files', 'time'],
    rows: [
      ['one', '1', '2 s'],
      ['two', 'failed: a|b', ''],
    ],
  };

  it('are aligned for a terminal', () => {
    expect(asText(table)).toBe('Times\n\n       files  time\n  one  1      2 s\n  two  failed: a|b\n');
  });

  it('are Markdown', () => {
    expect(asMarkdown(table).split('\n').slice(2)).toEqual([
      '|  | files | time |',
      '| --- | --- | --- |',
      '| one | 1 | 2 s |',
      '| two | failed: a\\|b |  |',
      '',
    ]);
  });
});

describe('plots', () => {
  it('are drawn where there are figures', () => {
    const plots = drawPlots(RESULTS);
    expect(plots.map(({ file }: { file: string }) => file)).toEqual([
      'peers.svg',
      'threads.svg',
      'files.svg',
      'memory.svg',
    ]);
    for (const { svg } of plots) expect(svg).toMatch(/^<svg .*fill="#ffffff".*<\/svg>\n$/s);
    expect(drawPlots({ ...RESULTS, contests: [] })).toEqual([]);
  });
});

describe('arguments', () => {
  it('have the series of files, and ten gigabytes only on demand', () => {
    const series = ['files-1000', 'files-10000', 'files-100000', 'files-1000000'];
    expect(readArguments([]).trees).toEqual(['small', 'system', 'sounds', ...series]);
    expect(readArguments(['--trees', 'huge']).trees).toEqual(['files-1000000']);
    expect(readArguments(['--trees', 'files,huge', '--huge']).trees).toEqual([...series, 'huge']);
    expect(readArguments(['--peers', 'aide']).peers).toEqual(['sigsweep', 'aide']);
    expect(readArguments(['--quick'])).toMatchObject({ runs: 3, threads: [1, 2] });
  });
});
