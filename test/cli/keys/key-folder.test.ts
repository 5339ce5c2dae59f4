import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CLI_PATH, cliEnvironment, runCli } from '../../helpers/cli.js';
import { makeSystem, type TestSystem } from '../../helpers/system.js';
import { canUnshare, isRoot, runTool } from '../../helpers/tools.js';
import { type Cast, makeCast, World } from './world.js';

const OTHER_USER = 54_321;

let cast: Cast;
let system: TestSystem;
let world: World;

beforeAll(async () => {
  [cast, system] = await Promise.all([makeCast(), makeSystem({ modules: { cdr: { 'a.php': '<?php\n' } } })]);
});
afterAll(() => system.cleanup());

beforeEach(() => {
  world = new World();
  world.keep(cast.certified);
});

/** Every command that reads the folder or writes to it refuses to, with this reason and exit code 2. */
async function expectRefused(why: RegExp, folder = world.folder) {
  const { dev, certified } = cast;
  const file = world.publicFile('dev', certified);
  const scan = ['scan', '--root', system.dir, '--keyring', system.keyring, '--anchor', system.anchorFingerprint];
  const given = ['--key-folder', folder];
  const results = await Promise.all([
    runCli([...scan, ...given]),
    runCli(['keys', 'list', ...given]),
    runCli(['keys', 'import', file, ...given]),
    runCli(['keys', 'export', dev.fingerprint, ...given]),
    // Of the network nothing is asked: nobody listens there, which would be another reason.
    runCli(['keys', 'refresh', '--from', 'hkp://127.0.0.1:9', ...given]),
  ]);
  for (const { code, stdout, stderr } of results) {
    expect(stderr).toMatch(why);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  }
}

describe('a key folder', () => {
  it('is made so that others cannot write it', async () => {
    const folder = join(world.dir, 'a/b/keys');
    const file = world.publicFile('dev', cast.certified);
    const umask = `umask 0; exec "$@" --key-folder ${folder}`;
    runTool('env', [
      '-i',
      ...Object.entries(cliEnvironment()).map(([name, value]) => `${name}=${value}`),
      'sh',
      '-c',
      umask,
      'sh',
      process.execPath,
      CLI_PATH,
      'keys',
      'import',
      file,
    ]);
    for (const made of [join(world.dir, 'a'), join(world.dir, 'a/b'), folder])
      expect(statSync(made).mode & 0o777).toBe(0o755);
    expect(statSync(join(folder, `${cast.dev.fingerprint}.key`)).mode & 0o777).toBe(0o644);
    expect(await runCli(['keys', 'list', '--key-folder', folder])).toMatchObject({ code: 0 });
  });

  it('that others can write is refused', async () => {
    chmodSync(world.folder, 0o775);
    await expectRefused(/keys can be written by others: chmod go-w /);
  });

  it('below a folder that others can write is refused', async () => {
    chmodSync(world.dir, 0o777);
    await expectRefused(/can be written by others: chmod go-w /);
  });

  it('with a key file that others can write is refused', async () => {
    chmodSync(world.keptFile(cast.dev.fingerprint), 0o664);
    const { code, stderr } = await world.keys(['list']);
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('can be written by others') });
  });

  it.skipIf(!isRoot)('of another user, or with a file of another user, is refused (as root)', async () => {
    chownSync(world.folder, OTHER_USER, OTHER_USER);
    await expectRefused(new RegExp(`belongs to user ${OTHER_USER}, who could change it: chown root `));
    chownSync(world.folder, 0, 0);
    chownSync(world.keptFile(cast.dev.fingerprint), OTHER_USER, OTHER_USER);
    expect(await world.keys(['list'])).toMatchObject({ code: 2, stderr: expect.stringContaining('belongs to user') });
  });

  it.skipIf(!isRoot)(
    'behind a link in a folder of another user is refused, and nothing is made there (as root)',
    async () => {
      const foreign = join(world.dir, 'foreign');
      mkdirSync(foreign);
      symlinkSync(world.folder, join(foreign, 'keys'));
      chownSync(foreign, OTHER_USER, OTHER_USER);
      await expectRefused(/foreign belongs to user/, join(foreign, 'keys'));
      const target = join(world.dir, 'target');
      mkdirSync(target);
      symlinkSync(target, join(foreign, 'way'));
      const file = world.publicFile('dev', cast.certified);
      const made = await runCli(['keys', 'import', file, '--key-folder', join(foreign, 'way/in/keys')]);
      expect(made).toMatchObject({ code: 2, stderr: expect.stringContaining('foreign belongs to user') });
      expect(readdirSync(target)).toEqual([]);
    },
  );

  it('that is a link to nowhere, or no folder, is refused: it may have held a revocation', async () => {
    const link = join(world.dir, 'link');
    symlinkSync(join(world.dir, 'gone'), link);
    expect(await runCli(['keys', 'list', '--key-folder', link])).toMatchObject({ code: 2 });
    const file = world.file('file', 'x');
    expect(await runCli(['keys', 'list', '--key-folder', file])).toMatchObject({ code: 2 });
  });

  it('lets no link in it be written through, nor a file that is no key be lost', async () => {
    const kept = world.keptFile(cast.dev.fingerprint);
    const target = world.file('target', 'nothing to do with keys');
    for (const content of ['-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nhurt', '']) {
      writeFileSync(kept, content, { mode: 0o644 });
      const { code, stderr } = await world.keys(['import', world.publicFile('dev', cast.certified)]);
      expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining(kept) });
      expect(readFileSync(kept, 'utf8')).toBe(content);
    }
    writeFileSync(kept, readFileSync(world.publicFile('anchor', cast.anchor.publicKey())));
    const named = await world.keys(['import', world.publicFile('dev', cast.certified)]);
    expect(named).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('does not hold the key it is named after'),
    });
    rmSync(kept);
    symlinkSync(target, kept);
    expect(await world.keys(['import', world.publicFile('dev', cast.certified)])).toMatchObject({ code: 2 });
    expect(readFileSync(target, 'utf8')).toBe('nothing to do with keys');
  });

  it('with a lock that somebody left says which, and changes nothing', async () => {
    const kept = world.keptFile(cast.dev.fingerprint);
    const target = join(world.dir, 'target');
    symlinkSync(target, `${kept}.lock`);
    const before = readFileSync(kept, 'utf8');
    const { code, stderr } = await world.keys(['import', world.publicFile('dev', cast.certified)]);
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining(`remove ${kept}.lock`) });
    expect(readFileSync(kept, 'utf8')).toBe(before);
    expect(existsSync(target)).toBe(false);
  });

  it('with a pipe in it is refused at once', async () => {
    runTool('mkfifo', [join(world.folder, 'x.key')]);
    expect(await world.keys(['list'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('is no regular file'),
    });
  });

  it('may be left out', async () => {
    expect(await world.keys(['list', '--no-key-folder'])).toMatchObject({ code: 0, stdout: '' });
  });
});

describe('where keys are kept when nobody says', () => {
  /** `sigsweep keys list` with this environment and nothing of the tests' own. */
  const listing = (env: Record<string, string>): string[] => {
    const { SIGSWEEP_KEY_FOLDER: _none, ...rest } = cliEnvironment();
    const variables = Object.entries({ ...rest, ...env }).map(([name, value]) => `${name}=${value}`);
    return ['env', '-i', ...variables, process.execPath, CLI_PATH, 'keys', 'list'];
  };

  /** A folder that has the keys as `sigsweep/keys`. */
  const holding = (name: string): string => {
    mkdirSync(join(world.dir, name, 'sigsweep'), { recursive: true });
    symlinkSync(world.folder, join(world.dir, name, 'sigsweep/keys'));
    return join(world.dir, name);
  };

  it.skipIf(isRoot)('is the user’s own folder (not as root)', () => {
    const config = holding('.config');
    for (const env of [{ HOME: world.dir }, { HOME: '/nowhere', XDG_CONFIG_HOME: config }]) {
      expect(runTool('env', listing(env).slice(1))).toContain(cast.dev.fingerprint);
    }
  });

  it.skipIf(!canUnshare('--mount'))('is the system’s for root, whatever the environment says (as root)', () => {
    // An /etc of its own for this one process.
    const etc = holding('etc');
    const args = ['sh', '-c', `mount --bind ${etc} /etc && exec "$@"`, 'sh'];
    const elsewhere = { HOME: world.dir, XDG_CONFIG_HOME: '/nowhere' };
    expect(runTool('unshare', ['--mount', ...args, ...listing(elsewhere)])).toContain(cast.dev.fingerprint);
  });
});
