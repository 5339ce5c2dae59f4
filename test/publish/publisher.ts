/** A module to sign, a key that an anchor has certified, and what a scan says of the outcome. */
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { moduleXml } from '../../src/demo/modules.js';
import { armorPublicKey } from '../../src/openpgp/secret-key.js';
import { type CliOptions, type CliResult, failureOf, runCli } from '../helpers/cli.js';
import { testKeys } from '../helpers/keys.js';
import { type JsonModule, reportOf } from '../helpers/report.js';
import { makeTempFolder, removeFolder } from '../helpers/temp.js';

type Content = string | Uint8Array;

/** Stands where a signature was before: nothing may be left of it, or everything. */
export const OLD_SIGNATURE = 'the old signature\n';

const NAME = 'mymodule';

export const PASSPHRASE = 'correct horse battery';

export class Publisher {
  private constructor(
    /** Everything is below it. */
    readonly folder: string,
    readonly anchor: string,
  ) {}

  /** What is removed when the running test ends. Keys and their certification are those of `testKeys`. */
  static async begin(files: Readonly<Record<string, Content>> = {}): Promise<Publisher> {
    const { anchor, signer, certified } = await testKeys();
    const publisher = new Publisher(makeTempFolder(), anchor.fingerprint);
    onTestFinished(() => removeFolder(publisher.folder));
    publisher.addKey('anchor', anchor.publicKey());
    publisher.addKey('signer', certified);
    writeFileSync(publisher.key, await signer.armoredSecret(null), { mode: 0o600 });
    publisher.write('module.xml', moduleXml(NAME, '1.0'));
    for (const [path, content] of Object.entries(files)) publisher.write(path, content);
    return publisher;
  }

  /** The folder that is signed. */
  get module(): string {
    return join(this.folder, NAME);
  }

  /** The private part of the certified signer, not locked. */
  get key(): string {
    return join(this.folder, 'signer.asc');
  }

  get keyring(): string {
    return join(this.folder, 'keyring');
  }

  get signature(): string {
    return join(this.module, 'module.sig');
  }

  /** Writes a file of the module. */
  write(path: string, content: Content): void {
    writeBelow(this.module, path, content);
  }

  /** Writes a file beside the module, which nobody else may read. */
  writeSecret(name: string, content: Content): string {
    writeBelow(this.folder, name, content);
    chmodSync(join(this.folder, name), 0o600);
    return join(this.folder, name);
  }

  /** A file beside the module, one character a byte. */
  read(name: string): string {
    return readFileSync(join(this.folder, name), 'latin1');
  }

  /** Makes a public key known. */
  addKey(name: string, publicKey: Uint8Array): void {
    writeBelow(this.keyring, `${name}.key`, armorPublicKey(publicKey));
  }

  /** What says whom to trust. */
  get trust(): string[] {
    return ['--anchor', this.anchor, '--keyring', this.keyring];
  }

  /** Signs with the key in the file, unless the arguments say something else. */
  sign(args: readonly string[] = ['--key', this.key], options?: CliOptions): Promise<CliResult> {
    return runCli(['sign', this.module, ...this.trust, ...args], options);
  }

  /** Signs, and says what a scan makes of it. */
  async signed(args?: readonly string[], options?: CliOptions): Promise<JsonModule> {
    const { code, stderr } = await this.sign(args, options);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return this.verified();
  }

  async verified(...args: readonly string[]): Promise<JsonModule> {
    const result = await runCli(['verify', this.module, ...this.trust, '--format', 'json', ...args]);
    const [module, ...others] = reportOf(result).modules;
    if (module === undefined || others.length > 0) throw new Error(`not one module:\n${result.stdout}`);
    return module;
  }

  /** Signs where it must be refused: one sentence, and everything as it was. */
  async refused(args?: readonly string[], options?: CliOptions): Promise<string> {
    if (!existsSync(this.signature)) this.write('module.sig', OLD_SIGNATURE);
    const before = filesBelow(this.folder);
    const result = await this.sign(args, options);
    expect(filesBelow(this.folder)).toEqual(before);
    return refusal(result);
  }

  /** The signed text, one character a byte. */
  get text(): string {
    return textOf(readFileSync(this.signature, 'latin1'));
  }
}

/** The one sentence with which the program refused to sign. */
export function refusal({ code, stdout, stderr }: Pick<CliResult, 'code' | 'stdout' | 'stderr'>): string {
  expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: expect.stringMatching(/^sigsweep: .+\n$/) });
  return failureOf(stderr);
}

/** The text inside a clear-signed one. */
export function textOf(signed: string): string {
  const [, text = ''] = /^-----BEGIN[\s\S]*?\n\n([\s\S]*)\n-----BEGIN PGP SIGNATURE-----\n/.exec(signed) ?? [];
  return `${text.replace(/^- /gm, '')}\n`;
}

/** What a manifest lists, by path. */
export function listOf(text: string): Map<string, string> {
  const [, list = ''] = text.split('\n[hashes]\n');
  return new Map([...list.matchAll(/^(.*) = ([0-9a-f]{64})$/gm)].map(([, path = '', hash = '']) => [path, hash]));
}

/** The text but for the moment at which it was made. */
export function withoutTime(text: string): string {
  return text.replace(/^timestamp=\d+\.\d{4}$/m, 'timestamp=');
}

export function sha256(content: Content): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Every name below a folder, with what a regular file holds. */
export function filesBelow(folder: string): Record<string, string> {
  const entries = readdirSync(Buffer.from(folder), { withFileTypes: true, encoding: 'buffer' });
  return Object.fromEntries(
    entries.flatMap((entry) => {
      const path = Buffer.concat([Buffer.from(`${folder}/`), entry.name]);
      const name = entry.name.toString('latin1');
      if (!entry.isDirectory()) return [[name, entry.isFile() ? sha256(readFileSync(path)) : 'special']];
      return Object.entries(filesBelow(path.toString())).map(([below, content]) => [`${name}/${below}`, content]);
    }),
  );
}

function writeBelow(folder: string, path: string, content: Content): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}
