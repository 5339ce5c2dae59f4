import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromLatin1 } from '../../src/files/bytepath.js';
import { checkListedPath } from '../../src/manifest/paths.js';
import { FORMATS } from '../../src/report/render.js';
import { sha256 } from '../hash/tree.js';
import { runCli } from '../helpers/cli.js';
import { type JsonFinding, moduleOf, reportOf } from '../helpers/report.js';
import { makeSystem, type TestSystem } from '../helpers/system.js';
import { tempFolder } from '../helpers/temp.js';
import { hostileNames, RAW } from './names.js';
import { scanArguments } from './places.js';

/** The names that a manifest may list. */
const listable = hostileNames.filter((name) => checkListedPath(fromLatin1(name)) === null);
const CONTENT = '<?php // listed\n';

let system: TestSystem;

const raw = (folder: string, name: string) => Buffer.from(`${folder}/${name}`, 'latin1');

/** Hostile names everywhere: unlisted code, folders, links and where they lead, modules, listed files, keys. */
beforeAll(async () => {
  system = await makeSystem({ modules: { cdr: {}, cel: {} } });
  const [web, modules] = [system.webRoot, join(system.webRoot, 'admin/modules')];
  for (const [index, name] of hostileNames.entries()) {
    writeFileSync(raw(web, name), `<?php // ${index}`);
    mkdirSync(raw(web, `folder ${name}`));
    writeFileSync(raw(web, `folder ${name}/${name}`), `<?php // folder ${index}`);
    symlinkSync(raw('/nowhere', name), join(web, `link${index}`));
    mkdirSync(raw(modules, `m${name}`));
    writeFileSync(raw(modules, `m${name}/module.xml`), `<module><rawname>${name}</rawname><version>${name}</version>`);
    writeFileSync(raw(modules, `m${name}/module.sig`), name);
  }
  for (const name of listable) writeFileSync(raw(system.modulePath('cel'), name), CONTENT);
  await system.sign('cel', { entries: listable.map((name) => [fromLatin1(name), sha256(CONTENT)]) });
  for (const name of listable) writeFileSync(raw(system.modulePath('cel'), name), 'altered');
  mkdirSync(join(web, 'admin/libraries/BMO'), { recursive: true });
  const broken = Buffer.concat([system.anchor.publicKey(), Buffer.from([0xc5, 1, 4])]);
  for (const name of hostileNames) writeFileSync(raw(join(web, 'admin/libraries/BMO'), `${name}.key`), broken);
});
afterAll(() => void execFileSync('rm', ['-rf', system.dir]));

/** A line of a table ends as RFC 4180 has it. */
function linesOf(text: string, format: string): string[] {
  return text.split(format === 'csv' ? '\r\n' : '\n');
}

describe('case 81: names that are made to hurt', () => {
  // Folded and not, where that makes a difference to what is written.
  it.each([
    ...FORMATS.map((format) => [format, []] as const),
    ['text', ['--all']] as const,
    ['json', ['--all']] as const,
  ])('%s %j → nothing raw reaches the terminal', async (format, more) => {
    const { stdout, stderr, code } = await runCli([...scanArguments(system), '--format', format, ...more]);
    expect(code).toBe(1);
    for (const line of [...linesOf(stdout, format), ...stderr.split('\n')]) expect(line).not.toMatch(RAW);
    expect(stdout.length).toBeGreaterThan(1000);
  });

  it.each(FORMATS)('%s in a file → nothing raw in it either', async (format) => {
    const output = join(tempFolder(), 'report');
    await runCli([...scanArguments(system), '--format', format, '--output', output]);
    for (const line of linesOf(readFileSync(output, 'utf8'), format)) expect(line).not.toMatch(RAW);
  });

  it('in colours → nothing but colours', async () => {
    const env = { NO_COLOR: '', FORCE_COLOR: '1', TERM: 'xterm' };
    const { stdout } = await runCli([...scanArguments(system), '--all'], { env });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one.
    expect(stdout.replace(/\x1b\[[\d;]*m/g, '')).not.toMatch(RAW);
  });

  it('each of them is found, and can be told from the others byte for byte', async () => {
    const report = reportOf(await runCli([...scanArguments(system), '--format', 'json']));
    const bytesOf = ({ path, pathBase64 }: Pick<JsonFinding, 'path' | 'pathBase64'>) =>
      (pathBase64 === undefined ? Buffer.from(path) : Buffer.from(pathBase64, 'base64')).toString('latin1');
    const code = report.tree.findings.filter(({ class: found, kind }) => found === 'code' && kind === 'unlisted');
    const expected = hostileNames.flatMap((name) => [name, `folder ${name}/${name}`]);
    expect(
      code
        .map(bytesOf)
        .filter((path) => !path.startsWith('link'))
        .sort(),
    ).toEqual(expected.sort());
    expect(report.modules).toHaveLength(hostileNames.length + 2);
    expect(new Set(report.modules.map(({ name }) => name)).size).toBe(hostileNames.length + 2);
    const altered = moduleOf(report, 'cel').findings;
    expect(altered.map(({ kind }) => kind)).toEqual(listable.map(() => 'altered'));
    expect(altered.map(bytesOf).sort()).toEqual([...listable].sort());
  });

  it.each([
    ['a path', 'verify', '/nowhere/'],
    ['a format', 'scan', '--format='],
    ['an option', 'scan', '--'],
    ['a fingerprint', 'scan', '--anchor='],
    ['a keyring', 'scan', '--keyring=/nowhere/'],
    ['a module', 'scan', '--module='],
  ])('given as %s → nothing raw in what is said of it', async (_, command, argument) => {
    const { dir } = system;
    const args = [`${argument}\x1b[31m\u202e\r\n\u009b\u{e0041}`, ...(command === 'scan' ? ['--root', dir] : [])];
    const { code, stdout, stderr } = await runCli([command, ...args]);
    for (const line of [...stdout.split('\n'), ...stderr.split('\n')]) expect(line).not.toMatch(RAW);
    expect(code).toBe(2);
  });
});
