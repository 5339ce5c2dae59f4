/** Every limit is reached: what lies at it is taken, what lies past it is refused or named. */
import { existsSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { fromLatin1, fromText } from '../src/files/bytepath.js';
import { FolderChain } from '../src/files/folder-chain.js';
import { scan } from '../src/index.js';
import { addGivenKeys } from '../src/keys/given.js';
import * as limits from '../src/limits.js';
import { checkListedPath } from '../src/manifest/paths.js';
import { parseKeyPacket, weaknessOf } from '../src/openpgp/key-packet.js';
import { Selection } from '../src/openpgp/key-signature.js';
import { Keyring } from '../src/openpgp/keyring.js';
import { armorPublicKey } from '../src/openpgp/secret-key.js';
import { parseSignature, type Signature } from '../src/openpgp/signature-packet.js';
import { addTreeKeys } from '../src/scan/signature/tree-keys.js';
import { makeSystem } from './helpers/system.js';
import { tempFolder } from './helpers/temp.js';
import { mayRevoke } from './hostile/trust/material.js';
import { ForgedKey, SIGNED, signatureBody, uint } from './openpgp/forge.js';
import { boundSubkey, certify, keyPacket, publicKey, selfCertify, subkeyPacket } from './openpgp/forge-keys.js';
import { anchor, anchorKey, certifiedKey, judge, SIGNER_ID, signed, signer, TEXT } from './openpgp/world.js';

/** Armored, so that anything may follow it. */
const armored = armorPublicKey(anchorKey);

type Reach = () => void | Promise<void>;

/** A test elsewhere that reaches the limit, where it needs what is set up there. */
interface Elsewhere {
  readonly file: string;
  readonly test: string;
}

const LIMITS: Record<keyof typeof limits, Reach | Elsewhere> = {
  async MAX_SIGNATURE_FILE_BYTES() {
    const file = Buffer.alloc(limits.MAX_SIGNATURE_FILE_BYTES + 1, 'x');
    expect(await judge(file.subarray(1))).toMatchObject({ reason: expect.not.stringMatching(/too large/) });
    expect(await judge(file)).toMatchObject({ verdict: 'invalid', reason: expect.stringMatching(/too large/) });
  },

  MAX_FLEET_KEY_BYTES: { file: 'fleet/keys.test.ts', test: 'refuses a file that is larger than a key' },
  MAX_REPORT_TEXT_BYTES: { file: 'fleet/message.test.ts', test: 'unpacks no more than a message may be' },
  MAX_SEALED_CHARACTERS: { file: 'fleet/message.test.ts', test: 'refuses what is too large before it looks at it' },
  MAX_FLEET_TEXT: { file: 'fleet/message.test.ts', test: 'refuses what no release says' },
  MAX_FLEET_VALUES: { file: 'fleet/message.test.ts', test: 'is not unpacked where it would be many times its size' },
  MAX_HOST_VALUES: { file: 'fleet/message.test.ts', test: 'is not unpacked where it would be many times its size' },
  MAX_SPOOLED_REPORTS: {
    file: 'fleet/agent-parts.test.ts',
    test: 'drops the oldest when there are too many, and says so',
  },
  MAX_SPOOLED_BYTES: { file: 'fleet/agent-parts.test.ts', test: 'drops the oldest when they are too large' },
  MAX_DONE_JOBS: { file: 'fleet/agent-parts.test.ts', test: 'are so many at most' },
  MAX_QUEUE_PASSWORD_BYTES: {
    file: 'fleet/queue-options.test.ts',
    test: 'is refused where others can read it, where it is none, and where it is too large to be one',
  },
  MAX_AUTHORITY_FILE_BYTES: {
    file: 'fleet/queue-options.test.ts',
    test: 'the authority may be read by all, is written by nobody else, and is no large file',
  },
  MAX_STORE_MODULES: { file: 'fleet/store-parts.test.ts', test: 'takes no more modules than a store may have' },
  MAX_BATCH_MODULES: {
    file: 'fleet/store-parts.test.ts',
    test: 'cuts a store into bounded batches, each module in one',
  },
  MAX_BATCH_SIGNATURE_BYTES: {
    file: 'fleet/store-parts.test.ts',
    test: 'cuts a store into bounded batches, each module in one',
  },
  MAX_TOKEN_CHARACTERS: { file: 'fleet/token.test.ts', test: 'refuses what is no token, and does not repeat it' },

  MAX_WAITING_MESSAGES: {
    file: 'fleet/coordinator.test.ts',
    test: 'more messages than anybody has to send, of which others need not wait for the end',
  },
  MAX_FLOOD_DROPPED: {
    file: 'fleet/coordinator.test.ts',
    test: 'more messages than anybody has to send, of which others need not wait for the end',
  },
  MAX_MESSAGES_A_ROUND: {
    file: 'fleet/coordinator.test.ts',
    test: 'more messages than anybody has to send, of which others need not wait for the end',
  },
  MAX_PROGRESS_CHARACTERS: {
    file: 'fleet/coordinator.test.ts',
    test: 'shows how far hosts are, as far as they signed it',
  },
  MAX_BATCH_CHARACTERS: {
    file: 'fleet/coordinator.test.ts',
    test: 'holds few large messages in memory at once',
  },

  MAX_SIGNED_PACKAGE_BYTES: {
    file: 'openpgp/message.test.ts',
    test: 'is refused where it unpacks to more than can be held, without unpacking all of it',
  },

  MIN_PART_BYTES: {
    file: 'openpgp/message.test.ts',
    test: 'may have 512 bytes and no less, so that not very many of them have to be kept',
  },

  async MAX_SIGNATURE_LINE_BYTES() {
    const line = `;${'x'.repeat(limits.MAX_SIGNATURE_LINE_BYTES - 1)}`;
    expect(await judge(signed({}, {}, `${TEXT}\n${line}`))).toMatchObject({ verdict: 'trusted' });
    expect(await judge(signed({}, {}, `${TEXT}\n${line}x`))).toMatchObject({
      verdict: 'invalid',
      reason: expect.stringMatching(/line \d+ is too long/i),
    });
  },

  MAX_MANIFEST_ENTRIES: {
    file: 'manifest/manifest.test.ts',
    test: 'reads the most entries allowed in a short time and refuses one more',
  },

  MAX_LISTED_PATH_BYTES() {
    const path = 'a'.repeat(limits.MAX_LISTED_PATH_BYTES);
    expect(checkListedPath(fromText(path))).toBeNull();
    expect(checkListedPath(fromText(`${path}a`))).toMatch(/longer than 4096 bytes/);
  },

  async MAX_KEYRING_FILE_BYTES() {
    const file = join(tempFolder(), 'keys.gpg');
    writeFileSync(file, armored);
    truncateSync(file, limits.MAX_KEYRING_FILE_BYTES);
    const keyring = new Keyring();
    await addGivenKeys(keyring, file);
    expect(keyring.size).toBe(1);
    truncateSync(file, limits.MAX_KEYRING_FILE_BYTES + 1);
    await expect(addGivenKeys(keyring, file)).rejects.toMatchObject({ code: 'KEYRING_UNREADABLE' });
  },

  MAX_TREE_KEY_FILE_BYTES() {
    const folder = tempFolder();
    writeFileSync(join(folder, 'a.key'), armored);
    truncateSync(join(folder, 'a.key'), limits.MAX_TREE_KEY_FILE_BYTES);
    expect(treeKeys(folder)).toEqual({ unread: 0, keys: 1 });
    truncateSync(join(folder, 'a.key'), limits.MAX_TREE_KEY_FILE_BYTES + 1);
    expect(treeKeys(folder)).toEqual({ unread: 1, keys: 0 });
  },

  MAX_TREE_KEY_FILES() {
    const folder = tempFolder();
    for (let index = 1; index < limits.MAX_TREE_KEY_FILES; index++) writeFileSync(join(folder, `${index}.key`), '');
    writeFileSync(join(folder, 'y.key'), armored);
    expect(treeKeys(folder)).toEqual({ unread: 0, keys: 1 });
    writeFileSync(join(folder, 'z.key'), '');
    expect(treeKeys(folder)).toEqual({ unread: 1, keys: 1 });
  },

  MAX_TREE_KEYS_BYTES() {
    const folder = tempFolder();
    const most = limits.MAX_TREE_KEYS_BYTES / limits.MAX_TREE_KEY_FILE_BYTES + 1;
    const add = (name: string) => {
      writeFileSync(join(folder, name), '');
      truncateSync(join(folder, name), limits.MAX_TREE_KEY_FILE_BYTES);
    };
    for (let index = 0; index < most; index++) add(`a${index}.key`);
    expect(treeKeys(folder)).toEqual({ unread: 0, keys: 0 });
    add('z.key');
    expect(treeKeys(folder)).toEqual({ unread: 1, keys: 0 });
  },

  MAX_TREE_KEYS() {
    const folder = tempFolder();
    const keys = Array.from({ length: limits.MAX_TREE_KEYS + 1 }, () => keyPacket(smallKey()));
    writeFileSync(join(folder, 'a.key'), Buffer.concat(keys.slice(1)));
    expect(treeKeys(folder)).toEqual({ unread: 0, keys: limits.MAX_TREE_KEYS });
    writeFileSync(join(folder, 'b.key'), Buffer.concat(keys.slice(0, 1)));
    expect(treeKeys(folder)).toEqual({
      unread: 0,
      keys: limits.MAX_TREE_KEYS,
      problem: expect.stringMatching(/more keys/),
    });
    // Those that the user gave do not count.
    expect(treeKeys(folder, anchorKey)).toMatchObject({ keys: limits.MAX_TREE_KEYS + 1 });
  },

  MAX_FETCHED_KEY_BYTES: { file: 'keys/fetch.test.ts', test: 'takes the largest key allowed, and no larger one' },
  MAX_FETCHED_FILE_BYTES: { file: 'keys/fetch.test.ts', test: 'takes the largest file allowed, and no larger one' },

  MAX_PASSPHRASE_BYTES: { file: 'cli/passphrase.test.ts', test: 'takes the longest allowed, and no longer one' },

  async MAX_USER_ID_BYTES() {
    const named = (userId: string) => publicKey(signer, userId, certify(anchor, signer, userId));
    const most = 'x'.repeat(limits.MAX_USER_ID_BYTES);
    expect(await judge(signed(), { keys: [anchorKey, named(most)] })).toMatchObject({ verdict: 'trusted' });
    expect(await judge(signed(), { keys: [anchorKey, named(`${most}x`)] })).toMatchObject({ verdict: 'untrusted' });
  },

  MAX_SUBKEYS_PER_KEY() {
    const subkeys = Array.from({ length: limits.MAX_SUBKEYS_PER_KEY + 1 }, smallKey);
    const keyring = new Keyring();
    keyring.add(Buffer.concat([anchorKey, ...subkeys.slice(1).map(subkeyPacket)]), 'a');
    expect(keyring.problems).toEqual([]);
    keyring.add(Buffer.concat([anchorKey, ...subkeys.map(subkeyPacket)]), 'b');
    expect(keyring.problems).toMatchObject([{ problem: expect.stringMatching(/more than 100 subkeys/) }]);
    expect(keyring.get(anchor.fingerprint)?.subkeys.size).toBe(limits.MAX_SUBKEYS_PER_KEY);
  },

  async MAX_DESIGNATED_REVOKERS() {
    const revokers = Array.from({ length: limits.MAX_DESIGNATED_REVOKERS + 1 }, smallKey);
    const naming = (named: readonly ForgedKey[]) => {
      const self = selfCertify(signer, SIGNER_ID, { created: SIGNED, hashed: named.map(mayRevoke) });
      return [anchorKey, Buffer.concat([certifiedKey, self]), ...revokers.map(keyPacket)];
    };
    expect(await judge(signed(), { keys: naming(revokers.slice(1)) })).toMatchObject({ verdict: 'trusted' });
    expect(await judge(signed(), { keys: naming(revokers) })).toMatchObject({
      verdict: 'untrusted',
      reason: expect.stringMatching(/more revokers than/),
    });
  },

  async MAX_KEYS_PER_ID() {
    // One subkey under many primary keys: its ID is the same under each.
    const subkey = new ForgedKey();
    const keys = Array.from({ length: limits.MAX_KEYS_PER_ID + 1 }, () => {
      const primary = new ForgedKey();
      return publicKey(primary, 'x', boundSubkey(primary, subkey));
    });
    const file = signed({ by: subkey });
    expect(await judge(file, { keys: keys.slice(1) })).toMatchObject({ verdict: 'untrusted' });
    expect(await judge(file, { keys })).toMatchObject({
      verdict: 'invalid',
      reason: expect.stringMatching(/too many keys have the ID/i),
    });
  },

  MAX_RSA_BITS() {
    expect(rsaWeakness(limits.MAX_RSA_BITS, 17)).toBeNull();
    expect(rsaWeakness(limits.MAX_RSA_BITS + 1, 17)).toBe('is too large');
  },

  MAX_RSA_EXPONENT_BITS() {
    expect(rsaWeakness(2048, limits.MAX_RSA_EXPONENT_BITS)).toBeNull();
    expect(rsaWeakness(2048, limits.MAX_RSA_EXPONENT_BITS + 1)).toBe('is too large');
  },

  MAX_SIGNATURES_PER_COMPONENT() {
    const most = limits.MAX_SIGNATURES_PER_COMPONENT;
    expect(new Selection('x').from(signatures(most), () => true)).toHaveLength(most);
    expect(() => new Selection('x').from(signatures(most + 1), () => true)).toThrow(/more signatures than/);
  },

  MAX_SIGNATURES_PER_KEY() {
    const selection = new Selection('x');
    const four = limits.MAX_SIGNATURES_PER_KEY / 4;
    for (let part = 0; part < 4; part++) selection.from(signatures(four), () => true);
    expect(() => selection.from(signatures(1), () => true)).toThrow(/more signatures than/);
  },

  MIN_RSA_BITS() {
    expect(rsaWeakness(limits.MIN_RSA_BITS, 17)).toBeNull();
    expect(rsaWeakness(limits.MIN_RSA_BITS - 1, 17)).toBe('has only 2047 bits');
  },

  async MAX_TEXT_FILE_BYTES() {
    const cache = (bytes: number) => '<?php return array();'.padEnd(bytes);
    const file = 'assets/less/cache/lessphp_a.lesscache';
    expect(await severityOf({ [file]: cache(limits.MAX_TEXT_FILE_BYTES) })).toEqual([]);
    expect(await severityOf({ [file]: cache(limits.MAX_TEXT_FILE_BYTES + 1) })).toEqual(['critical']);
  },

  MAX_HASHED_FILE_BYTES: {
    file: 'cli/exit-codes.test.ts',
    test: 'is 3 when something could not be read and nothing else counts',
  },

  async SNIFF_BYTES() {
    const php = '<?php';
    expect(await severityOf({ 'a.png': '\0'.repeat(limits.SNIFF_BYTES - php.length) + php })).toEqual(['high']);
    expect(await severityOf({ 'a.png': '\0'.repeat(limits.SNIFF_BYTES - php.length + 1) + php })).toEqual(['low']);
  },

  MAX_WALK_DEPTH: { file: 'files/walk.test.ts', test: 'the depth of a walk is bounded' },

  /** Two million files take a minute to make: here the limit is another, and everything else as it is. */
  async MAX_FOLDER_ENTRIES() {
    vi.resetModules();
    vi.doMock('../src/limits.js', () => ({ ...limits, MAX_FOLDER_ENTRIES: 100 }));
    try {
      const { walk } = await import('../src/files/walk.js');
      const { FolderChain: OtherChain } = await import('../src/files/folder-chain.js');
      const folder = tempFolder();
      const chain = new OtherChain(fromText(folder));
      for (let index = 0; index < 100; index++) writeFileSync(join(folder, String(index)), '');
      expect([...walk(chain, fromLatin1(''))]).toMatchObject([{ entries: { length: 100 }, problem: null }]);
      writeFileSync(join(folder, '100'), '');
      expect([...walk(chain, fromLatin1(''))]).toMatchObject([
        { entries: [], problem: { outcome: 'unreadable', detail: 'more than 100 entries' } },
      ]);
      chain.close();
    } finally {
      vi.doUnmock('../src/limits.js');
      vi.resetModules();
    }
  },

  MAX_LONG_PATHS_BYTES: {
    file: 'files/walk.test.ts',
    test: 'many files at the end of a very long path are bounded, and their neighbours still listed',
  },

  async MAX_COPY_BYTES() {
    const large = (bytes: number) => Buffer.alloc(bytes, 'x');
    for (const [bytes, found] of [
      [limits.MAX_COPY_BYTES, 'copy'],
      [limits.MAX_COPY_BYTES + 1, 'other'],
    ] as const) {
      expect(await findingsOf({ copy: large(bytes) }, { original: large(bytes) })).toMatchObject([{ class: found }]);
    }
  },

  MAX_PACKAGE_BYTES: {
    file: 'package/read-package.test.ts',
    test: 'are reached by its size, packed and unpacked',
  },
  MAX_PACKAGE_RATIO: {
    file: 'package/read-package.test.ts',
    test: 'are reached by how well it was compressed, unless it is small',
  },
  MAX_PACKAGE_BYTES_AT_ANY_RATIO: {
    file: 'package/read-package.test.ts',
    test: 'are reached by how well it was compressed, unless it is small',
  },
  MAX_PACKAGE_PATH_BYTES: {
    file: 'package/read-package.test.ts',
    test: 'are reached by the length of a path, of a name, and of what is said of an entry',
  },
  MAX_PACKAGE_NAME_BYTES: {
    file: 'package/read-package.test.ts',
    test: 'are reached by the length of a path, of a name, and of what is said of an entry',
  },
  MAX_PACKAGE_EXTENSION_BYTES: {
    file: 'package/read-package.test.ts',
    test: 'are reached by the length of a path, of a name, and of what is said of an entry',
  },
  MAX_PACKAGE_KEPT_BYTES: {
    file: 'package/read-package.test.ts',
    test: 'are reached by the small files that are kept, but for what says which module it is',
  },

  MIN_RATE: () => expectRates([limits.MIN_RATE], [limits.MIN_RATE / 2, 0, -1, Number.NaN]),

  MAX_RATE: () => expectRates([limits.MAX_RATE], [limits.MAX_RATE * 2, Number.POSITIVE_INFINITY]),

  MAX_KEPT_FINDINGS: {
    file: 'audit/compare.test.ts',
    test: 'leaves out the least bad, and then says that nothing is gone',
  },
  MAX_KEPT_BYTES: { file: 'audit/compare.test.ts', test: 'leaves out what would fill the disk with names' },
  MAX_KEPT_MODULES: { file: 'audit/compare.test.ts', test: 'leaves out modules, and then says that none is gone' },
  MAX_KEPT_PATH_BYTES: { file: 'audit/compare.test.ts', test: 'shortens paths that nobody could open' },
  MAX_DISABLE_MILLISECONDS: {
    file: 'enforce/run.test.ts',
    test: 'that hangs is ended in time, with what it started, and does not stop the next ones',
  },

  MAX_CONFIG_BYTES: { file: 'config/file.test.ts', test: 'reads the largest file allowed, and refuses a larger one' },

  async MAX_THREADS() {
    const system = await makeSystem({ modules: { cdr: {} } });
    const options = { root: system.dir, anchors: [system.anchorFingerprint], keyrings: [system.keyring] };
    try {
      expect(await scan({ ...options, threads: limits.MAX_THREADS })).toMatchObject({ exitCode: 0 });
      await expect(scan({ ...options, threads: limits.MAX_THREADS + 1 })).rejects.toMatchObject({ code: 'USAGE' });
    } finally {
      system.cleanup();
    }
  },

  MAX_FLEET_NOTES: {
    file: 'fleet/report-wire.test.ts',
    test: 'keeps as many notes, warnings and earlier scans as are taken',
  },
  MAX_FLEET_PAST_SCANS: {
    file: 'fleet/report-wire.test.ts',
    test: 'keeps as many notes, warnings and earlier scans as are taken',
  },
  MAX_REFUSAL_DETAIL: {
    file: 'fleet/store.test.ts',
    test: 'is one row a host and reason, however much it was',
  },
};

async function expectRates(accepted: readonly number[], refused: readonly number[]): Promise<void> {
  const system = await makeSystem({ modules: { cdr: {} } });
  const options = { root: system.dir, anchors: [system.anchorFingerprint], keyrings: [system.keyring] };
  try {
    // At the slowest rate the module's few hundred bytes take a second.
    for (const maxRate of accepted) expect(await scan({ ...options, maxRate })).toMatchObject({ exitCode: 0 });
    for (const maxRate of refused) await expect(scan({ ...options, maxRate })).rejects.toMatchObject({ code: 'USAGE' });
  } finally {
    system.cleanup();
  }
}

describe('limits', () => {
  it('the table has every one', () => {
    expect(Object.keys(LIMITS).sort()).toEqual(Object.keys(limits).sort());
  });

  it.each(Object.entries(LIMITS))('%s', async (_, reach) => {
    if (typeof reach === 'function') return reach();
    const file = new URL(reach.file, import.meta.url);
    expect(existsSync(file), reach.file).toBe(true);
    expect(readFileSync(file, 'utf8')).toContain(`'${reach.test}'`);
  });
});

function treeKeys(folder: string, given?: Buffer): { unread: number; keys: number; problem: string | undefined } {
  const keyring = new Keyring();
  if (given !== undefined) keyring.add(given, 'given');
  const chain = new FolderChain(fromText(folder));
  const unread = addTreeKeys(keyring, chain, [fromLatin1('')]);
  chain.close();
  return { unread, keys: keyring.size, problem: keyring.problems[0]?.problem };
}

/** A key of the kind that takes the least time to make. */
const smallKey = (): ForgedKey => new ForgedKey('ed25519-new');

/** What is said of an RSA key whose numbers have so many bits. */
function rsaWeakness(modulusBits: number, exponentBits: number): string | null {
  const numbers = [modulusBits, exponentBits].map((bits) => {
    const bytes = Buffer.alloc(Math.ceil(bits / 8), 0xff);
    bytes[0] = 0xff >> (bytes.length * 8 - bits);
    return Buffer.concat([uint(bits, 2), bytes]);
  });
  return weaknessOf(parseKeyPacket(Buffer.concat([Buffer.from([4, 0, 0, 0, 0, 1]), ...numbers])));
}

/** So many different signatures. */
function signatures(count: number): Map<string, Signature> {
  const by = new ForgedKey();
  const one = parseSignature(signatureBody({ by, type: 0x10, over: Buffer.alloc(0) }));
  return new Map(Array.from({ length: count }, (_, index) => [`${index}`, { ...one, material: uint(index, 4) }]));
}

async function severityOf(files: Readonly<Record<string, string | Uint8Array>>): Promise<string[]> {
  return (await findingsOf(files)).map(({ severity }) => severity);
}

/** What a scan finds in a module with these unlisted files. */
async function findingsOf(
  unlisted: Readonly<Record<string, string | Uint8Array>>,
  listed: Readonly<Record<string, Uint8Array>> = {},
) {
  const system = await makeSystem({ modules: { cdr: listed } });
  try {
    for (const [path, content] of Object.entries(unlisted)) {
      mkdirSync(join(system.modulePath('cdr'), path, '..'), { recursive: true });
      writeFileSync(join(system.modulePath('cdr'), path), content);
    }
    const options = { root: system.dir, anchors: [system.anchorFingerprint], keyrings: [system.keyring] };
    const [module] = (await scan(options)).modules;
    return module?.findings ?? [];
  } finally {
    system.cleanup();
  }
}
