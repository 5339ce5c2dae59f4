import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { DocumentError, parseYaml } from '../../src/yaml/document.js';

const ANY = z.record(z.string(), z.unknown());

/** Stands where a secret could: no message may hold a part of it. */
const SECRET = 'hunter2';

function problemsOf(text: string, schema: z.ZodType = ANY): string[] {
  try {
    parseYaml(text, schema);
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
    return error.problems.map(({ line, message }) => `${line}: ${message}`);
  }
  return [];
}

describe('what is no YAML is named with its line, and never quoted', () => {
  it.each([
    ['a tab', `a:\n\tb: ${SECRET}`, /^2: .*spaces/],
    ['a key twice', `a: 1\nb: 2\na: ${SECRET}`, /^3: .*twice/],
    ['an open quote', `a: 1\nb: "${SECRET}`, /missing/],
    ['text behind a quote', `a: "x" ${SECRET}`, /^1: .*quote/],
    ['an unknown escape', `a: "\\${SECRET}"`, /^1: .*backslash/],
    ['a reserved character', `a: @${SECRET}`, /^1: .*quoted/],
    ['an unknown tag', `a: !${SECRET} x`, /^1: .*quoted/],
    ['an unknown alias', `a: *${SECRET}`, /^1: .*alias/],
    ['a block header', `a: |${SECRET}\n x`, /^1: /],
    ['an unknown directive', `%${SECRET} x\n---\na: 1`, /^1: .*directive/],
    ['a second document', `a: 1\n---\nb: ${SECRET}`, /second document/],
    ['a key that is a list', `[${SECRET}]: 1`, /^1: .*key must be a word/],
    ['a colon in a value', `a: 1\nb: x: ${SECRET}`, /^2: .*colon/],
    ['a NUL character', `a: x\nb: "${SECRET}\\0"`, /^2: it holds a NUL character/],
    ['no map', SECRET, /^1: Invalid input/],
    ['a list', `- ${SECRET}`, /^1: Invalid input/],
  ])('%s', (_, text, message) => {
    const problems = problemsOf(text);
    expect(problems[0]).toMatch(message);
    expect(problems.join()).not.toContain(SECRET);
  });
});

it.each([
  ['', {}],
  ['# nothing but a comment\n', {}],
  ['a: 1\n---\n', undefined],
  ['1: x\ntrue: y\n', { 1: 'x', true: 'y' }],
  ['\uFEFFa: 1', { a: 1 }],
])('%j is read as %j', (text, value) => {
  if (value === undefined) expect(problemsOf(text)).not.toEqual([]);
  else expect(parseYaml(text, ANY).value).toEqual(value);
});

it('takes numbers that are written as they are meant, and no others', () => {
  const { value } = parseYaml('a: 10\nb: -2.5\nc: "007"\nd: 0\n', ANY);
  expect(value).toEqual({ a: 10, b: -2.5, c: '007', d: 0 });
  for (const number of ['007', '0x1F', '0o17', '1e3', '1.10', '.5', '+1', '.inf', '9'.repeat(40)]) {
    expect(problemsOf(`a:\n  - 1\n  - ${number}`)).toEqual([expect.stringMatching(/^3: quote this/)]);
  }
});

describe('texts that are made to take long', () => {
  it('nested deeper than anybody writes', () => {
    expect(problemsOf(`a: ${'['.repeat(40)}${']'.repeat(40)}`)).toEqual([]);
    const deeper = [
      '['.repeat(100_000),
      '{a: '.repeat(50_000),
      `\n${'- '.repeat(100_000)}x`,
      `\n${'? '.repeat(50_000)}`,
    ];
    for (const deep of deeper) {
      expect(problemsOf(`a: ${deep}`)).toEqual([expect.stringMatching(/^[12]: this is nested too deeply$/)]);
    }
  });

  it('a value that grows by aliases', () => {
    const bomb = ['a0: &a0 [x, x]', ...Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`)];
    expect(problemsOf(bomb.join('\n'))).toEqual([expect.stringMatching(/too many/)]);
  });
});

describe('what the schema does not take', () => {
  const schema = z.strictObject({
    name: z.string(),
    to: z.union([z.string(), z.array(z.string())]).optional(),
    size: z.enum(['small', 'large']).optional(),
    named: z.record(z.string().regex(/^\w+$/, 'letters only'), z.int()).optional(),
  });

  it.each([
    ['size: small', '1: name: missing'],
    ['name: x\nto: 3', '2: to: Invalid input: expected string or array'],
    ['name: x\nto:\n  - y\n  - 3', '2: to: Invalid input: expected string'],
    ['name: x\nnamed:\n  a b: 1', '3: named.a b: letters only'],
    [`name: x\nsize: ${SECRET}`, '2: size: Invalid option: expected one of "small"|"large"'],
    ['name: x\n\n__proto__: {}', '3: no key may be called __proto__'],
    ['name: x\nnamed:\n  __proto__: 1', '3: no key may be called __proto__'],
  ])('%j', (text, problem) => {
    expect(problemsOf(text, schema)[0]).toContain(problem);
  });

  it('says of an unknown key what its caller knows', () => {
    const read = () => parseYaml('name: x\nnmae: y', schema, ([key]) => (key === 'nmae' ? 'name is meant' : undefined));
    expect(read).toThrow('line 2: unknown key nmae: name is meant');
  });
});
