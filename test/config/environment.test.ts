import { describe, expect, it } from 'vitest';
import { Settings } from '../../src/cli/config/settings.js';
import { readEnvironment, variableOf } from '../../src/config/environment.js';
import { nameOf } from '../../src/config/setting.js';
import { smallProgram } from './program.js';

const { all } = new Settings(smallProgram().program);

function read(environment: Record<string, string>): Record<string, unknown> {
  return Object.fromEntries(
    [...readEnvironment(environment, all)].map(([setting, { value }]) => [nameOf(setting), value]),
  );
}

it('has a variable for every setting, and no two with one name', () => {
  const variables = all.map(variableOf);
  expect(new Set(variables).size).toBe(variables.length);
  expect(variables).toEqual(expect.arrayContaining(['SIGSWEEP_WEB_ROOT', 'SIGSWEEP_STATE', 'SIGSWEEP_OTHER_NAME']));
});

it('says which variable a value comes from', () => {
  const [given] = readEnvironment({ SIGSWEEP_NAME: 'x', HOME: '/root' }, all).values();
  expect(given).toEqual({ value: 'x', source: { kind: 'environment', variable: 'SIGSWEEP_NAME' } });
});

it.each([
  ['true', true],
  ['TRUE', true],
  ['yes', true],
  ['1', true],
  ['false', false],
  ['No', false],
  ['0', false],
])('%s is %s', (text, value) => {
  expect(read({ SIGSWEEP_PAINT: text })).toEqual({ paint: value });
});

it.each([
  ['a', ['a']],
  ['a,b', ['a', 'b']],
  [' a , b ', ['a', 'b']],
  ['a,b\n', ['a,b']],
  ['a,b\n\nc d\n', ['a,b', 'c d']],
])('%j is the list %j', (text, list) => {
  expect(read({ SIGSWEEP_KEY: text })).toEqual({ key: list });
});

it('only the word false takes a value back', () => {
  expect(read({ SIGSWEEP_STATE: 'false' })).toEqual({ state: false });
  expect(read({ SIGSWEEP_STATE: 'no' })).toEqual({ state: 'no' });
  expect(read({ SIGSWEEP_NAME: 'false' })).toEqual({ name: 'false' });
});

describe('refuses, with the name of the variable and without its value', () => {
  it.each([
    [{ SIGSWEEP_KYE: 'hunter2' }, 'SIGSWEEP_KYE sets nothing: did you mean SIGSWEEP_KEY?'],
    [{ SIGSWEEP_key: 'hunter2' }, 'SIGSWEEP_key sets nothing: did you mean SIGSWEEP_KEY?'],
    [{ SIGSWEEP_SOMETHING: 'hunter2' }, 'SIGSWEEP_SOMETHING sets nothing: unset it'],
    [{ SIGSWEEP_CONFIGS: 'hunter2' }, 'did you mean SIGSWEEP_CONFIG?'],
    [{ SIGSWEEP_FLAG: 'hunter2' }, 'SIGSWEEP_FLAG: give true or false'],
    [{ SIGSWEEP_SIZE: 'hunter2' }, 'SIGSWEEP_SIZE: give a whole number'],
    [{ SIGSWEEP_LEVEL: 'hunter2' }, 'SIGSWEEP_LEVEL: allowed choices are low, high'],
    [{ SIGSWEEP_NAME: '' }, 'SIGSWEEP_NAME: it is empty'],
    [{ SIGSWEEP_FLAG: '' }, 'SIGSWEEP_FLAG: it is empty'],
  ])('%j', (environment, message) => {
    const attempt = () => read(environment as Record<string, string>);
    expect(attempt).toThrow(expect.objectContaining({ code: 'USAGE', message: expect.stringContaining(message) }));
    expect(attempt).not.toThrow('hunter2');
  });
});

it('leaves alone what is not ours, and what names the file', () => {
  expect(read({ SIGSWEEP_CONFIG: '/x', SIGSWEEP: 'x', SIGSWEEPER_KEY: 'x', PATH: '/bin' })).toEqual({});
});
