import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Settings } from '../../src/cli/config/settings.js';
import { readConfigFile } from '../../src/config/file.js';
import { nameOf } from '../../src/config/setting.js';
import { MAX_CONFIG_BYTES } from '../../src/limits.js';
import { tempFolder } from '../helpers/temp.js';
import { configFileOf, smallProgram } from './program.js';

const { all } = new Settings(smallProgram().program);

/** Stands where a secret could: no message may hold a part of it. */
const SECRET = 'hunter2';

function read(yaml: string | Buffer, mode?: number) {
  return readConfigFile(configFileOf(yaml, mode), all);
}

function messageOf(yaml: string): string {
  try {
    read(yaml);
  } catch (error) {
    expect(error).toMatchObject({ code: 'CONFIG_MALFORMED' });
    return (error as Error).message.replace(/^.*?config\.yaml: /, '');
  }
  return 'no error';
}

it('gives every value with the line of its key', () => {
  const { layer, alerts, file } = read(
    '# a comment\nsize: 3\nkey:\n  - a\n  - b\nother:\n  own: true\nalerts:\n  x: {type: syslog}\n',
  );
  const given = [...layer].map(([setting, { value, source }]) => ({ name: nameOf(setting), value, source }));
  expect(given).toEqual([
    { name: 'size', value: 3, source: { kind: 'file', file, line: 2 } },
    { name: 'key', value: ['a', 'b'], source: { kind: 'file', file, line: 3 } },
    { name: 'other.own', value: true, source: { kind: 'file', file, line: 7 } },
  ]);
  expect(Object.keys(alerts)).toEqual(['x']);
});

it.each(['', '\n', '# only\n# comments\n', '---\n', '{}', 'other:\n#  own: true\nalerts:\n'])(
  '%j says nothing',
  (yaml) => {
    const { layer, alerts } = read(yaml);
    expect([layer.size, alerts]).toEqual([0, {}]);
  },
);

it.each([
  ['name: 12', '12'],
  ['name: -2.5', '-2.5'],
  ['name: "007"', '007'],
  ['name: no', 'no'],
  ['name: ""', ''],
  ['name: "true"', 'true'],
])('%j is a text as it is written', (yaml, text) => {
  expect([...read(yaml).layer.values()].map(({ value }) => value)).toEqual([text]);
});

describe('names what is wrong, with its line, without the value', () => {
  it.each([
    ['an unknown key', `size: 1\nsiz: ${SECRET}`, 'line 2: unknown key siz: did you mean size?'],
    ['one in camel case', `webRoot: ${SECRET}`, 'line 1: unknown key webRoot: did you mean web-root?'],
    ['one like no other', `something: ${SECRET}`, 'line 1: unknown key something'],
    ['a key with --no', 'no-state: true', 'line 1: unknown key no-state: write state: false'],
    ['an unknown key in a section', `other:\n  owm: ${SECRET}`, 'line 2: unknown key other.owm: did you mean own?'],
    ['a key in a section that it is not for', 'other:\n  size: 1', 'line 2: unknown key other.size: it stands outside'],
    ['a key outside of its section', 'own: true', 'line 1: unknown key own: it belongs into the section other'],
    ['a password', `password: ${SECRET}`, 'line 1: unknown key password: a secret stands in a file of its own'],
    ['the section of the main command', 'scan:\n  size: 1', 'line 1: unknown key scan'],
    ['a key that names no property', `__proto__: {size: ${SECRET}}`, 'line 1: no key may be called __proto__'],
    ['a key twice', `size: 1\nsize: 2`, 'line 2: this key stands there twice'],
    ['a text for a flag', `flag: ${SECRET}`, 'line 1: flag: give true or false'],
    ['yes for a flag', 'flag: yes', 'line 1: flag: give true or false'],
    ['nothing', 'size: 1\nname:\n', 'line 2: name: give text or a number'],
    ['a flag for a text', 'name: true', 'line 1: name: give text or a number'],
    ['true for a value that can be taken back', 'state: true', 'line 1: state: give text, a number, or false'],
    ['a list for one value', `name: [${SECRET}]`, 'line 1: name: give text or a number'],
    ['a map for one value', `name: {a: ${SECRET}}`, 'line 1: name: give text or a number'],
    ['a list in a list', `key:\n  - a\n  - [${SECRET}]`, 'line 3: key[2]: give text or a number'],
    ['a value that the option refuses', `size: ${SECRET}`, 'line 1: size: give a whole number'],
    ['a word that is no choice', `level: ${SECRET}`, 'line 1: level: allowed choices are low, high'],
    ['a relative path', `out: ${SECRET}/report`, 'line 1: out: give an absolute path'],
    ['a relative web root', `web-root: ${SECRET}`, 'line 1: web-root: give an absolute path'],
    ['a section that is none', `other: ${SECRET}`, 'line 1: other: Invalid input: expected object'],
    ['a list', `- ${SECRET}`, 'line 1: Invalid input: expected object'],
    ['alerts that are no channels', `alerts: [${SECRET}]`, 'line 1: alerts: give a map of channels by name'],
    ['an unknown channel', `alerts:\n  x:\n    type: ${SECRET}`, 'line 3: alerts.x.type: give a map with type'],
    [
      'a password of a channel',
      `alerts:\n  x:\n    type: mail\n    to: a@b\n    smtp:\n      host: h\n      user: u\n      password: ${SECRET}`,
      'line 8: unknown key alerts.x.smtp.password: a secret stands in a file of its own, which passwordFile',
    ],
    [
      'a channel whose name is no name',
      `alerts:\n  "${SECRET.slice(0, 2)} x": {type: syslog}`,
      'line 2: alerts.hu x: name channels with letters',
    ],
    ['a channel that would be lost', 'alerts:\n  __proto__: {type: syslog}', 'line 2: no key may be called __proto__'],
  ])('%s', (_, yaml, message) => {
    expect(messageOf(yaml)).toContain(message);
    expect(messageOf(yaml)).not.toContain(SECRET);
  });

  it('all of it at once', () => {
    expect(messageOf('siz: 1\nlevel: x\nflag: 3')).toBe(
      'line 1: unknown key siz: did you mean size?; line 2: level: allowed choices are low, high; line 3: flag: give true or false',
    );
  });
});

describe('which file is taken', () => {
  it.each([0o600, 0o640, 0o644, 0o400])('mode %o', (mode) => {
    expect(read('size: 1', mode).layer.size).toBe(1);
  });

  it('none that others could have written', () => {
    const file = configFileOf('size: 1');
    chmodSync(file, 0o622);
    expect(() => readConfigFile(file, all)).toThrow(`${file} can be written by others: chmod go-w ${file}`);
    chmodSync(file, 0o600);
    chmodSync(join(file, '..'), 0o777);
    expect(() => readConfigFile(file, all)).toThrow('can be written by others');
  });

  it('none that is not there, and none that is no file', () => {
    const missing = join(tempFolder(), 'none.yaml');
    expect(() => readConfigFile(missing, all)).toThrow(
      expect.objectContaining({ code: 'CONFIG_UNREADABLE', message: expect.stringContaining(`${missing}: ENOENT`) }),
    );
    const folder = join(tempFolder(), 'folder');
    mkdirSync(folder);
    const pipe = join(tempFolder(), 'pipe');
    execFileSync('mkfifo', [pipe]);
    for (const other of [folder, pipe]) expect(() => readConfigFile(other, all)).toThrow('no regular file');
  });

  it('none that is not text', () => {
    expect(() => read(Buffer.from('name: \xff\xfe', 'latin1'))).toThrow('not UTF-8');
    expect(messageOf('name: a\0b')).toBe('line 1: it holds a NUL character');
  });

  it('reads the largest file allowed, and refuses a larger one', () => {
    const start = 'size: 1\n#';
    expect(read(start + 'x'.repeat(MAX_CONFIG_BYTES - start.length)).layer.size).toBe(1);
    expect(() => read(start + 'x'.repeat(MAX_CONFIG_BYTES - start.length + 1))).toThrow('more than the');
    expect(() => read('x'.repeat(2_000_000))).toThrow('2000000 bytes, more than the');
  });
});

describe('an address that is a secret', () => {
  const webhook = (rest: string) => `alerts:\n  chat: {type: webhook, ${rest}}\n`;

  it.each([
    'url: "https://hooks.example/services/hunter2", preset: slack',
    'url: "https://hooks.example/?token=hunter2"',
  ])('%s is taken from a file that is closed to others only', (rest) => {
    expect(Object.keys(read(webhook(rest), 0o600).alerts)).toEqual(['chat']);
    const open = () => read(webhook(rest), 0o644);
    expect(open).toThrow(/is open to others: chmod go= .*, or put the address of chat.* urlFile names/);
    expect(open).not.toThrow(SECRET);
  });

  it('a password in an address is taken from no file', () => {
    expect(messageOf(webhook('url: "https://user:hunter2@hooks.example/"'))).toBe(
      'line 2: alerts.chat.url: it holds a password: put it into a file and give urlFile',
    );
  });

  it.each(['url: "https://hooks.example/sigsweep"', 'urlFile: /etc/sigsweep/chat.url, preset: slack'])(
    '%s may stand in a file that others read',
    (rest) => {
      expect(Object.keys(read(webhook(rest), 0o644).alerts)).toEqual(['chat']);
    },
  );
});
