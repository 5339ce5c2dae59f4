/** A key folder of its own for each test, keys of known age, and the built program on them. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { certify } from '../../../src/openpgp/certify.js';
import { Keyring } from '../../../src/openpgp/keyring.js';
import { armorPublicKey, generateKey, type SecretKey } from '../../../src/openpgp/secret-key.js';
import { type CliOptions, type CliResult, runCli } from '../../helpers/cli.js';
import { tempFolder } from '../../helpers/temp.js';

/** When the keys are made, so that signatures of different seconds can lie between that and now. */
export const MADE = new Date('2025-01-01T00:00:00Z');

/** Days after {@link MADE}. */
export function day(number: number): Date {
  return new Date(MADE.getTime() + number * 86_400_000);
}

export function makeKey(name: string, more: Partial<Parameters<typeof generateKey>[0]> = {}): Promise<SecretKey> {
  return generateKey({ name, email: `${name.toLowerCase()}@example.org`, created: MADE, ...more });
}

export class World {
  readonly dir = tempFolder();
  readonly folder = join(this.dir, 'keys');

  /** `sigsweep keys …` with this key folder. */
  keys([command = '', ...args]: readonly string[], options?: CliOptions): Promise<CliResult> {
    return runCli(['keys', command, '--key-folder', this.folder, ...args], options);
  }

  file(name: string, content: string | Uint8Array, mode = 0o644): string {
    const path = join(this.dir, name);
    writeFileSync(path, content, { mode });
    return path;
  }

  publicFile(name: string, publicKey: Uint8Array): string {
    return this.file(`${name}.asc`, armorPublicKey(publicKey));
  }

  async secretFile(key: SecretKey, passphrase: string | null = null): Promise<string> {
    return this.file(`${key.keyId}.secret`, await key.armoredSecret(passphrase), 0o600);
  }

  /** Puts keys into the folder without the program. */
  keep(...publicKeys: readonly Uint8Array[]): void {
    mkdirSync(this.folder, { recursive: true, mode: 0o755 });
    for (const publicKey of publicKeys) {
      const [fingerprint] = keyringOf(publicKey).fingerprints();
      writeFileSync(join(this.folder, `${fingerprint}.key`), armorPublicKey(publicKey), { mode: 0o644 });
    }
  }

  keptFile(fingerprint: string): string {
    return join(this.folder, `${fingerprint}.key`);
  }

  kept(fingerprint: string): string {
    return readFileSync(this.keptFile(fingerprint), 'utf8');
  }

  /** What the program says of one key, judged with these anchors. */
  async described(fingerprint: string, ...anchors: readonly Named[]): Promise<JsonKey> {
    const result = await this.keys(['show', fingerprint, '--json', ...trusting(...anchors)]);
    const [key] = result.json<{ keys: JsonKey[] }>().keys;
    if (key === undefined) throw new Error(result.stderr);
    return key;
  }
}

export interface JsonKey {
  fingerprint: string;
  algorithm: string;
  created: string;
  expires: string | null;
  trust: string;
  reason: string;
  userIds: {
    userId: string;
    isOwn: boolean;
    certifications: { by: string; standing: string; expires: string | null }[];
  }[];
  subkeys: { fingerprint: string; isRevoked: boolean; objection: string | null }[];
  sources: string[];
}

/** A key of any make. */
type Named = Pick<SecretKey, 'fingerprint'>;

export function trusting(...anchors: readonly Named[]): string[] {
  return anchors.flatMap(({ fingerprint }) => ['--anchor', fingerprint]);
}

export function keyringOf(...publicKeys: readonly (Uint8Array | string)[]): Keyring {
  const keyring = new Keyring();
  for (const key of publicKeys) keyring.add(Buffer.from(key), 'test');
  return keyring;
}

export interface Cast {
  anchor: SecretKey;
  dev: SecretKey;
  /** The developer's public key, certified by the anchor on the first day. */
  certified: Uint8Array;
}

/** An anchor, and a developer whom it has certified. */
export async function makeCast(): Promise<Cast> {
  const [anchor, dev] = await Promise.all([makeKey('Anchor'), makeKey('Developer')]);
  return { anchor, dev, certified: await certify(dev.publicKey(), anchor, { date: day(1) }) };
}
