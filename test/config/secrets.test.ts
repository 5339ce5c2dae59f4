import { expect, it } from 'vitest';
import { Settings } from '../../src/cli/config/settings.js';
import { problemsOfReferences } from '../../src/config/check.js';
import { readConfigFile } from '../../src/config/file.js';
import { configJson, renderConfig } from '../../src/config/print.js';
import { configFileOf, smallProgram } from './program.js';

const { all } = new Settings(smallProgram().program);

const MARKER = 'hunter2marker';

/** Where a secret may stand, by right or by mistake: in place of each $. */
const PLACES = [
  'password: $',
  'secret: "$"',
  'smtp: {password: $}',
  'other: {token: $}',
  'alerts: $',
  'alerts: [$]',
  'alerts:\n  x: $',
  'alerts:\n  x: {type: $}',
  'alerts:\n  x: {type: webhook, url: "https://hooks.example/$", preset: slack}',
  'alerts:\n  x: {type: webhook, url: "https://u:$@hooks.example/"}',
  'alerts:\n  x: {type: webhook, url: "ftp://u:$@hooks.example/"}',
  'alerts:\n  x: {type: webhook, url: "https://hooks.example/?key=$#$", preset: $}',
  'alerts:\n  x: {type: webhook, urlFile: $}',
  'alerts:\n  x: {type: webhook, secret: $}',
  'alerts:\n  x: {type: command, run: [/bin/sh, -c, $]}',
  'alerts:\n  x: {type: command, run: $}',
  'alerts:\n  x: {type: mail, to: a@b, smtp: {host: h, user: u, password: "$"}}',
  'alerts:\n  x: {type: mail, to: a@b, smtp: {host: h, user: u, passwordFile: "$"}}',
  'alerts:\n  x: {type: mail, to: "$"}',
  'alerts:\n  x:\n    password: "$\n',
  'alerts:\n  x:\n    password: "\\$"\n',
  'alerts:\n  x:\n    password: *$\n',
  'alerts:\n  x:\n    password: !$\n',
  'alerts:\n  x:\n    password: |$\n      x\n',
  'alerts:\n  x:\n    password: a: $\n',
  'alerts:\n  x:\n    password: "a" $\n',
  'alerts:\n  x:\n    password $\n    type: x',
  'level: $',
  'size: $',
  'key: [[$]]',
  'key: {a: $}',
  'out: $',
  'out: /a\n$',
  'web-root: $',
];

/** Everything that is said of a configuration. */
function saidOf(yaml: string): string {
  try {
    const config = readConfigFile(configFileOf(yaml), all);
    const problems = problemsOfReferences(config).map(({ message }) => message);
    return [renderConfig(all, [config.layer], config), configJson(all, [config.layer], config), ...problems].join('\n');
  } catch (error) {
    expect(error).toMatchObject({ name: 'SigsweepError' });
    return (error as Error).message;
  }
}

it.each(PLACES)('%j is said nowhere', (place) => {
  expect(place).toContain('$');
  const said = saidOf(place.replaceAll('$', MARKER));
  expect(said).not.toContain(MARKER);
  expect(said.length).toBeGreaterThan(20);
});
