import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { keptKey, ownKey, publicText } from '../../src/fleet/keys.js';
import { MAX_FLEET_KEY_BYTES } from '../../src/limits.js';

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'sigsweep-fleet-'));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}

it('makes a key once, for its owner alone', () => {
  const place = folder();
  const made = publicText(ownKey(place, 'agent.key'));
  expect(publicText(ownKey(place, 'agent.key'))).toBe(made);
  expect(statSync(join(place, 'agent.key')).mode & 0o777).toBe(0o600);
});

it('refuses a key that others can read', () => {
  const place = folder();
  ownKey(place, 'agent.key');
  chmodSync(join(place, 'agent.key'), 0o644);
  expect(() => ownKey(place, 'agent.key')).toThrow(expect.objectContaining({ code: 'FILE_UNSAFE' }));
});

it('refuses a file that is larger than a key', () => {
  const place = folder();
  writeFileSync(join(place, 'agent.key'), 'x'.repeat(MAX_FLEET_KEY_BYTES + 1), { mode: 0o600 });
  expect(() => keptKey(place, 'agent.key')).toThrow(/more than the 4096 it may have/);
});

it('refuses what is no key of a fleet, and never makes another in its place', () => {
  const place = folder();
  writeFileSync(join(place, 'agent.key'), 'nonsense', { mode: 0o600 });
  expect(() => ownKey(place, 'agent.key')).toThrow(expect.objectContaining({ code: 'FLEET_UNUSABLE' }));
  expect(keptKey(place, 'other.key')).toBeNull();
});
