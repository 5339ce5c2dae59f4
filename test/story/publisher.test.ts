/**
 * The life of a signature, told once from its beginning to its end, with every step checked by GnuPG: an authority, two
 * developers, one certified, both sign, the authority revokes, the developer comes back with a new key.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GNUPG_MISSING, GnuPg } from '../conformance/gnupg.js';
import { type CliResult, runCli } from '../helpers/cli.js';
import { type JsonReport, reportOf } from '../helpers/report.js';
import { makeSystem, type TestSystem } from '../helpers/system.js';
import { makeTempFolder, removeFolder } from '../helpers/temp.js';

const PASSPHRASE = 'a long passphrase of the story';
const MODULES = { alpha: {}, beta: {}, gamma: {} };
/** Alpha and gamma are of the first developer, beta is of the second. */
const FIRST = ['alpha', 'gamma'];
const SECOND = ['beta'];

describe.skipIf(GNUPG_MISSING)('the life of a signature (gpg has to be installed)', () => {
  let system: TestSystem;
  let folder: string;
  let gnupg: GnuPg;
  let authority: string;
  const fingerprints: Record<string, string> = {};

  beforeAll(async () => {
    folder = makeTempFolder();
    gnupg = await GnuPg.create();
    system = await makeSystem({ modules: MODULES, unsigned: Object.keys(MODULES) });
    mkdirSync(join(folder, 'keys'), { mode: 0o700 });
    writeFileSync(join(folder, 'passphrase'), `${PASSPHRASE}\n`, { mode: 0o600 });
  });

  afterAll(async () => {
    system.cleanup();
    removeFolder(folder);
    await gnupg.remove();
  });

  /** Runs a command with the authority for an anchor; keys are kept in the story's own folder. */
  async function sigsweep(...args: readonly string[]): Promise<CliResult> {
    return runCli(args, {
      cwd: folder,
      env: { SIGSWEEP_KEY_FOLDER: join(folder, 'keys'), SIGSWEEP_ANCHOR: authority ?? '' },
    });
  }

  async function done(...args: readonly string[]): Promise<string> {
    const result = await sigsweep(...args);
    expect(result, result.stderr).toMatchObject({ code: 0 });
    return result.stdout;
  }

  const locked = (file: string) => ['--key', join(folder, file), '--passphrase-file', join(folder, 'passphrase')];

  async function generate(name: string, ...more: readonly string[]): Promise<string> {
    const key = ['--output', join(folder, `${name}.secret`), '--passphrase-file', join(folder, 'passphrase')];
    const args = ['keys', 'generate', '--name', name, '--email', `${name}@example.org`, ...key, ...more];
    const { code, stdout, stderr } = await runCli(args, {
      cwd: folder,
      env: { SIGSWEEP_KEY_FOLDER: join(folder, 'keys') },
    });
    expect(code, stderr).toBe(0);
    fingerprints[name] = stdout.trim();
    await learn(await done0('keys', 'export', stdout.trim()));
    return stdout.trim();
  }

  /** As {@link done}, before there is an anchor. */
  async function done0(...args: readonly string[]): Promise<string> {
    return (await runCli(args, { cwd: folder, env: { SIGSWEEP_KEY_FOLDER: join(folder, 'keys') } })).stdout;
  }

  /** Lets GnuPG know what was published. */
  async function learn(published: string): Promise<void> {
    await gnupg.gpg('--import', await gnupg.file('published', Buffer.from(published)));
  }

  /** What a scan says of the modules. */
  async function verdicts(): Promise<Record<string, string>> {
    const report = await scan();
    return Object.fromEntries(report.modules.map(({ name, verdict }) => [name, verdict]));
  }

  async function scan(): Promise<JsonReport> {
    return reportOf(await sigsweep('scan', '--root', system.dir, '--format', 'json'));
  }

  /** What GnuPG says of a module's signature: `TRUST_…` besides `GOODSIG`. */
  async function gnupgSays(module: string): Promise<string[]> {
    return (await gnupg.verify(readFileSync(join(system.modulePath(module), 'module.sig')))).words;
  }

  /** The authority's items on a key that GnuPG checked: `sig!` and `rev!`. */
  async function gnupgChecked(fingerprint: string): Promise<string[]> {
    const listing = (await gnupg.gpg('--no-sig-cache', '--with-colons', '--check-sigs', fingerprint)).toString();
    return listing
      .split('\n')
      .map((line) => line.split(':'))
      .filter(([kind, , , , keyId]) => /^(?:sig|rev)$/.test(kind ?? '') && keyId === authority.slice(-16))
      .map(([kind, result]) => `${kind}${result}`)
      .sort();
  }

  it('is told in order', async () => {
    // An authority, and two developers of whom nobody knows anything.
    authority = await generate('authority');
    await gnupg.gpg('--import-ownertrust', await gnupg.file('trust', Buffer.from(`${authority}:6:\n`)));
    const first = await generate('first');
    const second = await generate('second', '--type', 'rsa4096');

    // The first one asks, and is certified for a year.
    const request = join(folder, 'request');
    await done('keys', 'request', ...locked('first.secret'), '--nonce', 'told-by-phone', '--output', request);
    const certify = ['--fingerprint', first, '--nonce', 'told-by-phone', '--expires', '365d'];
    await learn(await done('keys', 'certify', request, ...locked('authority.secret'), ...certify));
    expect(await gnupgChecked(first)).toEqual(['sig!']);
    expect(await gnupgChecked(second)).toEqual([]);

    // Both sign. Nobody vouches for the second one.
    for (const module of FIRST) await done('sign', system.modulePath(module), ...locked('first.secret'));
    const refused = await sigsweep('sign', system.modulePath('beta'), ...locked('second.secret'));
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('sigsweep keys request') });
    await done('sign', system.modulePath('beta'), ...locked('second.secret'), '--allow-uncertified');
    expect(await verdicts()).toEqual({ alpha: 'good', beta: 'untrusted', gamma: 'good' });
    for (const module of FIRST)
      expect(await gnupgSays(module)).toEqual(expect.arrayContaining(['GOODSIG', 'TRUST_FULLY']));
    for (const module of SECOND) {
      expect(await gnupgSays(module)).toEqual(expect.arrayContaining(['GOODSIG', 'TRUST_UNDEFINED']));
    }

    // The authority takes it back: the next scan knows, and just those modules would be disabled.
    await passASecond();
    const revoke = ['--yes', '--reason', 'invalid-user-id', '--comment', 'left the company'];
    await learn(await done('keys', 'revoke', first, ...locked('authority.secret'), ...revoke));
    expect(await gnupgChecked(first)).toEqual(['rev!', 'sig!']);
    expect(await verdicts()).toEqual({ alpha: 'revoked', beta: 'untrusted', gamma: 'revoked' });
    for (const module of FIRST) expect(await gnupgSays(module)).not.toContain('TRUST_FULLY');
    const enforced = await sigsweep('enforce', '--root', system.dir, '--dry-run', '--json');
    expect(enforced.code).toBe(1);
    const { modules } = enforced.json<{ modules: { name: string; verdict: string }[] }>();
    expect(modules.map(({ name, verdict }) => [name, verdict])).toEqual(FIRST.map((name) => [name, 'revoked']));
    expect(await sigsweep('sign', system.modulePath('alpha'), ...locked('first.secret'))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('has revoked its certification'),
    });

    // A new key, certified, signs them anew; the second developer is certified too.
    const again = await generate('again');
    for (const [name, fingerprint] of [
      ['again', again],
      ['second', second],
    ] as const) {
      const asked = join(folder, `request-of-${name}`);
      await done('keys', 'request', ...locked(`${name}.secret`), '--output', asked);
      await learn(await done('keys', 'certify', asked, ...locked('authority.secret'), '--fingerprint', fingerprint));
      expect(await gnupgChecked(fingerprint)).toEqual(['sig!']);
    }
    for (const module of FIRST) await done('sign', system.modulePath(module), ...locked('again.secret'));
    expect(await verdicts()).toEqual({ alpha: 'good', beta: 'good', gamma: 'good' });
    for (const module of Object.keys(MODULES)) {
      expect(await gnupgSays(module)).toEqual(expect.arrayContaining(['GOODSIG', 'TRUST_FULLY']));
    }
    expect(await sigsweep('enforce', '--root', system.dir, '--dry-run')).toMatchObject({ code: 0 });
  });
});

/** What is of one second cannot be told apart by age: of a certification and its revocation the latter wins. */
function passASecond(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1100));
}
