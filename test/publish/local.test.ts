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
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { RunningCli } from '../cli/controlled.js';
import { type CliResult, runCli } from '../helpers/cli.js';
import { type JsonModule, moduleOf, scanSystem } from '../helpers/report.js';
import { makeSystem, type TestSystem } from '../helpers/system.js';
import { tempFolder } from '../helpers/temp.js';
import { canUnshare, isRoot } from '../helpers/tools.js';
import { AS_NOBODY, NOBODY_MISSING, openToNobody } from './nobody.js';
import { filesBelow, listOf, refusal, sha256, textOf } from './publisher.js';

const MODULE = 'own';
/** Somebody else. */
const OTHER = 65_534;

let system: TestSystem;
let key: string;
let etc: string;
let secure: string;
beforeEach(async () => {
  system = await makeSystem({
    modules: { [MODULE]: { 'own.php': '<?php // own\n', 'a/b.php': '' } },
    unsigned: [MODULE],
  });
  onTestFinished(() => system.cleanup());
  key = join(tempFolder(), 'key.asc');
  writeFileSync(key, await system.signer.armoredSecret(null), { mode: 0o600 });
  etc = join(system.dir, 'etc');
  secure = join(etc, 'freepbx.secure');
  mkdirSync(etc);
});

function argumentsFor(...args: readonly string[]): string[] {
  const trust = ['--anchor', system.anchorFingerprint, '--keyring', system.keyring];
  return ['sign', system.modulePath(MODULE), ...trust, '--key', key, '--local', '--root', system.dir, ...args];
}

function sign(...args: readonly string[]): Promise<CliResult> {
  return runCli(argumentsFor(...args));
}

async function scanned(): Promise<JsonModule> {
  return moduleOf(await scanSystem(system), MODULE);
}

/** Signs where it must be refused: one sentence, and everything as it was. */
async function refused(through: readonly string[] = []): Promise<string> {
  const before = filesBelow(system.dir);
  const ended = await new RunningCli(argumentsFor(), {}, through).ended;
  expect(filesBelow(system.dir)).toEqual(before);
  return refusal(ended);
}

describe.skipIf(!isRoot)(
  'a local signature (skipped for others than root, to whom the secure folder must belong)',
  () => {
    it('is a list in the secure folder and a module.sig that names it, which a scan finds good', async () => {
      const { code, stdout } = await sign();
      const signature = join(system.modulePath(MODULE), 'module.sig');
      const list = join(secure, `${MODULE}.sig`);
      expect({ code, stdout }).toEqual({
        code: 0,
        stdout: `signed own: 3 files\n  by ${system.signer.fingerprint}\n  wrote ${list}\n  wrote ${signature}\n`,
      });
      const pointer = textOf(readFileSync(signature, 'latin1'));
      expect(pointer).toMatch(/^type=local$/m);
      expect(listOf(pointer)).toEqual(new Map([[`${MODULE}.sig`, sha256(readFileSync(list))]]));
      expect([...listOf(textOf(readFileSync(list, 'latin1'))).keys()]).toEqual(['a/b.php', 'module.xml', 'own.php']);
      for (const file of [list, signature]) expect(statSync(file).mode & 0o7777).toBe(0o644);
      expect(statSync(secure)).toMatchObject({ uid: 0, gid: 0 });
      expect(statSync(secure).mode & 0o7777).toBe(0o755);
      expect(await scanned()).toMatchObject({ verdict: 'good', listed: 3, hashed: 3, findings: [] });
      system.writeListed(MODULE, 'own.php', '<?php // changed\n');
      expect(await scanned()).toMatchObject({ verdict: 'tampered' });
    });

    it('takes the place of another pair, and of an ordinary signature', async () => {
      await system.sign(MODULE, { paths: ['module.xml', 'own.php'] });
      expect(await sign()).toMatchObject({ code: 0, stderr: '' });
      system.writeListed(MODULE, 'new.php', '<?php // new\n');
      expect(await sign()).toMatchObject({ code: 0, stderr: '' });
      expect(await scanned()).toMatchObject({ verdict: 'good', listed: 4, findings: [] });
      expect(readdirSync(secure)).toEqual([`${MODULE}.sig`]);
    });

    it('prints the list with --dry-run, and makes nothing', async () => {
      const { code, stdout } = await sign('--dry-run');
      expect([code, [...listOf(stdout).keys()]]).toEqual([0, ['a/b.php', 'module.xml', 'own.php']]);
      expect(existsSync(secure)).toBe(false);
    });

    describe('over a good pair', () => {
      beforeEach(async () => {
        expect(await sign()).toMatchObject({ code: 0 });
      });

      it.each([
        [
          'that group or others can write',
          () => chmodSync(secure, 0o775),
          /freepbx\.secure can be written by others: chmod go-w /,
        ],
        [
          'of somebody else',
          () => chownSync(secure, OTHER, 0),
          /freepbx\.secure belongs to user 65534, who could change it/,
        ],
        [
          'in a folder that others can write',
          () => chmodSync(etc, 0o777),
          /\/etc can be written by others: chmod go-w /,
        ],
      ])('a secure folder %s is refused', async (_what, open, said) => {
        open();
        expect(await refused()).toMatch(said);
      });

      it('the pair stays good where the module cannot be written', async () => {
        rmSync(join(system.modulePath(MODULE), 'module.sig'));
        mkdirSync(join(system.modulePath(MODULE), 'module.sig'));
        expect(await refused()).toMatch(/module\.sig: it is no regular file$/);
      });

      it.skipIf(!canUnshare('-m')).each([
        [
          'the secure folder cannot be written',
          () => secure,
          'remount,bind,ro',
          /^cannot write .*EROFS: read-only file system$/,
        ],
        [
          'the module cannot be written',
          () => system.modulePath(MODULE),
          'remount,bind,ro',
          /^cannot write .*\/module\.sig: EROFS/,
        ],
        ['the list cannot be replaced', () => join(secure, `${MODULE}.sig`), '', /own\.sig: EBUSY: /],
        [
          'module.sig cannot be replaced',
          () => join(system.modulePath(MODULE), 'module.sig'),
          '',
          /module\.sig: EBUSY: /,
        ],
      ])('the pair stays good where %s (skipped where nothing can be mounted)', async (_what, place, options, said) => {
        const remount = options === '' ? '' : `mount -o ${options} "$place" && `;
        const script = `place="${place()}"; mount --bind "$place" "$place" && ${remount}exec "$@"`;
        expect(await refused(['unshare', '-m', 'sh', '-c', script, 'sh'])).toMatch(said);
        expect(await scanned()).toMatchObject({ verdict: 'good', listed: 3 });
      });
    });

    it('nothing is left where module.sig cannot be replaced and there was no list', async () => {
      expect(await sign()).toMatchObject({ code: 0 });
      rmSync(join(secure, `${MODULE}.sig`));
      const place = join(system.modulePath(MODULE), 'module.sig');
      if (!canUnshare('-m')) return;
      const script = `mount --bind "${place}" "${place}" && exec "$@"`;
      expect(await refused(['unshare', '-m', 'sh', '-c', script, 'sh'])).toMatch(/EBUSY/);
    });

    it('a secure folder that is a link is refused, as a scan refuses it', async () => {
      const elsewhere = join(system.dir, 'elsewhere');
      mkdirSync(elsewhere);
      symlinkSync(elsewhere, secure);
      expect(await refused()).toMatch(/freepbx\.secure is no folder, or a link to one: /);
    });

    it('a list that is a link is replaced, and what it leads to stays as it was', async () => {
      const elsewhere = system.write('elsewhere', 'kept\n');
      mkdirSync(secure);
      symlinkSync(elsewhere, join(secure, `${MODULE}.sig`));
      expect(await sign()).toMatchObject({ code: 0 });
      expect(readFileSync(elsewhere, 'utf8')).toBe('kept\n');
      expect(await scanned()).toMatchObject({ verdict: 'good' });
    });

    it('a link in the other system leads nowhere outside of it', async () => {
      // As seen from inside, it leads to DIR/real-etc; on this machine nothing may be made there.
      rmSync(etc, { recursive: true });
      mkdirSync(join(system.dir, 'real-etc'));
      symlinkSync('/real-etc', etc);
      expect(await sign()).toMatchObject({ code: 0, stderr: '' });
      expect(existsSync('/real-etc')).toBe(false);
      expect(readdirSync(join(system.dir, 'real-etc/freepbx.secure'))).toEqual([`${MODULE}.sig`]);
      expect(await scanned()).toMatchObject({ verdict: 'good', listed: 3 });
    });

    it.each(['missing', 'file'])('a root that is %s is refused', async (what) => {
      const root = join(system.dir, what);
      if (what === 'file') writeFileSync(root, '');
      const before = filesBelow(system.dir);
      expect(refusal(await sign('--root', root))).toMatch(/^--root .*: no such folder/);
      expect(filesBelow(system.dir)).toEqual(before);
    });
  },
);

it.skipIf(NOBODY_MISSING)(
  `an ordinary user cannot make one${NOBODY_MISSING ? ` (skipped: ${NOBODY_MISSING})` : ''}`,
  async () => {
    openToNobody(system.dir);
    if (isRoot) chownSync(key, OTHER, OTHER);
    chmodSync(join(key, '..'), 0o755);
    expect(await refused(AS_NOBODY)).toBe(`--local writes to ${secure}, which must belong to root: run it as root`);
  },
);
