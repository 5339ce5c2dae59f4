/** Links of a copied system in the way of the list that only counts on one machine. */
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type CliResult, runCli } from '../helpers/cli.js';
import { makeSystem, type TestSystem } from '../helpers/system.js';
import { tempFolder } from '../helpers/temp.js';

const NOT_ROOT = process.getuid?.() === 0 ? undefined : 'only root writes such lists';

describe.skipIf(NOT_ROOT)(`sign --local${NOT_ROOT ? ` (skipped: ${NOT_ROOT})` : ''}`, () => {
  let system: TestSystem;
  let outside: string;
  beforeEach(async () => {
    system = await makeSystem({ modules: { cdr: { 'cdr.php': '<?php\n' } } });
    onTestFinished(() => system.cleanup());
    outside = tempFolder();
    writeFileSync(join(outside, 'signer.secret'), await system.signer.armoredSecret(null), { mode: 0o600 });
  });

  function sign(): Promise<CliResult> {
    const trust = ['--anchor', system.anchorFingerprint, '--keyring', system.keyring];
    const key = ['--key', join(outside, 'signer.secret')];
    return runCli(['sign', system.modulePath('cdr'), '--local', '--root', system.dir, ...key, ...trust]);
  }

  it('writes into the system that --root names, wherever its own links lead', async () => {
    mkdirSync(join(system.dir, outside), { recursive: true });
    symlinkSync(outside, join(system.dir, 'etc'));
    expect(await sign()).toMatchObject({ code: 0 });
    expect(existsSync(join(system.dir, outside, 'freepbx.secure/cdr.sig'))).toBe(true);
    expect(existsSync(join(outside, 'freepbx.secure'))).toBe(false);
  });

  it('refuses a secure folder that is a link, as scans do', async () => {
    mkdirSync(join(system.dir, 'etc'));
    mkdirSync(join(outside, 'secure'));
    symlinkSync(join(outside, 'secure'), join(system.dir, 'etc/freepbx.secure'));
    const { code, stderr } = await sign();
    expect(code).toBe(2);
    expect(stderr).toMatch(/^sigsweep: [^\n]+freepbx\.secure is a link, and scans follow none there[^\n]+\n$/);
    expect(existsSync(join(outside, 'secure/cdr.sig'))).toBe(false);
  });
});
