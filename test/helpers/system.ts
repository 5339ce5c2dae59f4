import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { installedAt, WEB_ROOT } from '../../src/demo/layout.js';
import { type ListedHash, type ModuleSignatureOptions, writeModuleSignature } from '../../src/demo/module-signature.js';
import { moduleXml } from '../../src/demo/modules.js';
import { fromText } from '../../src/files/bytepath.js';
import type { SignatureOptions } from '../../src/openpgp/make-signature.js';
import { armorPublicKey, type SecretKey } from '../../src/openpgp/secret-key.js';
import { clearsign } from '../../src/openpgp/sign.js';
import { testKeys } from './keys.js';
import { makeTempFolder, removeFolder } from './temp.js';

type Content = string | Uint8Array;

export interface TestSystemOptions {
  /** Listed files by module and listed path. `module.xml` is added where it is not given. */
  modules: Readonly<Record<string, Readonly<Record<string, Content>>>>;
  /** Other files, by their path below the root of the system. @default none */
  files?: Readonly<Record<string, Content>>;
  /** Modules that stay without a `module.sig`. @default none */
  unsigned?: readonly string[];
}

export interface SignOptions extends ModuleSignatureOptions {
  /** @default the certified signer */
  key?: SecretKey;
  /** What the manifest lists from now on, as text. @default what it listed before */
  paths?: readonly string[];
  /** Entries with hashes of their own, besides or instead of those of the files. @default none */
  entries?: readonly ListedHash[];
}

/**
 * Writes a system below a temporary folder and signs its modules.
 *
 *     const system = await makeSystem({ modules: { cdr: { 'functions.inc.php': '<?php\n' } } });
 *     afterAll(() => system.cleanup());
 */
export async function makeSystem(options: TestSystemOptions): Promise<TestSystem> {
  const { anchor, signer, certified } = await testKeys();
  const system = new TestSystem(makeTempFolder(), anchor, signer);
  mkdirSync(join(system.webRoot, 'admin/modules'), { recursive: true });
  system.writeKey(anchor.publicKey(), 'anchor');
  system.writeKey(certified, 'signer');
  for (const [path, content] of Object.entries(options.files ?? {})) system.write(path, content);
  for (const [name, files] of Object.entries(options.modules)) {
    const all: Record<string, Content> = { 'module.xml': moduleXml(name, '17.0.1'), ...files };
    for (const [path, content] of Object.entries(all)) system.writeListed(name, path, content);
    if (options.unsigned?.includes(name)) continue;
    await system.sign(name, { paths: Object.keys(all) });
  }
  return system;
}

/** A system on the disk. Paths are text; where bytes matter, write them with `node:fs`. */
export class TestSystem {
  /** The root of the system: what is `/` on the machine it stands for. */
  readonly dir: string;
  readonly webRoot: string;
  /** A folder of key files outside of the web root: the anchor's and the certified signer's. */
  readonly keyring: string;
  readonly anchor: SecretKey;
  readonly signer: SecretKey;
  readonly #listed = new Map<string, readonly string[]>();

  /** For {@link makeSystem} only. */
  constructor(dir: string, anchor: SecretKey, signer: SecretKey) {
    this.dir = dir;
    this.webRoot = join(dir, WEB_ROOT);
    this.keyring = join(dir, 'keyring');
    this.anchor = anchor;
    this.signer = signer;
  }

  get anchorFingerprint(): string {
    return this.anchor.fingerprint;
  }

  /** A module's folder. */
  modulePath(name: string): string {
    return join(this.webRoot, 'admin/modules', name);
  }

  /** Where a module's listed file is installed, absolute. */
  listedPath(name: string, listedPath: string): string {
    const place = installedAt(name, listedPath);
    if (place === undefined) throw new Error(`${listedPath} of ${name} is listed but never installed`);
    return join(this.dir, place);
  }

  /** Writes a file below the root of the system and returns its absolute path. */
  write(path: string, content: Content, mode = 0o644): string {
    const file = join(this.dir, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content, { mode });
    return file;
  }

  /** Writes a file below the web root and returns its absolute path. */
  writeInWebRoot(path: string, content: Content, mode?: number): string {
    return this.write(join(WEB_ROOT, path), content, mode);
  }

  /** Writes a module's file where its listed path is installed, without signing the module again. */
  writeListed(name: string, listedPath: string, content: Content, mode?: number): string {
    return this.write(this.listedPath(name, listedPath).slice(this.dir.length + 1), content, mode);
  }

  /** Writes a public key into the keyring, in place of one of the same name. */
  writeKey(publicKey: Uint8Array, name: string): string {
    return this.write(`keyring/${name}.key`, armorPublicKey(publicKey));
  }

  /** Removes a file or a folder below the root of the system. */
  remove(path: string): void {
    rmSync(join(this.dir, path), { recursive: true });
  }

  /** Signs a module as it lies there. */
  async sign(name: string, options: SignOptions = {}): Promise<void> {
    const { key = this.signer, paths = this.#listed.get(name) ?? [], entries = [], ...signature } = options;
    this.#listed.set(name, paths);
    const hashes = new Map(paths.map((path) => [fromText(path), this.#hashOf(name, path)]));
    for (const [path, sha256] of entries) hashes.set(path, sha256);
    await writeModuleSignature(this.modulePath(name), hashes, key, signature);
  }

  /** Signs any text at all and makes it the module's `module.sig`. */
  async signText(name: string, text: Content, options: SignatureOptions & { key?: SecretKey } = {}): Promise<void> {
    const { key = this.signer, ...signature } = options;
    const bytes = typeof text === 'string' ? Buffer.from(text) : text;
    writeFileSync(join(this.modulePath(name), 'module.sig'), await clearsign(bytes, key, signature));
  }

  cleanup(): void {
    removeFolder(this.dir);
  }

  #hashOf(name: string, listedPath: string): string {
    const file = this.listedPath(name, listedPath);
    return createHash('sha256').update(readFileSync(file)).digest('hex');
  }
}
