import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildDemo, type DemoSystem } from '../../src/demo/demo.js';
import { makeTempFolder, removeFolder } from '../helpers/temp.js';

const folder = makeTempFolder();
afterAll(() => removeFolder(folder));
let demo: DemoSystem;
beforeAll(async () => {
  demo = await buildDemo(folder);
});

it('plants each damage in a place of its own', () => {
  const modules = demo.damage.flatMap(({ module }) => module ?? []);
  expect(new Set(modules).size).toBe(modules.length);
  expect(new Set(demo.damage.map(({ where }) => where)).size).toBe(demo.damage.length);
});

it('leaves what it says it leaves', () => {
  for (const { what, where, expect: expected } of demo.damage) {
    expect(where.startsWith(`${demo.webRoot}/`), what).toBe(true);
    if (expected.finding === 'missing') expect(existsSync(where), what).toBe(false);
    else expect(lstatSync(where).isSymbolicLink(), what).toBe(expected.finding === 'type-changed');
    if (expected.finding === undefined) expect(lstatSync(where).isDirectory(), what).toBe(true);
  }
});

it('covers every verdict but those of a sound system and of an unreadable one', () => {
  const verdicts = new Set(demo.damage.map(({ expect: { verdict } }) => verdict));
  const all = ['expired', 'invalid', 'key-missing', 'revoked', 'tampered', 'unsigned', 'untrusted', 'wrong-module'];
  expect([...verdicts].filter((verdict) => verdict !== undefined).sort()).toEqual(all);
});

it('plants PHP that is one comment and nothing else', () => {
  const dropped = demo.damage.filter((damage) => damage.expect.class === 'code' && damage.where.endsWith('.php'));
  expect(dropped).toHaveLength(3);
  for (const { where } of dropped) {
    expect(readFileSync(where, 'utf8')).toBe('<?php /* planted by the sigsweep demonstration */\n');
  }
});

it('keeps the sound modules as they were signed', () => {
  const damaged = new Set(demo.damage.map(({ module }) => module));
  const sound = demo.modules.filter(({ name }) => !damaged.has(name));
  expect(sound.map(({ name }) => name)).toEqual(expect.arrayContaining(['core', 'framework', 'ucp']));
  for (const { path } of sound) expect(lstatSync(join(path, 'module.sig')).size).toBeGreaterThan(500);
});
