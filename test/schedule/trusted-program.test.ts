import {
  chmodSync,
  chownSync,
  copyFileSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { requireTrustedProgram } from '../../src/schedule/trusted-program.js';
import { removeFolder, tempFolder } from '../helpers/temp.js';
import { isRoot } from '../helpers/tools.js';

const NOBODY = 65_534;

/** An installation with a library of its own and one beside it. */
function install(folder: string) {
  const app = join(folder, 'lib/node_modules/sigsweep');
  const write = (path: string, text: string) => {
    mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
    writeFileSync(path, text, { mode: 0o644 });
  };
  const dependencies = { inner: '1', outer: '1' };
  write(
    join(app, 'package.json'),
    JSON.stringify({ name: 'sigsweep', exports: { './package.json': './package.json' }, dependencies }),
  );
  write(join(app, 'dist/program/cli/main.js'), '');
  write(join(app, 'dist/workers/hash.cjs'), '');
  write(join(app, 'node_modules/inner/index.js'), '');
  write(join(folder, 'lib/node_modules/outer/index.js'), '');
  write(join(folder, 'bin/node'), '');
  symlinkSync('../inner/index.js', join(app, 'node_modules/link'));
  return { app, program: { node: join(folder, 'bin/node'), main: join(app, 'dist/program/cli/main.js') } };
}

// A home folder is no place where anything is lost, and root's own belongs to root all the way up.
describe.skipIf(!isRoot)('the program that root is to run every night (as root)', () => {
  let folder: string;
  let installed: ReturnType<typeof install>;
  beforeEach(() => {
    folder = mkdtempSync(join(homedir(), '.sigsweep-test-'));
    onTestFinished(() => removeFolder(folder));
    installed = install(folder);
  });
  const check = () => requireTrustedProgram(installed.program);

  it('is taken where only root can write', () => {
    expect(check).not.toThrow();
  });

  it.each([
    ['Node', 'bin/node'],
    ["Node's folder", 'bin'],
    ['the program', 'lib/node_modules/sigsweep/dist/program/cli/main.js'],
    ['the threads', 'lib/node_modules/sigsweep/dist/workers/hash.cjs'],
    ['a folder above', 'lib'],
    ['the folder of it all', '.'],
    ['a library', 'lib/node_modules/sigsweep/node_modules/inner/index.js'],
    ['a library beside it', 'lib/node_modules/outer/index.js'],
  ])('is refused when somebody else may write %s', (_, path) => {
    const place = join(folder, path);
    chmodSync(place, 0o775);
    expect(check).toThrow(`${place} is not safe to run as root every night: others than root may write it`);
    chmodSync(place, 0o755);
    expect(check).not.toThrow();
    chownSync(place, NOBODY, 0);
    expect(check).toThrow(`${place} is not safe to run as root every night: it belongs to user 65534`);
  });

  it('is refused when a link leads to what somebody else may write', () => {
    const elsewhere = join(folder, 'elsewhere');
    mkdirSync(elsewhere);
    writeFileSync(join(elsewhere, 'index.js'), '');
    symlinkSync(elsewhere, join(installed.app, 'node_modules/linked'));
    expect(check).not.toThrow();
    chownSync(join(elsewhere, 'index.js'), NOBODY, 0);
    expect(check).toThrow(`${elsewhere}/index.js is not safe`);
  });

  it('is refused when somebody else made a link in it', () => {
    lchownSync(join(installed.app, 'node_modules/link'), NOBODY, 0);
    expect(check).toThrow('node_modules/link is not safe');
  });

  it('may hold links in a circle', () => {
    symlinkSync('.', join(installed.app, 'dist/again'));
    symlinkSync('nowhere', join(installed.app, 'dist/dangling'));
    expect(check).not.toThrow();
  });

  it('is refused where it cannot be looked at', () => {
    writeFileSync(join(installed.app, 'package.json'), '{');
    expect(check).toThrow('is not safe to run as root every night');
  });

  it('is refused in a folder for temporary files, whoever owns it', () => {
    const temporary = install(tempFolder());
    expect(() => requireTrustedProgram(temporary.program)).toThrow('nothing stays in /tmp');
    const node = join(tempFolder(), 'node');
    copyFileSync(installed.program.node, node);
    expect(() => requireTrustedProgram({ ...installed.program, node })).toThrow(`${node} is not safe`);
  });
});
