import { describe, expect, it } from 'vitest';
import type { Report } from '../../../src/model.js';
import { headlineOf } from '../../../src/report/html/shown/headline.js';
import { shownPlaces } from '../../../src/report/html/shown/place.js';
import { changedWhenInWords, sinceWhenInWords } from '../../../src/report/html/shown/since.js';
import { stepsOf } from '../../../src/report/html/shown/steps.js';
import { finding, listed, module, report } from '../fixtures.js';
import { BEFORE, badNight, cleanNight, STARTED } from './example.js';

const steps = (what: Report) => stepsOf(what, shownPlaces(what));
const words = (what: Report) => headlineOf(what).sentences.join('; ');
const since = { scan: 29, startedAt: BEFORE };
const compared = { changes: { since, modules: [], added: [], gone: [], still: 0 }, startedAt: STARTED };

describe('the verdict in words', () => {
  it('of a bad night names what is altered, what can run, and in how many forms', () => {
    expect(headlineOf(badNight())).toEqual({
      state: 'bad',
      badge: 'Not clean',
      sentences: [
        '1 module is not as its signer published it',
        '3 files nobody signed can run as code, all with the same content',
        '1 file nobody signed can change what the web server runs',
        'no signature that can be trusted holds for 1 module (unsigned)',
      ],
    });
  });

  it('of a clean night says so of all modules', () => {
    expect(headlineOf(cleanNight())).toMatchObject({ state: 'clean', badge: 'Clean' });
    expect(words(cleanNight())).toBe(
      'all 2 modules are as their signers published them, and nothing that nobody signed needs a look',
    );
  });

  it.each([
    ['incomplete', { exitCode: 3, complete: false }, 'incomplete', 'what could not be read is not verified'],
    ['interrupted', { exitCode: 130, complete: false }, 'incomplete', 'what was not read by then is not verified'],
    ['interrupted at its end', { exitCode: 130 }, 'incomplete', 'what it found stands'],
    ['not all well around it', { exitCode: 3 }, 'attention', 'see the notes'],
    ['without any module', { modules: [] }, 'clean', 'no module here'],
  ] satisfies [string, Partial<Report>, string, string][])('of a scan that was %s', (_what, parts, state, said) => {
    const what = report({ modules: [module('cdr', 'good')], ...parts });
    expect(headlineOf(what).state).toBe(state);
    expect(words(what)).toContain(said);
  });

  it('says of something that can wait that it needs a look', () => {
    const what = report({
      modules: [module('cdr', 'good')],
      outside: [finding('a.txt', { severity: 'medium', class: 'other' })],
    });
    expect(headlineOf(what)).toMatchObject({ state: 'attention', badge: 'Needs a look' });
    expect(words(what)).toContain('1 finding beside them needs a look');
  });

  it('counts neither what is exempted nor what lies about in a module without a signature', () => {
    const exemption = { reason: 'ours', author: 'jane', expires: STARTED };
    const tampered = module('cdr', 'tampered', { findings: [listed('a.php', 'altered', { exemption })] });
    const unsigned = module('ours', 'unsigned', { findings: [finding('b.php', { uncovered: true })] });
    expect(words(report({ modules: [tampered, unsigned], exitCode: 1 }))).toBe(
      'no signature that can be trusted holds for 1 module (unsigned)',
    );
  });

  it('does not say that what is exempted is as it was published', () => {
    const exemption = { reason: 'ours', author: 'jane', expires: STARTED };
    const known = (name: string) => module(name, 'tampered', { findings: [listed('a.php', 'altered', { exemption })] });
    const { summary: clean } = report();
    const of = (...modules: ReturnType<typeof module>[]) => {
      const what = report({ modules });
      return words({ ...what, summary: { ...what.summary, findings: clean.findings } });
    };
    expect(of(known('a'), module('b', 'good'), module('c', 'good'))).toBe(
      '2 modules are as their signers published them, 1 differs only where an administrator exempted it, and nothing that nobody signed needs a look',
    );
    expect(of(known('a'), known('b'), module('c', 'good'))).toMatch(/^1 module is as .*, 2 differ only where/);
    expect(of(known('a'))).toMatch(/^1 module differs only where an administrator exempted it, and nothing/);
  });

  it('says of a module whose altered files are not remembered that it is not as published', () => {
    expect(words(report({ modules: [module('a', 'tampered')], exitCode: 1 }))).toMatch(
      /^1 module is not as its signer/,
    );
  });

  it('names different verdicts with their numbers, and what was downgraded', () => {
    const modules = [
      module('a', 'revoked'),
      module('b', 'unsigned'),
      module('c', 'unsigned'),
      module('d', 'good', { findings: [listed('module.sig', 'downgraded')] }),
    ];
    expect(words(report({ modules, exitCode: 1 }))).toBe(
      'no signature that can be trusted holds for 3 modules (2 unsigned, 1 revoked); an older release was put back in 1 module',
    );
  });
});

describe('since when', () => {
  const found = (...firstSeen: (Date | undefined)[]) =>
    firstSeen.map((one, index) => finding(`${index}.php`, one === undefined ? {} : { firstSeen: one }));

  it.each([
    ['nothing was found', report(compared), ''],
    ['no scan is remembered', report({ outside: found(undefined) }), 'Since when is not known: no scan is remembered.'],
    [
      'it is the first scan',
      report({ outside: found(STARTED), startedAt: STARTED }),
      'First seen by this scan, the first that is remembered: it may be older.',
    ],
    [
      'all is new',
      report({ ...compared, outside: found(STARTED, STARTED) }),
      'First seen by this scan: the one before, of 2026-11-27 02:31 UTC, had none of it.',
    ],
    [
      'all is new since a scan that came to its end',
      report({ ...compared, outside: found(STARTED, new Date('2026-11-27T08:31:00Z')) }),
      'There since 2026-11-27 08:31 UTC, 1 day before; the last complete scan, of 2026-11-27 02:31 UTC, had none of it.',
    ],
    [
      'some is',
      report({ ...compared, outside: found(STARTED, new Date('2026-11-20T02:31:00Z')) }),
      'There since 2026-11-20 02:31 UTC, 8 days before; 1 of the 2 gravest findings are new since the last scan.',
    ],
    [
      'nothing is',
      report({ ...compared, outside: found(BEFORE) }),
      'There since 2026-11-27 02:31 UTC, 1 day before; nothing grave is new since the last scan.',
    ],
  ])('where %s', (_what, what, expected) => {
    expect(sinceWhenInWords(what)).toBe(expected);
  });

  it('tells when the files of the worst changed last, not when they say that they did', () => {
    const at = (ctimeMs: number, rest = {}) => finding('a.php', { ctimeMs, mtimeMs: 0, ...rest });
    const outside = [at(1_795_000_000_000), at(1_795_000_100_000), at(0, { severity: 'low', class: 'other' })];
    expect(changedWhenInWords(report({ outside }))).toBe('2026-11-18 11:06 UTC to 2026-11-18 11:08 UTC');
    expect(changedWhenInWords(report({ outside: [at(1e300)] }))).toBe('');
    expect(changedWhenInWords(cleanNight())).toBe('');
  });
});

describe('what to do next', () => {
  it('begins with the whole system where something was planted, then says the same thing once', () => {
    const modules = ['a', 'b'].map((name) => module(name, 'tampered', { findings: [listed('x.php', 'altered')] }));
    const all = steps(report({ modules: [...modules, module('c', 'revoked')], outside: [finding('shell.php')] }));
    expect(all.map(({ places }) => places)).toEqual([[], [0], [1, 2], [3]]);
    expect(all[0]?.advice).toContain('take it off the network');
    expect(all[2]?.advice).toMatch(/fwconsole ma downloadinstall MODULE$/);
    expect(all[3]?.advice).toMatch(/fwconsole ma disable c$/);
  });

  it('does not speak of a break-in because of what an administrator knows or a module without a signature holds', () => {
    const exemption = { reason: 'ours', author: 'jane', expires: STARTED };
    const outside = [finding('a.php', { exemption })];
    const modules = [module('ours', 'unsigned', { findings: [finding('b.php', { uncovered: true })] })];
    expect(steps(report({ outside, modules })).map(({ places }) => places)).toEqual([[1]]);
  });

  it('is nothing on a clean night', () => {
    expect(steps(cleanNight())).toEqual([]);
  });
});
