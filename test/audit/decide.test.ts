import { describe, expect, it } from 'vitest';
import type { Exemption, Finding } from '../../src/model.js';
import { finding, module } from '../report/fixtures.js';
import { Nights } from './nights.js';

const SHELL = finding('shell.php', { actual: '1'.repeat(64) });
const OTHER_SHELL = finding('other.php', { actual: '2'.repeat(64) });
const LOG = finding('debug.log', { class: 'other', severity: 'low' });
const EXEMPTION: Exemption = { reason: 'ours', author: 'jane', expires: new Date('2030-01-01') };

const exempted = (one: Finding): Finding => ({ ...one, exemption: EXEMPTION });
const cdr = (...findings: Finding[]) => ({ modules: [module('cdr', 'good', { findings })] });
const INCOMPLETE = { ...cdr(), complete: false, exitCode: 3 };

describe('what is new is told once', () => {
  it('says nothing of a clean system, night after night', () => {
    const nights = new Nights();
    for (let night = 0; night < 3; night += 1) expect(nights.reasons(cdr())).toEqual([]);
  });

  it('tells of a finding on its first night only, and when it is gone', () => {
    const nights = new Nights();
    nights.next(cdr());
    const first = nights.next(cdr(SHELL));
    expect(first.reasons).toEqual(['findings']);
    expect(first.findings).toMatchObject([{ module: 'cdr', finding: { path: 'shell.php' } }]);
    expect(nights.reasons(cdr(SHELL))).toEqual([]);
    const last = nights.next(cdr());
    expect(last.reasons).toEqual(['recovered']);
    expect(last.gone).toMatchObject([{ finding: { path: 'shell.php' } }]);
    expect(nights.reasons(cdr())).toEqual([]);
  });

  it('tells of what was there on the first night of all', () => {
    expect(new Nights().reasons(cdr(SHELL))).toEqual(['findings']);
  });

  it('tells of a finding that comes back', () => {
    const nights = new Nights();
    expect([cdr(SHELL), cdr(), cdr(SHELL)].map((parts) => nights.reasons(parts))).toEqual([
      ['findings'],
      ['recovered'],
      ['findings'],
    ]);
  });

  it('tells of other content in the same place', () => {
    const nights = new Nights();
    nights.next(cdr(SHELL));
    const second = nights.next(cdr({ ...SHELL, actual: '3'.repeat(64) }));
    expect(second.reasons).toEqual(['findings']);
    expect(second.gone).toHaveLength(1);
  });

  it('says nothing of what is less bad than asked for, however it changes', () => {
    const nights = new Nights();
    expect([cdr(LOG), cdr({ ...LOG, size: 7 }), cdr()].map((parts) => nights.reasons(parts))).toEqual([[], [], []]);
    nights.rules = { ...nights.rules, alertOn: 'low' };
    expect(nights.reasons(cdr(LOG))).toEqual(['findings']);
  });

  it('waits with all clear until nothing is left, and tells then what went before', () => {
    const nights = new Nights();
    nights.next(cdr(SHELL, OTHER_SHELL));
    expect(nights.reasons(cdr(OTHER_SHELL))).toEqual([]);
    const last = nights.next(cdr());
    expect(last.reasons).toEqual(['recovered']);
    expect(last.gone.map((one) => one.finding.path).sort()).toEqual(['other.php', 'shell.php']);
  });
});

describe('exemptions', () => {
  it('are not told, and what they end is', () => {
    const nights = new Nights();
    const parts = [cdr(exempted(SHELL)), cdr(exempted(SHELL)), cdr(SHELL), cdr(SHELL)];
    expect(parts.map((one) => nights.reasons(one))).toEqual([[], [], ['findings'], []]);
  });

  it('clear what was told, and start it anew', () => {
    const nights = new Nights();
    const parts = [cdr(SHELL), cdr(exempted(SHELL)), cdr(exempted(SHELL)), cdr(SHELL)];
    expect(parts.map((one) => nights.reasons(one))).toEqual([['findings'], ['recovered'], [], ['findings']]);
  });

  it('keep a module quiet that is tampered in nothing else', () => {
    const altered = finding('a.php', { kind: 'altered', actual: '4'.repeat(64) });
    const nights = new Nights();
    const parts = { modules: [module('cdr', 'tampered', { findings: [exempted(altered)] })] };
    expect(nights.reasons(parts)).toEqual([]);
    const more = { modules: [module('cdr', 'tampered', { findings: [exempted(altered), SHELL] })] };
    expect(nights.reasons(more)).toEqual(['findings']);
  });
});

describe('an incomplete scan', () => {
  it('is told once, and its end', () => {
    const nights = new Nights();
    expect([INCOMPLETE, INCOMPLETE, cdr(), cdr()].map((parts) => nights.reasons(parts))).toEqual([
      ['incomplete'],
      [],
      ['recovered'],
      [],
    ]);
  });

  it('ends nothing: what it did not find may still be there', () => {
    const nights = new Nights();
    const parts = [cdr(SHELL), INCOMPLETE, cdr(SHELL), cdr()];
    expect(parts.map((one) => nights.reasons(one))).toEqual([['findings'], ['incomplete'], [], ['recovered']]);
  });

  it('tells of what it found, once', () => {
    const nights = new Nights();
    nights.next(cdr());
    const found = { ...cdr(SHELL), complete: false, exitCode: 1 };
    expect([found, found, cdr(SHELL)].map((parts) => nights.reasons(parts))).toEqual([
      ['findings', 'incomplete'],
      [],
      [],
    ]);
  });

  it('is not told to whoever ended it by hand', () => {
    const nights = new Nights();
    nights.next(cdr(SHELL));
    nights.rules = { ...nights.rules, stoppedByHand: true };
    const unreached = { modules: [module('cdr', 'unverified')], complete: false, exitCode: 130 };
    expect(nights.reasons(unreached)).toEqual([]);
    nights.rules = { ...nights.rules, stoppedByHand: false };
    expect(nights.reasons(cdr(SHELL))).toEqual([]);
  });
});

describe('a verdict', () => {
  const verdicts = (...names: Parameters<typeof module>[1][]) => {
    const nights = new Nights();
    return names.map((verdict) => nights.reasons({ modules: [module('cdr', verdict)] }));
  };

  it('is told when it changes, and when it is good again', () => {
    expect(verdicts('good', 'revoked', 'revoked', 'good')).toEqual([[], ['verdict'], [], ['recovered']]);
  });

  it('is told when it becomes another one', () => {
    expect(verdicts('revoked', 'untrusted', 'untrusted')).toEqual([['verdict'], ['verdict'], []]);
  });

  it('is told of a module that was good, even when it alone would not be', () => {
    expect(verdicts('good', 'unsigned', 'unsigned', 'good')).toEqual([[], ['verdict'], [], ['recovered']]);
    expect(verdicts('unsigned', 'unsigned')).toEqual([[], []]);
  });

  it('names the module, before and after', () => {
    const nights = new Nights();
    nights.next({ modules: [module('cdr', 'good')] });
    expect(nights.next({ modules: [module('cdr', 'revoked')] }).verdicts).toMatchObject([
      { module: 'cdr', before: 'good', after: { verdict: 'revoked' } },
    ]);
    expect(nights.next({ modules: [module('cdr', 'unsigned')] }).verdicts).toMatchObject([
      { module: 'cdr', before: 'revoked', after: { verdict: 'unsigned' } },
    ]);
  });

  it('of a module that is gone is told once', () => {
    const nights = new Nights();
    const both = { modules: [module('cdr', 'good'), module('core', 'good')] };
    nights.next(both);
    const second = nights.next({ modules: [module('cdr', 'good')] });
    expect(second.reasons).toEqual(['verdict']);
    expect(second.verdicts).toMatchObject([{ module: 'core', before: 'good', after: null }]);
    expect(nights.reasons({ modules: [module('cdr', 'good')] })).toEqual([]);
  });
});

describe('a scan of single modules', () => {
  it('says nothing of the others', () => {
    const nights = new Nights();
    const both = { modules: [module('cdr', 'good', { findings: [SHELL] }), module('core', 'revoked')] };
    nights.next(both);
    nights.options = { modules: ['cdr'] };
    expect(nights.reasons({ modules: [module('cdr', 'good', { findings: [SHELL] })] })).toEqual([]);
    expect(nights.reasons({ modules: [module('cdr', 'good')] })).toEqual([]);
    nights.options = {};
    expect(nights.reasons({ modules: [module('cdr', 'good'), module('core', 'revoked')] })).toEqual([]);
    expect(nights.reasons({ modules: [module('cdr', 'good'), module('core', 'good')] })).toEqual(['recovered']);
  });

  it('gives no all clear, not even of its own module, and leaves it to the next whole one', () => {
    const nights = new Nights();
    nights.next(cdr(SHELL));
    nights.options = { modules: ['cdr'] };
    expect([cdr(), cdr()].map((parts) => nights.reasons(parts))).toEqual([[], []]);
    nights.options = {};
    const whole = nights.next(cdr());
    expect(whole.reasons).toEqual(['recovered']);
    expect(whole.gone).toMatchObject([{ finding: { path: 'shell.php' } }]);
    expect(nights.reasons(cdr())).toEqual([]);
  });

  it('does not make up for one that was incomplete, and tells when it is incomplete itself', () => {
    const nights = new Nights();
    nights.next(INCOMPLETE);
    nights.options = { modules: ['cdr'] };
    expect(nights.reasons(cdr())).toEqual([]);
    nights.options = {};
    // Still known: neither told again, nor forgotten.
    expect([INCOMPLETE, cdr(), cdr()].map((parts) => nights.reasons(parts))).toEqual([[], ['recovered'], []]);
    nights.options = { modules: ['cdr'] };
    expect([INCOMPLETE, INCOMPLETE, cdr()].map((parts) => nights.reasons(parts))).toEqual([['incomplete'], [], []]);
    nights.options = {};
    expect(nights.reasons(cdr())).toEqual(['recovered']);
  });

  it('tells of what is new in it, once', () => {
    const nights = new Nights();
    nights.next(cdr());
    nights.options = { modules: ['cdr'] };
    expect([cdr(SHELL), cdr(SHELL)].map((parts) => nights.reasons(parts))).toEqual([['findings'], []]);
    nights.options = {};
    expect([cdr(SHELL), cdr()].map((parts) => nights.reasons(parts))).toEqual([[], ['recovered']]);
  });
});

describe('a scan that looks less far', () => {
  it('ends nothing that it did not look for', () => {
    const nights = new Nights();
    nights.options = { deep: true };
    expect(nights.reasons(cdr(SHELL))).toEqual(['findings']);
    nights.options = {};
    expect(nights.reasons(cdr())).toEqual([]);
    nights.options = { deep: true };
    expect(nights.reasons(cdr(SHELL))).toEqual([]);
    expect(nights.reasons(cdr())).toEqual(['recovered']);
  });

  it('ends what an ordinary scan found, too', () => {
    const nights = new Nights();
    nights.options = { deep: true };
    nights.next(cdr(SHELL));
    nights.options = {};
    nights.next(cdr(SHELL));
    expect(nights.open.size).toBe(1);
  });
});

describe('a reminder', () => {
  it('comes after its time, while something is still there', () => {
    const nights = new Nights();
    nights.rules = { ...nights.rules, remind: 3 * 86_400_000 };
    const reasons = [cdr(SHELL), cdr(SHELL), cdr(SHELL), cdr(SHELL), cdr(SHELL), cdr(SHELL), cdr(SHELL), cdr()];
    expect(reasons.map((parts) => nights.reasons(parts))).toEqual([
      ['findings'],
      [],
      [],
      ['reminder'],
      [],
      [],
      ['reminder'],
      ['recovered'],
    ]);
  });

  it('names what is still there', () => {
    const nights = new Nights();
    nights.rules = { ...nights.rules, remind: 86_400_000 };
    nights.next(cdr(SHELL));
    expect(nights.next(cdr(SHELL)).findings).toMatchObject([{ finding: { path: 'shell.php' } }]);
  });

  it('comes for an incomplete scan too, and never without being asked for', () => {
    const nights = new Nights();
    expect([INCOMPLETE, INCOMPLETE].map((parts) => nights.reasons(parts))).toEqual([['incomplete'], []]);
    nights.rules = { ...nights.rules, remind: 86_400_000 };
    expect(nights.reasons(INCOMPLETE)).toEqual(['reminder']);
  });
});
