import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { newKey, publicKeyOf, publicText } from '../../src/fleet/keys.js';
import { believe, CLOCK_TOLERANCE, SEAL_LIMITS } from '../../src/fleet/message/believe.js';
import { parseSent } from '../../src/fleet/message/json.js';
import { message, PROTOCOL, readMessage, TO_HOSTS } from '../../src/fleet/message/message.js';
import { readReport } from '../../src/fleet/message/report-wire.js';
import { open, seal } from '../../src/fleet/message/seal.js';
import { COORDINATOR } from '../../src/fleet/names.js';
import { MAX_FLEET_TEXT, MAX_FLEET_VALUES, MAX_HOST_VALUES, MAX_SEALED_CHARACTERS } from '../../src/limits.js';

const key = newKey();
const known = publicKeyOf(publicText(key));
const NOW = Date.UTC(2026, 10, 28, 3);
const HOUR = 3_600_000;

const expected = { keys: [known], from: COORDINATOR, to: 'pbx1', kinds: TO_HOSTS, now: NOW };

function job(changes: Readonly<Record<string, unknown>> = {}): string {
  const body = { kind: 'full', deadline: HOUR } as const;
  const usual = { kind: 'scan', from: COORDINATOR, to: 'pbx1', issued: NOW, expires: NOW + HOUR, body } as const;
  return seal(key, JSON.stringify({ ...message(usual), ...changes }));
}

describe('a message', () => {
  it('is believed when it is signed by whom it has to come from, for this host, now', () => {
    const believed = believe(job(), expected);
    expect(believed).toMatchObject({ ok: true, message: { kind: 'scan', body: { kind: 'full', deadline: HOUR } } });
  });

  it.each([
    [
      'of another protocol',
      { protocol: PROTOCOL + 1 },
      'protocol',
      /speaks protocol 2, and sigsweep .* here speaks 1: upgrade this side$/,
    ],
    [
      'of an older protocol',
      { protocol: 0, version: '0.0.9' },
      'protocol',
      /^its sender, sigsweep 0\.0\.9, speaks protocol 0.*upgrade the sender$/,
    ],
    ['for another host', { to: 'pbx2' }, 'other host', /for pbx2$/],
    ['that a host made', { from: 'pbx1' }, 'other host', /^it was made by pbx1/],
    ['of the other direction', { kind: 'hello', body: { state: 'idle', since: NOW } }, 'malformed', /hello/],
    ['of an unknown kind', { kind: 'run', body: {} }, 'malformed', /unknown kind/],
    ['of a kind that is none of ours', { kind: 'constructor' }, 'malformed', /unknown kind/],
    ['from tomorrow', { issued: NOW + CLOCK_TOLERANCE + 1 }, 'early', /one clock is wrong$/],
    ['that is over', { expires: NOW - CLOCK_TOLERANCE - 1 }, 'late', /2026-11-28/],
    [
      'with anchors of its own',
      { body: { kind: 'full', deadline: HOUR, anchors: ['A'] } },
      'malformed',
      /not what it has to be/,
    ],
    ['without a nonce', { nonce: 'x' }, 'malformed', /^nonce/],
    ['with more than it may say', { extra: 1 }, 'malformed', /not what it has to be/],
  ] as const)('%s is refused', (_what, changes, why, detail) => {
    const believed = believe(job(changes), expected);
    expect(believed).toMatchObject({ ok: false, why, detail: expect.stringMatching(detail) });
  });

  it('that another key signed is refused, whatever it says', () => {
    const forged = seal(newKey(), open(job(), [known], SEAL_LIMITS).ok ? '{}' : '');
    expect(believe(forged, expected)).toMatchObject({ ok: false, why: 'wrong key' });
  });

  it('is refused when one bit of it is another', () => {
    const bytes = Buffer.from(job(), 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit += 7) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(believe(changed.toString('base64url'), expected)).toMatchObject({ ok: false, why: 'wrong key' });
    }
  });

  it('refuses what no release says', () => {
    const reason = 'x'.repeat(MAX_FLEET_TEXT + 1);
    expect(believe(job({ kind: 'refused', body: { message: '0'.repeat(32), reason } }), expected)).toMatchObject({
      ok: false,
      why: 'malformed',
    });
  });

  it('is not unpacked where it would be many times its size', () => {
    const parse = vi.spyOn(JSON, 'parse');
    onTestFinished(() => parse.mockRestore());
    const list = (length: number) => `[${'{},'.repeat(length)}"\\\\","[,\\",["]`;
    for (const [values, taken] of [
      [9, true],
      [8, false],
    ] as const) {
      parse.mockClear();
      const read = () => parseSent(list(3), values);
      if (taken) expect(read()).toEqual([{}, {}, {}, '\\', '[,",[']);
      else expect(read).toThrow(/more than 8 values/);
      expect(parse).toHaveBeenCalledTimes(Number(taken));
    }
    const fields = (count: number) =>
      JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, key) => [key, [0, 0]])));
    expect(parseSent(`[${fields(65)},${fields(65)},${Array(99).fill(0)}]`, 1000)).toHaveLength(101);
    expect(() => parseSent(fields(66), 1000)).toThrow(/more/);
    const large = list(MAX_FLEET_VALUES / 2);
    expect(readMessage(large)).toMatchObject({ why: 'malformed' });
    expect(() => readReport(large)).toThrow(/or has more in it than any report/);
    const said = { kind: 'hello', from: 'pbx-1', to: COORDINATOR, nonce: '0'.repeat(32), issued: NOW, expires: NOW };
    const sealed = seal(key, JSON.stringify({ ...message(said as never), body: Array(MAX_HOST_VALUES).fill(0) }));
    const ofHost = { ...expected, from: 'pbx-1', to: COORDINATOR, kinds: ['hello'] as const };
    expect(believe(sealed, ofHost)).toMatchObject({ why: 'malformed', detail: /or more than/ });
  });

  it('never throws, and believes nothing, whatever lies in the queue', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.string(), fc.base64String()), (value) => {
        expect(believe(value, expected).ok).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  it('never throws, whatever was signed', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
        expect(believe(seal(key, text), expected).ok).toBe(false);
        expect(readMessage(text).ok).toBe(false);
      }),
      { numRuns: 300 },
    );
  });
});

describe('the seal', () => {
  it('gives back what was sealed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(open(seal(key, text), [known], SEAL_LIMITS)).toEqual({ ok: true, text: Buffer.from(text).toString() });
      }),
      { numRuns: 100 },
    );
  });

  it('refuses what is too large before it looks at it', () => {
    expect(open('A'.repeat(MAX_SEALED_CHARACTERS + 1), [known], SEAL_LIMITS)).toEqual({ ok: false, why: 'too large' });
  });

  it('unpacks no more than a message may be', () => {
    const bomb = seal(key, ' '.repeat(SEAL_LIMITS.opened + 1));
    expect(bomb.length).toBeLessThan(1_000_000);
    expect(open(bomb, [known], SEAL_LIMITS)).toEqual({ ok: false, why: 'too large' });
  });

  it('refuses what has no signature', () => {
    const bare = deflateRawSync('{}').toString('base64url');
    expect(open(bare, [known], SEAL_LIMITS)).toEqual({ ok: false, why: 'unsigned' });
    expect(open('{"kind":"scan"}', [known], SEAL_LIMITS)).toEqual({ ok: false, why: 'unsigned' });
  });
});
