/** No case of the list may be without a test: this is the list's other end. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { armorVectors } from './armor.js';
import { fileVectors } from './files.js';
import { goodVectors } from './good.js';
import { ordinaryPaths, refusedManifests } from './manifest.js';
import { packetVectors } from './packet.js';
import { trustVectors } from './trust.js';

const CASES = 99;

/** Cases that are data: each of them is run by the test file of its section. */
const VECTORS = [
  armorVectors,
  packetVectors,
  trustVectors,
  refusedManifests,
  ordinaryPaths,
  fileVectors,
  goodVectors,
].flat();

/** Cases that a test claims in its title: `case 83: …`, `cases 78, 79: …`. */
function claimedInTitles(folder: string): number[] {
  return readdirSync(join(import.meta.dirname, folder))
    .filter((name) => name.endsWith('.test.ts') && name !== 'index.test.ts')
    .map((name) => readFileSync(join(import.meta.dirname, folder, name), 'utf8'))
    .flatMap((text) => [...text.matchAll(/['"`](?:[^'"`\n]*\()?cases? (\d+(?:, \d+)*)[:)]/g)])
    .flatMap(([, numbers = '']) => numbers.split(', ').map(Number));
}

it(`every case from 1 to ${CASES} has a test, and no other number is claimed`, () => {
  const claimed = new Set([
    ...VECTORS.map((vector) => vector.case),
    ...claimedInTitles('.'),
    ...claimedInTitles('../conformance'),
  ]);
  const all = Array.from({ length: CASES }, (_, index) => index + 1);
  expect([...claimed].sort((a, b) => a - b)).toEqual(all);
});

it('vectors of one case are told apart by their names', () => {
  const names = [armorVectors, packetVectors, trustVectors, goodVectors, refusedManifests, fileVectors].flat();
  const titles = names.map((vector) => `${vector.case} ${vector.name}`);
  expect(titles.filter((title, index) => titles.indexOf(title) !== index)).toEqual([]);
});
