import { createPublicKey } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type BytePath, fromText } from '../../src/files/bytepath.js';
import { newKey } from '../../src/fleet/keys.js';
import { MAX_DEADLINE, message, newNonce, readMessage } from '../../src/fleet/message/message.js';
import { readPart, writePart } from '../../src/fleet/message/part-wire.js';
import { seal } from '../../src/fleet/message/seal.js';
import { COORDINATOR, STORE_WORKERS } from '../../src/fleet/names.js';
import { batchesOf } from '../../src/fleet/store-scan/batches.js';
import { Parts } from '../../src/fleet/store-scan/parts.js';
import { differencesInWords, digestsOf } from '../../src/fleet/store-scan/trust.js';
import { MAX_BATCH_MODULES, MAX_BATCH_SIGNATURE_BYTES, MAX_STORE_MODULES } from '../../src/limits.js';
import { certify } from '../../src/openpgp/certify.js';
import { armorPublicKey } from '../../src/openpgp/secret-key.js';
import { NOTHING_FOUND, type ScanPart } from '../../src/scan/part.js';
import type { PlannedScan } from '../../src/scan/scan-parts.js';
import { KEYS_CREATED, testKeys } from '../helpers/keys.js';
import { tempFolder } from '../helpers/temp.js';

const ROOT = fromText('/srv/store');
const [cdr, ivr] = [fromText('cdr'), fromText('ivr')];

function planned(weights: readonly number[], search: 'everything' | 'modules' = 'everything') {
  const names = weights.map((_, index) => fromText(`module${index}`));
  const discovered = { modules: names, strangers: [], links: [], problem: null };
  return { plan: { names, discovered, search }, weights } satisfies Pick<PlannedScan, 'plan' | 'weights'>;
}

describe('the batches of a shared scan', () => {
  it('cuts a store into bounded batches, each module in one', () => {
    const large = MAX_BATCH_SIGNATURE_BYTES;
    const weights = [1, large, large + 1, ...Array.from({ length: 3 * MAX_BATCH_MODULES }, (_, index) => index), large];
    const scan = planned(weights);
    const batches = batchesOf(scan);
    expect(batches.flatMap(({ modules }) => modules)).toEqual(scan.plan.names);
    expect(batches.map(({ index }) => index)).toEqual([...batches.keys()]);
    for (const { modules } of batches) {
      const bytes = modules.reduce((sum, name) => sum + (weights[scan.plan.names.indexOf(name)] ?? 0), 0);
      expect(modules.length).toBeLessThanOrEqual(MAX_BATCH_MODULES);
      expect(modules.length <= 1 || bytes <= MAX_BATCH_SIGNATURE_BYTES).toBe(true);
    }
    expect(Math.max(...batches.map(({ modules }) => modules.length))).toBe(MAX_BATCH_MODULES);
  });

  it('gives the rest of the web root to one of them, where it is looked at', () => {
    expect(batchesOf(planned([1]))).toEqual([
      { index: 0, modules: [], rest: true },
      { index: 1, modules: ['module0'], rest: false },
    ]);
    expect(batchesOf(planned([1], 'modules'))).toEqual([{ index: 0, modules: ['module0'], rest: false }]);
    expect(batchesOf(planned([]))).toEqual([{ index: 0, modules: [], rest: true }]);
  });
});

const body = (names: readonly string[]) => ({
  roots: ['/srv/store'],
  plan: { names, discovered: { modules: [], strangers: [], links: [], problem: null }, search: 'everything' },
  now: 0,
  trust: { release: '1', policy: 'compat', anchors: '0'.repeat(64), revoked: '0'.repeat(64), keys: '0'.repeat(64) },
  look: { all: false, deep: false, oneFileSystem: false },
  newest: [],
});

const read = (kind: string, content: unknown) => {
  const frame = { kind: 'store' as const, from: COORDINATOR, to: STORE_WORKERS, issued: 0, expires: 1 };
  return readMessage(JSON.stringify({ ...message({ ...frame, body: content as never }), kind }));
};

describe('what is asked of workers', () => {
  it('takes no more modules than a store may have', () => {
    const names = Array.from({ length: MAX_STORE_MODULES }, (_, index) => `m${index}`);
    expect(read('store', body(names)).ok).toBe(true);
    expect(read('store', body([...names, 'one-more']))).toMatchObject({ ok: false, why: 'malformed' });
  });

  it.each(['', '.', '..', 'a/b', '../etc', 'a\0b', '\u0100', 'x'.repeat(256)])(
    'does not take %j for the name of a module',
    (name) => {
      expect(read('store', body([name])).ok).toBe(false);
      const batch = { scan: newNonce(), index: 0, modules: [name], rest: false };
      expect(read('batch', batch).ok).toBe(false);
      expect(read('batch', { ...batch, modules: ['fine', '...'] }).ok).toBe(true);
    },
  );
});

function part(modules: readonly BytePath[], more: Partial<ScanPart> = {}): ScanPart {
  const reports = modules.map((name) => ({
    name,
    path: fromText(`/srv/store/admin/modules/${name}`),
    version: '1',
    verdict: 'tampered' as const,
    reason: 'of 3 listed files: 1 altered',
    severity: null,
    freepbxStatus: 130,
    signature: {
      signer: 'A'.repeat(40),
      keyId: 'A'.repeat(16),
      signedAt: new Date('2026-01-02T03:04:05Z'),
      digest: 'sha256',
      trust: 'certified' as const,
      warnings: [],
      textSha256: 'b'.repeat(64),
    },
    listed: 3,
    hashed: 3,
    reused: 0,
    unchecked: 0,
    findings: [
      {
        kind: 'altered' as const,
        path: fromText('é\n.php'),
        file: fromText(`/srv/store/admin/modules/${name}/é\n.php`),
        severity: 'critical' as const,
        expected: 'c'.repeat(64),
        size: 3,
        mtimeMs: 1.5,
        actual: 'd'.repeat(64),
      },
    ],
  }));
  return { ...NOTHING_FOUND, signatures: 'e'.repeat(64), modules: reports, bytes: 9, ...more };
}

describe('what workers hand back', () => {
  const nonce = newNonce();
  const key = newKey();
  const options = {
    root: ROOT,
    nonce,
    batches: [
      { index: 0, modules: [], rest: true },
      { index: 1, modules: [cdr, ivr], rest: false },
    ],
    keyOf: (host: string) => (host === 'worker-1' ? createPublicKey(key) : null),
  };

  function answer(content: string, own: { scan?: string; index?: number; host?: string } = {}, signer = key): string {
    const { scan = nonce, index = 1, host = 'worker-1' } = own;
    const issued = Date.now();
    const frame = { kind: 'part' as const, from: host, to: COORDINATOR, issued, expires: issued + MAX_DEADLINE };
    const sealed = seal(signer, JSON.stringify(message({ ...frame, body: { scan, index, part: content } })));
    return JSON.stringify({ host, message: sealed });
  }

  it('is the part that was found, to the order of its fields', () => {
    const parts = new Parts(options);
    parts.take(1, answer(writePart(part([cdr, ivr]))));
    expect(parts.isComplete).toBe(false);
    expect(parts.all).toEqual([part([cdr, ivr])]);
    const findingsOf = ({ modules }: ScanPart) => JSON.stringify(modules.map(({ findings }) => findings));
    expect(parts.all.map(findingsOf)).toEqual([findingsOf(part([cdr, ivr]))]);
    expect(parts.progress(5)).toEqual({ modules: 5, modulesVerified: 2, files: 6, filesRead: 6, bytes: 9 });
    parts.take(0, answer(writePart(part([])), { index: 0 }));
    expect(parts.isComplete).toBe(true);
  });

  const good = writePart(part([cdr, ivr]));
  it.each<[string, string, RegExp]>([
    ['no JSON', '{', /unsigned/],
    ['another key', answer(good, {}, newKey()), /wrong key\): worker-1/],
    ['an unknown host', answer(good, { host: 'worker-2' }), /wrong key\): worker-2 is no host that works on stores/],
    ['another scan', answer(good, { scan: newNonce() }), /replayed\): worker-1 said it of another batch/],
    ['another batch', answer(good, { index: 0 }), /replayed/],
    ['a part of no batch', answer('{}'), /malformed/],
    ['fewer modules', answer(writePart(part([cdr]))), /malformed/],
    ['other modules', answer(writePart(part([cdr, fromText('core')]))), /malformed/],
    ['modules twice', answer(writePart(part([cdr, cdr]))), /malformed/],
    ['the rest', answer(writePart(part([cdr, ivr], { outside: part([cdr]).modules[0]?.findings ?? [] }))), /malformed/],
    ["others' folders", answer(writePart(part([cdr, ivr], { mounts: [fromText('admin/modules/cdrx')] }))), /malformed/],
    [
      'what vanished as seen',
      answer(writePart(part([cdr, ivr], { vanished: [fromText('admin/modules/cdr')] }))),
      /malf/,
    ],
    ['more than a part has', answer(good.replace('"infos"', '"exitCode":0,"infos"')), /malformed/],
  ])('is not believed with %s', (_what, sent, why) => {
    const parts = new Parts(options);
    expect(() => parts.take(1, sent)).toThrow(why);
    expect(parts.has(1)).toBe(false);
  });

  it('is not fetched where it is larger than any message', () => {
    const parts = new Parts(options);
    parts.requireSize(1, 16 * 1024 * 1024);
    expect(() => parts.requireSize(1, 17 * 1024 * 1024)).toThrow(/batch 2 of 2 is not believed \(too large\)/);
  });

  it('is read strictly', () => {
    expect(readPart(good)).toEqual(part([cdr, ivr]));
    const polluting = readPart(good.replaceAll('"size":3', '"__proto__":{"x":1},"size":3'));
    expect(Object.keys(polluting?.modules[0]?.findings[0] ?? {})).not.toContain('__proto__');
    for (const [from, to] of [
      ['"kind":"altered"', '"kind":"fine"'],
      ['"size":3', '"size":"3"'],
      ['"looked":true', '"looked":1'],
      ['Ã', '\u0107'],
    ] as const) {
      expect(readPart(good.replaceAll(from, to)), to).toBeNull();
    }
  });
});

describe('whether machines judge alike', () => {
  it('depends on what stands in files, not on how they are called', async () => {
    const { anchor, signer, certified } = await testKeys();
    const folder = tempFolder();
    const write = (name: string, content: string) => {
      mkdirSync(join(folder, name, '..'), { recursive: true });
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    };
    const now = new Date();
    const own = await digestsOf(
      {
        keyrings: [
          write('a/anchor.key', armorPublicKey(anchor.publicKey())),
          write('a/s.key', armorPublicKey(certified)),
        ],
        anchors: [anchor.fingerprint, signer.fingerprint],
        revoked: write('a/revoked', `${signer.fingerprint}\n`),
      },
      now,
    );
    const both = `${armorPublicKey(signer.publicKey())}\n${armorPublicKey(anchor.publicKey())}`;
    const same = {
      keyrings: [write('b/both.asc', both), write('b/c.asc', armorPublicKey(certified))],
      anchors: [signer.fingerprint.toLowerCase(), anchor.fingerprint],
      revoked: write('b/list', `# none of these\n${signer.fingerprint.toLowerCase()} # lost\n`),
    };
    expect(differencesInWords(own, await digestsOf(same, now))).toBe('');
    // A certification more is another key.
    const later = await certify(signer.publicKey(), anchor, { date: new Date(KEYS_CREATED.getTime() + 1000) });
    const more = { ...same, keyrings: [...same.keyrings, write('b/later.asc', armorPublicKey(later))] };
    expect(differencesInWords(own, await digestsOf(more, now))).toBe('keys (--key-folder, --keyring)');
    const { revoked: _, ...trusting } = { ...same, anchors: [], policy: 'strict' as const };
    expect(differencesInWords(own, await digestsOf(trusting, now))).toBe('--policy, --anchor, --revoked');
    expect(differencesInWords(own, { ...own, release: '0.0.9' })).toBe('release of sigsweep');
  });
});
