/** Packages inside signed messages: what to put into them, and what the program makes of them. */
import { execFileSync } from 'node:child_process';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { certify } from '../../src/openpgp/certify.js';
import type { SignatureOptions } from '../../src/openpgp/make-signature.js';
import { generateKey, type KeyOptions, type SecretKey } from '../../src/openpgp/secret-key.js';
import { signMessage } from '../../src/openpgp/sign.js';
import { runCli } from '../helpers/cli.js';
import { KEYS_CREATED } from '../helpers/keys.js';
import { type JsonModule, type JsonReport, reportOf } from '../helpers/report.js';
import { makeSystem, type TestSystem } from '../helpers/system.js';
import { tempFolder } from '../helpers/temp.js';

export const PACKAGE = 'cdr-17.0.1.tgz';
export const MESSAGE = `${PACKAGE}.gpg`;

/** What is signed in the module `cdr`, besides its `module.xml`. */
export const CDR = { 'functions.inc.php': '<?php // cdr\n', 'logo.png': '\x89PNG' };

export class Mirror {
  private constructor(
    readonly system: TestSystem,
    /** Signs messages; the anchor has certified it. RSA, as mirrors have, signs with SHA-1 too. */
    readonly key: SecretKey,
  ) {}

  /** Whoever makes it cleans its system up. */
  static async begin(): Promise<Mirror> {
    const system = await makeSystem({ modules: { cdr: CDR, own: {} }, unsigned: ['own'] });
    const mirror = new Mirror(system, await makeKey('Mirror', { type: 'rsa2048' }));
    await mirror.certify(mirror.key, 'mirror');
    return mirror;
  }

  /** Makes a key known with the anchor's certification. */
  async certify(key: SecretKey, name: string): Promise<void> {
    this.system.writeKey(await certify(key.publicKey(), this.system.anchor, { date: KEYS_CREATED }), name);
  }

  /** Packs a module with GNU tar after something was done to a copy of it. */
  pack(change: (folder: string) => void = () => undefined, name = 'cdr'): Buffer {
    const place = tempFolder();
    cpSync(this.system.modulePath(name), join(place, name), { recursive: true });
    change(join(place, name));
    return execFileSync('tar', ['-czf', '-', '-C', place, name]);
  }

  /** The signed message around a package, or around whatever else. */
  message(bytes: Uint8Array, options: SignatureOptions & { by?: SecretKey } = {}): Promise<Buffer> {
    const { by = this.key, ...signature } = options;
    return signMessage(bytes, PACKAGE, by, signature);
  }

  /** What says whom to trust: with all keys at hand, or with some of them. */
  trust(...keys: readonly string[]): string[] {
    const places = keys.length === 0 ? [''] : keys.map((key) => `${key}.key`);
    const keyrings = places.flatMap((place) => ['--keyring', join(this.system.keyring, place)]);
    return ['--anchor', this.system.anchorFingerprint, ...keyrings];
  }

  /** Verifies bytes as a file of this name. */
  async verified(
    bytes: Uint8Array,
    { name = MESSAGE, args = this.trust() }: { name?: string; args?: readonly string[] } = {},
  ): Promise<JsonReport & { module: JsonModule }> {
    const result = await runCli(['verify', fileOf(bytes, name), '--format', 'json', ...args]);
    const report = reportOf(result);
    expect(result.code).toBe(report.exitCode);
    // Beside JSON the notes are said to a person too.
    expect(result.stderr).toBe(report.notes.map((note) => `sigsweep: note: ${note}\n`).join(''));
    const [module, ...others] = report.modules;
    if (module === undefined || others.length > 0) throw new Error('a package is one module');
    return { ...report, module };
  }

  /** The same where the message must be refused, and what it holds not be looked at. */
  async refused(bytes: Uint8Array, args?: readonly string[]): Promise<Pick<JsonModule, 'verdict' | 'reason'>> {
    const report = await this.verified(bytes, args === undefined ? {} : { args });
    expect(report).toMatchObject({ exitCode: 1, summary: { bytes: 0 } });
    const { verdict, reason, ...rest } = report.module;
    expect(rest).toMatchObject({ name: MESSAGE, version: null, listed: 0, hashed: 0, findings: [] });
    return { verdict, reason };
  }
}

/** A key of the time of the others. */
export function makeKey(name: string, options: Partial<KeyOptions> = {}): Promise<SecretKey> {
  return generateKey({ name, created: KEYS_CREATED, ...options });
}

/** Bytes as a file of a name, which is gone when the running test ends. */
export function fileOf(bytes: Uint8Array, name = MESSAGE): string {
  const file = join(tempFolder(), name);
  writeFileSync(file, bytes);
  return file;
}
