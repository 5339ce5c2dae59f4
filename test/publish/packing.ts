/** A module to be packed, a key that an anchor has certified, and what the built program makes of the outcome. */
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { moduleXml } from '../../src/demo/modules.js';
import type { SecretKey } from '../../src/openpgp/secret-key.js';
import { type CliOptions, type CliResult, failureOf, runCli } from '../helpers/cli.js';
import { type JsonModule, type JsonReport, reportOf } from '../helpers/report.js';
import { makeSystem, type TestSystem } from '../helpers/system.js';

type Content = string | Uint8Array;

export const NAME = 'cdr';
export const VERSION = '17.0.1';
export const PACKAGE = `${NAME}-${VERSION}.tgz`;

/** Stands where a signature was before. */
export const OLD_SIGNATURE = 'the old signature\n';

export class Packing {
  private constructor(readonly system: TestSystem) {}

  /** What is removed when the running test ends. */
  static async begin(files: Readonly<Record<string, Content>> = {}): Promise<Packing> {
    const packing = new Packing(await makeSystem({ modules: {} }));
    onTestFinished(() => packing.system.cleanup());
    mkdirSync(packing.output);
    writeFileSync(packing.key, await packing.system.signer.armoredSecret(null), { mode: 0o600 });
    packing.write('module.xml', moduleXml(NAME, VERSION));
    for (const [path, content] of Object.entries(files)) packing.write(path, content);
    return packing;
  }

  /** The module's folder, a checkout. */
  get module(): string {
    return join(this.system.dir, 'work', NAME);
  }

  /** The private part of the certified signer, not locked. */
  get key(): string {
    return join(this.system.dir, 'signer.asc');
  }

  get output(): string {
    return join(this.system.dir, 'out');
  }

  get signature(): string {
    return join(this.module, 'module.sig');
  }

  /** What says whom to trust. */
  get trust(): string[] {
    return ['--anchor', this.system.anchorFingerprint, '--keyring', this.system.keyring];
  }

  /** The arguments that pack with the key in the file, or otherwise with those given. */
  arguments(args: readonly string[] = ['--key', this.key]): string[] {
    return ['pack', this.module, '--output', this.output, ...this.trust, ...args];
  }

  /** Writes a file of the module. */
  write(path: string, content: Content, mode = 0o644): void {
    const file = join(this.module, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    chmodSync(file, mode);
  }

  /** Writes a private key, which nobody else may read. */
  async writeKey(name: string, key: SecretKey, passphrase: string | null = null): Promise<string> {
    return this.system.write(name, await key.armoredSecret(passphrase), 0o600);
  }

  /** There is no keystore of GnuPG but the one that the arguments name. */
  pack(args?: readonly string[], options: CliOptions = {}): Promise<CliResult> {
    const env = { GNUPGHOME: join(this.system.dir, 'no-keystore'), ...options.env };
    return runCli(this.arguments(args), { ...options, env });
  }

  /** Packs and returns the package, with what was said. */
  async packed(args?: readonly string[], options?: CliOptions): Promise<{ bytes: Buffer; said: string }> {
    const { code, stdout, stderr } = await this.pack(args, options);
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/^(?:sigsweep: note: PHP .*\n)?$/) });
    return { bytes: readFileSync(join(this.output, PACKAGE)), said: stdout };
  }

  /** Packs where it must be refused: one sentence, and every file as it was. */
  async refused(args?: readonly string[], options?: CliOptions): Promise<string> {
    const before = this.files();
    const { code, stdout, stderr } = await this.pack(args, options);
    expect(this.files()).toEqual(before);
    expect({ code, stdout, stderr }).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^sigsweep: .+\n$/),
    });
    return failureOf(stderr);
  }

  /** Everything below the system's folder but GnuPG's homes, with its content's hash. */
  files(): Record<string, string> {
    const entries = readdirSync(this.system.dir, { recursive: true, withFileTypes: true });
    return Object.fromEntries(
      entries.map((entry) => {
        const path = join(entry.parentPath, entry.name);
        return [path, entry.isFile() ? createHash('sha256').update(readFileSync(path)).digest('hex') : 'no file'];
      }),
    );
  }

  async report(file = PACKAGE, ...args: readonly string[]): Promise<JsonReport & { module: JsonModule }> {
    const result = await runCli(['verify', join(this.output, file), ...this.trust, '--format', 'json', ...args]);
    const report = reportOf(result);
    expect(result.code).toBe(report.exitCode);
    const [module, ...others] = report.modules;
    if (module === undefined || others.length > 0) throw new Error('a package is one module');
    return { ...report, module };
  }

  /** What `sigsweep verify` says of a package. */
  async verified(file?: string, ...args: readonly string[]): Promise<JsonModule> {
    return (await this.report(file, ...args)).module;
  }
}
