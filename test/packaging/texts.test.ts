import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { importPackaging } from './import-packaging.js';

const { control, copyright, debianChangelog } = await importPackaging('debian/texts.mjs');
const { dateOf, debianVersion, thisRelease } = await importPackaging('release.mjs');
const { missing } = await importPackaging('requirements.mjs');
const { seaConfig } = await importPackaging('single/build.mjs');

const { packagedUnits } = await importPackaging('debian/units.mjs');

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
const RELEASE = thisRelease({ SOURCE_DATE_EPOCH: '1764331200', DEBFULLNAME: 'A Packager', DEBEMAIL: 'a@example.org' });

describe('the texts of the Debian package', () => {
  it('name the version, the size and who packaged it', () => {
    const text: string = control(RELEASE, 1234);
    const { version } = JSON.parse(read('package.json')) as { version: string };
    expect(text).toContain(`\nVersion: ${version}-1\n`);
    expect(text).toContain('\nInstalled-Size: 1234\n');
    expect(text).toContain('\nMaintainer: A Packager <a@example.org>\n');
    // An empty line would end the paragraph, and with it the package's description.
    expect(text.trimEnd()).not.toContain('\n\n');
  });

  it('are dated by the commit, in the form of a changelog', () => {
    expect(debianChangelog(RELEASE)).toMatch(
      /\n -- A Packager <a@example\.org> {2}Fri, 28 Nov 2025 12:00:00 \+0000\n$/,
    );
  });

  it('hold the license of every library, none of whose lines begins a paragraph', () => {
    const text: string = copyright(
      'MIT License\n\nCopyright (c) 2026 The sigsweep authors\n\nPermission…',
      [
        {
          path: 'one',
          name: 'one',
          version: '1',
          id: 'ISC',
          author: 'Somebody',
          text: 'Copyright (c) 2020 One\n\nFiles: may',
        },
        { path: '@a/two', name: '@a/two', version: '2', id: 'MIT', author: 'Two', text: '' },
      ],
      '/usr/share/doc/sigsweep/node-license.txt.gz',
    );
    const paragraphs = text.split('\n\n').filter((paragraph) => paragraph.startsWith('Files:'));
    expect(paragraphs.map((paragraph) => paragraph.split('\n').slice(0, 2))).toEqual([
      ['Files: *', 'Copyright: 2026 The sigsweep authors'],
      ['Files: usr/lib/sigsweep/node_modules/one/*', 'Copyright: 2020 One'],
      ['Files: usr/lib/sigsweep/node_modules/@a/two/*', 'Copyright: Two'],
      ['Files: usr/lib/sigsweep/node', 'Copyright: Node.js contributors'],
    ]);
    expect(text).toContain('\n .\n Files: may\n');
  });
});

it('the units of the Debian package run what it installs, and say that they are not enabled', () => {
  const units: { name: string; text: string }[] = packagedUnits({ node: '/usr/lib/sigsweep/node', main: '/m.js' });
  expect(units.map(({ name }) => name)).toEqual(['sigsweep.service', 'sigsweep.timer', 'sigsweep-agent.service']);
  for (const { text } of units) expect(text).toMatch(/^# Of the package sigsweep, and not enabled: "systemctl enable/);
  const runs = units.flatMap(({ text }) => /^ExecStart=.*$/m.exec(text) ?? []);
  expect(runs).toEqual([
    'ExecStart="/usr/lib/sigsweep/node" "/m.js" "scan" "--quiet"',
    'ExecStart="/usr/lib/sigsweep/node" "/m.js" "agent"',
  ]);
});

describe('a release', () => {
  it('sorts in Debian as in npm', () => {
    expect(['1.0.0', '1.0.0-beta.1'].map(debianVersion)).toEqual(['1.0.0-1', '1.0.0~beta.1-1']);
  });

  it.each(['', 'today', '1.5', '-1'])('has no date %j', (epoch) => {
    expect(() => dateOf(epoch)).toThrow('give seconds since 1970');
  });

  it('is packaged with a Node that the tests run with', () => {
    const versionIn = (file: string) =>
      (JSON.parse(read(file)) as { packages: Record<string, { version: string }> }).packages['node_modules/node-24']
        ?.version;
    expect(versionIn('packaging/runtime/package-lock.json')).toBe(versionIn('runtimes/package-lock.json'));
  });
});

describe('what is missing for packages', () => {
  const HERE = { platform: 'linux', arch: 'x64', path: process.env.PATH ?? '', built: true };

  it('is said in a sentence each', () => {
    const problems: string[] = missing({ ...HERE, arch: 'arm64', path: '/nowhere', built: false });
    expect(problems).toHaveLength(4);
    expect(problems[0]).toContain('this is linux arm64');
    expect(problems.slice(1).join('\n')).toMatch(/dpkg-deb.*\n.*npm.*\n.*npm run build/);
  });

  it('is nothing of a program that is there', () => {
    const problems: string[] = missing({ ...HERE, path: `/nowhere:${HERE.path}` });
    expect(problems.filter((problem) => !problem.includes('dpkg-deb'))).toEqual([]);
  });
});

it('hands a single executable nothing of its environment', () => {
  expect(seaConfig('main.cjs', 'blob', {})).toMatchObject({ execArgvExtension: 'none' });
});
