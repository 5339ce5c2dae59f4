import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge, signed } from './world.js';

const sources = resolve(import.meta.dirname, '../../src');

function importersOf(module: RegExp): string[] {
  return readdirSync(sources, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .filter((name) => module.test(readFileSync(join(sources, name), 'utf8')))
    .map((name) => relative('.', name))
    .sort();
}

describe('boundaries', () => {
  it('only verify.ts makes a VerifiedText', () => {
    expect(importersOf(/\bmintVerifiedText\b/)).toEqual(['openpgp/verified-text.ts', 'openpgp/verify.ts']);
    expect(importersOf(/\bas (?:unknown as )?VerifiedText\b/)).toEqual(['openpgp/verified-text.ts']);
  });

  it('only src/openpgp imports openpgp.js', () => {
    for (const name of importersOf(/(?:from |import\()'openpgp'/)) expect(name).toMatch(/^openpgp\//);
  });

  it('bytes changed, taken out or put in at random give a verdict, and never a false "trusted"', async () => {
    const file = Buffer.from(signed(), 'latin1');
    const original = await judge(file);
    const edit = fc.tuple(fc.nat(file.length - 1), fc.nat(2), fc.uint8Array({ maxLength: 4 }));
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), async (edits) => {
        let bytes = file;
        for (const [index, removed, added] of edits) {
          bytes = Buffer.concat([bytes.subarray(0, index), added, bytes.subarray(index + removed)]);
        }
        const outcome = await judge(bytes);
        if (outcome.verdict === 'trusted') expect(outcome.signature.textSha256).toBe(original.signature?.textSha256);
      }),
      { numRuns: 1000 },
    );
  });
});
