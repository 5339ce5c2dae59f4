import { readFileSync } from 'node:fs';
import * as library from 'sigsweep';
import { describe, expect, it } from 'vitest';

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

/** The names below one heading of the reference, sorted. */
function documented(kinds: readonly string[]): string[] {
  return read('docs/api.md')
    .split(/^## /m)
    .filter((section) => kinds.some((kind) => section.startsWith(`${kind}\n`)))
    .flatMap((section) => [...section.matchAll(/^### (\w+)/gm)].map(([, name]) => name ?? ''))
    .sort();
}

/** The names that the built package exports, as its types say. */
function exported(): { values: string[]; types: string[] } {
  const values: string[] = [];
  const types: string[] = [];
  const clauses = [...read('dist/src/index.d.ts').matchAll(/^export (type )?\{([^}]+)\} from/gm)];
  for (const [, allTypes, list = ''] of clauses) {
    for (const name of list.split(',').map((one) => one.trim())) {
      if (name === '') continue;
      if (allTypes !== undefined || name.startsWith('type ')) types.push(name.replace(/^type /, ''));
      else values.push(name);
    }
  }
  return { values: values.sort(), types: types.sort() };
}

describe('the public surface', () => {
  it('is what the reference lists: what there is at run time', () => {
    expect(Object.keys(library).sort()).toEqual(documented(['Functions', 'Classes', 'Variables']));
    expect(exported().values).toEqual(Object.keys(library).sort());
  });

  it('is what the reference lists: the types', () => {
    expect(exported().types).toEqual(documented(['Interfaces', 'Type Aliases']));
  });

  it('has no other doors', () => {
    const { exports } = JSON.parse(read('package.json'));
    expect(Object.keys(exports)).toEqual(['.', './schema/scan.json', './schema/fleet.json', './package.json']);
  });

  it('says of every function which errors it throws, by codes that there are', () => {
    const reference = read('docs/api.md');
    const codes = [...(/\*\*ErrorCode\*\* = (.*)/.exec(reference)?.[1] ?? '').matchAll(/"(\w+)"/g)].map(
      ([, code]) => code,
    );
    expect(codes.length).toBeGreaterThan(20);
    for (const name of ['scan', 'verifyModule', 'signModule']) {
      const [, section = ''] = reference.split(`### ${name}()\n`);
      const throws = section.split('\n***\n')[0]?.split('#### Throws')[1] ?? '';
      const named = throws.match(/\b[A-Z]+_[A-Z_]+\b/g) ?? [];
      expect(named.length).toBeGreaterThan(0);
      expect(codes).toEqual(expect.arrayContaining(named));
    }
  });
});
