import { describe, expect, it } from 'vitest';
import { adviceOn, adviceOnUnlisted } from '../../src/report/advice.js';
import { VERDICTS, type Verdict } from '../../src/types.js';
import { bytes, finding, module, SIGNER, signature } from './fixtures.js';

/** What the next step must name, in the order it is said. */
const NEXT: Record<Exclude<Verdict, 'good'>, readonly string[]> = {
  tampered: ['look at the files', 'fwconsole ma downloadinstall cdr'],
  unsigned: ['fwconsole ma downloadinstall cdr', 'sign it', 'fwconsole ma delete cdr'],
  invalid: ['fwconsole ma downloadinstall cdr'],
  'key-missing': [SIGNER.slice(-16), '--keyring'],
  untrusted: ['fwconsole ma disable cdr'],
  expired: ['fwconsole ma downloadinstall cdr'],
  revoked: ['fwconsole ma disable cdr'],
  'wrong-module': ['fwconsole ma downloadinstall cdr'],
  unverified: ['scan again', 'root', '/w/admin/modules/cdr'],
};

describe('the next step', () => {
  it.each(Object.entries(NEXT))('for %s', (verdict, words) => {
    const keyMissing = { signature: signature({ signer: null }) };
    const unread = { findings: [finding('a.php', { kind: 'unreadable' })] };
    const advice = adviceOn(
      module(
        'cdr',
        verdict as Verdict,
        verdict === 'key-missing' ? keyMissing : verdict === 'unverified' ? unread : {},
      ),
    );
    const places = words.map((word) => advice.indexOf(word));
    expect(places, advice).toEqual([...places].sort((a, b) => a - b));
    expect(places).not.toContain(-1);
    expect(advice).not.toContain('\n');
  });

  it('is said of every verdict', () => {
    expect(Object.keys(NEXT).sort()).toEqual(VERDICTS.filter((verdict) => verdict !== 'good').sort());
  });

  it('is none for a good module without findings, and to look for one that holds what nobody signed', () => {
    expect(adviceOn(module('cdr', 'good'))).toBe('');
    expect(adviceOn(module('cdr', 'good', { findings: [finding('install.log', { severity: 'low' })] }))).toBe('');
    expect(adviceOn(module('cdr', 'good', { findings: [finding('shell.php')] }))).toContain('nobody signed');
    expect(adviceOnUnlisted([finding('notes.txt', { severity: 'medium' })])).toContain('nobody signed');
  });

  it('is only to scan to the end where nothing but the end of the scan is the reason', () => {
    expect(adviceOn(module('cdr', 'unverified'))).toBe('scan again, to the end');
    expect(adviceOn(module('cdr', 'unverified', { signature: null }))).toContain('root');
  });

  it.each([
    ['$(reboot)', "'$(reboot)'"],
    ["it's", "'it'\\''s'"],
    ['a b', "'a b'"],
    ['a\u001b[2J', "'a\\u{1b}[2J'"],
  ])('never becomes another command because of the name %j', (name, quoted) => {
    expect(adviceOn(module('cdr', 'revoked', { name: bytes(name) }))).toContain(`ma disable ${quoted}`);
  });
});
