import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { certify, revokeCertification } from '../../src/openpgp/certify.js';
import { generateKey, type SecretKey } from '../../src/openpgp/secret-key.js';
import { type CliResult, runCli } from '../helpers/cli.js';
import { KEYS_CREATED } from '../helpers/keys.js';
import { makeSystem, type TestSystem, type TestSystemOptions } from '../helpers/system.js';
import { tempFolder } from '../helpers/temp.js';

/** Where `framework` lists what disables modules. */
export const FWCONSOLE = 'amp_conf/bin/fwconsole';

const MODULES: TestSystemOptions['modules'] = {
  framework: { [FWCONSOLE]: '#!/bin/sh\nexit 1\n' },
  cdr: { 'functions.inc.php': '<?php // cdr\n' },
  fax: { 'functions.inc.php': '<?php // fax\n' },
  zulu: { 'functions.inc.php': '<?php // zulu\n' },
};

/** A system in which one signer was revoked, and what disables its modules. */
export class RevokedSystem {
  readonly folder = tempFolder();
  readonly log = join(this.folder, 'enforce.log');

  private constructor(
    readonly system: TestSystem,
    readonly revoked: SecretKey,
  ) {}

  /** Made for the running test; `cdr` and `framework` are good, `fax` and `zulu` signed by the revoked signer. */
  static async make(modules: TestSystemOptions['modules'] = {}): Promise<RevokedSystem> {
    const system = await makeSystem({ modules: { ...MODULES, ...modules } });
    onTestFinished(() => system.cleanup());
    const key = await generateKey({ name: 'Revoked', email: 'revoked@example.org', created: KEYS_CREATED });
    const certified = await certify(key.publicKey(), system.anchor, { date: KEYS_CREATED });
    const later = { date: new Date('2025-01-01T00:00:00Z') };
    system.writeKey(await revokeCertification(certified, system.anchor, later), 'revoked');
    const made = new RevokedSystem(system, key);
    await made.revoke('fax', 'zulu');
    return made;
  }

  /** Signs modules by the signer that was revoked. */
  async revoke(...names: readonly string[]): Promise<void> {
    for (const name of names) await this.system.sign(name, { key: this.revoked, date: new Date('2024-06-01') });
  }

  /** A shell script of the administrator's own that notes its arguments, a line each and a rule below, and then does more. */
  program(then = '', mode = 0o700): string {
    const file = this.file;
    writeFileSync(file, `#!/bin/sh\n{ printf '%s\\n' "$@"; echo --; } >>"${this.ran}"\n${then}\n`, { mode });
    chmodSync(file, mode);
    return file;
  }

  /** Takes the program away. */
  removeProgram(): void {
    rmSync(this.file, { force: true });
  }

  /** The arguments of every run so far. */
  get runs(): string[][] {
    if (!existsSync(this.ran)) return [];
    const runs = readFileSync(this.ran, 'utf8').split('--\n').slice(0, -1);
    return runs.map((run) => run.split('\n').slice(0, -1));
  }

  /** Whose signatures count, and where the system lies. */
  get place(): string[] {
    const { dir, anchorFingerprint, keyring } = this.system;
    return ['--root', dir, '--anchor', anchorFingerprint, '--keyring', keyring];
  }

  enforce(...args: readonly string[]): Promise<CliResult> {
    return runCli(['enforce', ...this.place, '--log', this.log, ...args]);
  }

  /** Runs it for good, by the program. */
  enforceBy(program: string, ...args: readonly string[]): Promise<CliResult> {
    return this.enforce('--yes', '--command', program, ...args);
  }

  /** One sentence on standard error, exit code 2, and nothing was run. */
  expectRefused(result: CliResult, ...words: readonly string[]): void {
    expect(result).toMatchObject({ code: 2, stdout: '' });
    for (const word of words) expect(result.stderr).toContain(word);
    expect(result.stderr).toMatch(/^sigsweep: [^\n]+\n(?:\(sigsweep --help [^\n]+\n)?$/);
    expect(result.stderr).not.toContain('fault of sigsweep');
    expect(this.runs).toEqual([]);
  }

  /** The lines of the log, their fields separated. */
  get logged(): string[][] {
    const text = readFileSync(this.log, 'utf8');
    return text
      .split('\n')
      .slice(0, -1)
      .map((line) => line.split('\t'));
  }

  private get file(): string {
    return join(this.folder, 'disable');
  }

  private get ran(): string {
    return join(this.folder, 'ran');
  }
}
