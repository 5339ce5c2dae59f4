import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { configFile, withConfiguration } from '../../src/cli/config/configuration.js';
import { tempFolder } from '../helpers/temp.js';
import { configFileOf, run, smallProgram } from './program.js';

interface Kind {
  what: string;
  option: string;
  /** Value by default, and what each source says and what comes of it. */
  byDefault?: unknown;
  yaml: [string, unknown];
  environment: [Record<string, string>, unknown];
  typed: [string[], unknown];
}

const KINDS: Kind[] = [
  {
    what: 'a value',
    option: 'name',
    yaml: ['name: file', 'file'],
    environment: [{ SIGSWEEP_NAME: 'environment' }, 'environment'],
    typed: [['--name', 'typed'], 'typed'],
  },
  {
    what: 'a number with a default and a parser',
    option: 'size',
    byDefault: 5,
    yaml: ['size: 10', 10],
    environment: [{ SIGSWEEP_SIZE: '20' }, 20],
    typed: [['--size', '30'], 30],
  },
  {
    what: 'one of several words',
    option: 'level',
    byDefault: 'high',
    yaml: ['level: low', 'low'],
    environment: [{ SIGSWEEP_LEVEL: 'high' }, 'high'],
    typed: [['--level', 'low'], 'low'],
  },
  {
    what: 'a flag',
    option: 'flag',
    yaml: ['flag: true', true],
    environment: [{ SIGSWEEP_FLAG: 'no' }, undefined],
    typed: [['--flag'], true],
  },
  {
    what: 'a flag that is only ever taken back',
    option: 'light',
    byDefault: true,
    yaml: ['light: false', false],
    environment: [{ SIGSWEEP_LIGHT: 'yes' }, true],
    typed: [['--no-light'], false],
  },
  {
    what: 'a flag of both kinds',
    option: 'paint',
    yaml: ['paint: true', true],
    environment: [{ SIGSWEEP_PAINT: '0' }, false],
    typed: [['--paint'], true],
  },
  {
    what: 'a value that can be taken back',
    option: 'state',
    yaml: ['state: /from/file', '/from/file'],
    environment: [{ SIGSWEEP_STATE: 'false' }, false],
    typed: [['--state', 'typed'], 'typed'],
  },
  {
    what: 'the same, the other way round',
    option: 'state',
    yaml: ['state: false', false],
    environment: [{ SIGSWEEP_STATE: '/from/environment' }, '/from/environment'],
    typed: [['--no-state'], false],
  },
  {
    what: 'a list that is typed in one go',
    option: 'many',
    yaml: ['many: a', ['a']],
    environment: [{ SIGSWEEP_MANY: 'b,c' }, ['b', 'c']],
    typed: [
      ['--many', 'd', 'e'],
      ['d', 'e'],
    ],
  },
  {
    what: 'a list, which is replaced and never added to',
    option: 'key',
    yaml: ['key: [a, b]', ['a', 'b']],
    environment: [{ SIGSWEEP_KEY: 'c, d' }, ['c', 'd']],
    typed: [
      ['--key', 'e', '--key', 'f'],
      ['e', 'f'],
    ],
  },
];

describe.each(KINDS)('$what', ({ option, byDefault, yaml, environment, typed }) => {
  const [text, fromFile] = yaml;
  const [variables, fromEnvironment] = environment;
  const [args, fromArgs] = typed;

  it('is its default where nobody says anything', async () => {
    expect((await run(['scan'], {})).options[option]).toEqual(byDefault);
  });

  it('comes from the file', async () => {
    const { options, sources } = await run(['scan'], { yaml: text });
    expect([options[option], sources[option]]).toEqual([fromFile, 'config']);
  });

  it('comes from the environment before the file', async () => {
    const { options, sources } = await run(['scan'], { yaml: text, environment: variables });
    expect([options[option], sources[option]]).toEqual([fromEnvironment, 'env']);
    expect((await run(['scan'], { environment: variables })).options[option]).toEqual(fromEnvironment);
  });

  it('comes from the command line before both', async () => {
    const { options, sources } = await run(['scan', ...args], { yaml: text, environment: variables });
    expect([options[option], sources[option]]).toEqual([fromArgs, 'cli']);
  });
});

it('an argument can be configured too', async () => {
  expect((await run(['scan'], { yaml: 'web-root: /file' })).args).toEqual(['/file']);
  const environment = { SIGSWEEP_WEB_ROOT: '/environment' };
  expect((await run(['scan'], { yaml: 'web-root: /file', environment })).args).toEqual(['/environment']);
  expect((await run(['scan', '/typed'], { yaml: 'web-root: /file', environment })).args).toEqual(['/typed']);
});

it('the default typed counts as typed', async () => {
  expect((await run(['scan', '--size', '5'], { yaml: 'size: 10' })).options.size).toBe(5);
});

it('an empty list is no value', async () => {
  expect((await run(['scan'], { yaml: 'key: []' })).options.key).toBeUndefined();
});

describe('commands', () => {
  it('take the keys outside of sections that they have an option for, and the section of their own', async () => {
    const yaml = 'size: 10\nname: main\nflag: true\nweb-root: /main\nother:\n  name: [a]\n  own: true\n';
    expect(await run(['other'], { yaml })).toMatchObject({
      command: 'other',
      args: ['/main', undefined],
      // Its --flag and --name mean something else.
      options: { size: 10, name: ['a'], own: true },
    });
    expect((await run(['other'], { yaml })).options).not.toHaveProperty('flag');
    expect((await run(['scan'], { yaml })).options).toMatchObject({ size: 10, name: 'main', flag: true });
  });

  it('have variables of their own with the name of the section', async () => {
    const environment = { SIGSWEEP_OTHER_NAME: 'a,b', SIGSWEEP_NAME: 'main', SIGSWEEP_SIZE: '1' };
    expect((await run(['other'], { environment })).options).toEqual({ name: ['a', 'b'], size: 1 });
  });

  it('below others share a section', async () => {
    const yaml = 'flag: true\nnested: {text: words}';
    expect((await run(['nested', 'one'], { yaml })).options).toEqual({ text: 'words', flag: true });
    // What must be given may be configured; an argument that must be given is never the main command's.
    expect(await run(['nested', 'two', 'x'], { yaml: `${yaml}\nweb-root: /main` })).toMatchObject({
      args: ['x'],
      options: { text: 'words' },
    });
  });

  it('still miss what must be given and is not', async () => {
    await expect(run(['nested', 'two', 'x'], {})).rejects.toThrow("required option '--text <words>' not specified");
    const environment = { SIGSWEEP_NESTED_TEXT: 'words' };
    expect((await run(['nested', 'two', 'x'], { environment })).options).toEqual({ text: 'words' });
  });

  it('that give one name two meanings in a section are found at once', async () => {
    const { program } = smallProgram();
    program.commands
      .find((command) => command.name() === 'nested')
      ?.command('three')
      .option('--text');
    withConfiguration(program, { SIGSWEEP_CONFIG: 'false', SIGSWEEP_SIZE: '1' });
    await expect(program.parseAsync(['scan'], { from: 'user' })).rejects.toThrow('nested.text means');
  });
});

describe('options that exclude each other', () => {
  it('are refused where one source says both', async () => {
    const both = 'quick and full are both configured, and exclude each other';
    await expect(run(['scan'], { yaml: 'quick: true\nfull: true' })).rejects.toThrow(both);
    const environment = { SIGSWEEP_QUICK: 'true', SIGSWEEP_FULL: 'true' };
    await expect(run(['scan'], { environment })).rejects.toThrow(both);
    await expect(run(['scan', '--quick', '--full'], {})).rejects.toThrow('cannot be used with');
  });

  it('yield to what is typed, or what the environment says', async () => {
    expect((await run(['scan', '--full'], { yaml: 'quick: true' })).options).not.toHaveProperty('quick');
    expect((await run(['scan', '--quick'], { yaml: 'full: true' })).options).not.toHaveProperty('full');
    const environment = { SIGSWEEP_QUICK: 'true' };
    expect((await run(['scan'], { yaml: 'full: true', environment })).options).toMatchObject({ quick: true });
    expect((await run(['scan'], { yaml: 'full: true', environment })).options).not.toHaveProperty('full');
  });

  it('do not where one of them is off', async () => {
    expect((await run(['scan'], { yaml: 'quick: false\nfull: true' })).options.full).toBe(true);
    expect((await run(['scan'], { yaml: 'full: false\nquick: true' })).options.quick).toBe(true);
    const environment = { SIGSWEEP_QUICK: 'false' };
    expect((await run(['scan'], { yaml: 'full: true', environment })).options.full).toBe(true);
  });
});

describe('which file', () => {
  const usual = () => configFileOf('size: 1\n');

  it('is what was typed, else what the environment says, else the usual one', () => {
    const file = usual();
    expect(configFile('/typed', { SIGSWEEP_CONFIG: '/environment' }, file)).toBe('/typed');
    expect(configFile(false, { SIGSWEEP_CONFIG: '/environment' }, file)).toBeUndefined();
    expect(configFile('false', {}, file)).toBe('false');
    expect(configFile(undefined, { SIGSWEEP_CONFIG: '/environment' }, file)).toBe('/environment');
    expect(configFile(undefined, { SIGSWEEP_CONFIG: 'false' }, file)).toBeUndefined();
    expect(() => configFile(undefined, { SIGSWEEP_CONFIG: '' }, file)).toThrow('SIGSWEEP_CONFIG is empty');
    expect(configFile(undefined, {}, file)).toBe(file);
    expect(configFile(undefined, {}, join(tempFolder(), 'none'))).toBeUndefined();
  });

  it('may stand before and behind the command', async () => {
    const file = usual();
    for (const args of [
      ['--config', file, 'scan'],
      ['scan', '--config', file],
      ['scan', `--config=${file}`],
    ]) {
      const ran = await run(args, {});
      expect([ran.options.size, ran.configuration.file]).toEqual([1, file]);
    }
    for (const args of [
      ['--no-config', 'scan'],
      ['scan', '--no-config'],
    ]) {
      const ran = await run(args, { yaml: 'size: 1' });
      expect([ran.options.size, ran.configuration.file]).toEqual([5, undefined]);
    }
  });
});

it('an action gets the channels of alerts', async () => {
  const yaml = 'alerts:\n  log: {type: syslog}\n';
  expect((await run(['scan'], { yaml })).configuration.alerts).toMatchObject({ log: { type: 'syslog' } });
  expect((await run(['scan'], {})).configuration).toEqual({ file: undefined, alerts: {} });
});
