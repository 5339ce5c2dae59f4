/** Signed files, each judged as bytes and as the `module.sig` of a module on the disk. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scan } from '../../src/scan/scan.js';
import type { Verdict } from '../../src/types.js';
import { runCli } from '../helpers/cli.js';
import { moduleOf, reportOf } from '../helpers/report.js';
import { tempFolder } from '../helpers/temp.js';
import { NOW } from '../openpgp/forge.js';
import { anchor, anchorKey, certifiedKey, judge, MODULE, MODULE_XML, signed, type World } from '../openpgp/world.js';

/** One case of the list, and the module's verdict. What is not given is ordinary. */
export interface Vector {
  readonly case: number;
  readonly name: string;
  readonly verdict: Verdict;
  /** The reason, or for good modules a warning, must match: a vector refused for another reason tests nothing. */
  readonly says?: RegExp;
  readonly file?: string | Buffer;
  readonly keys?: readonly Buffer[];
  readonly world?: World;
  /** Further files in the module's folder. */
  readonly beside?: Readonly<Record<string, string>>;
}

/** A system with the vector's one module. */
interface VectorSystem {
  readonly webRoot: string;
  readonly module: string;
  /** `undefined` where the vector knows no key. */
  readonly keyring: string | undefined;
  readonly revoked: string | undefined;
}

/** One test for each vector, and one with the built program for the first vector of the case `throughCli`. */
export function testVectors(title: string, vectors: readonly Vector[], throughCli: number): void {
  describe(title, () => {
    it.each(vectors)('case $case: $name → $verdict', async (vector) => {
      const { verdict, says = /^$/, file = signed() } = vector;
      const outcome = await judge(file, worldOf(vector));
      expect([outcome.reason, ...(outcome.signature?.warnings ?? [])].join('')).toMatch(says);
      expect(outcome.verdict).toBe(verdict === 'good' ? 'trusted' : verdict);

      const module = await scanned(vector);
      expect([module.reason, ...(module.signature?.warnings ?? [])].join('')).toMatch(says);
      expect(module.verdict).toBe(verdict);
    });

    const example = vectors.find((vector) => vector.case === throughCli);
    it(`case ${throughCli} through the built program: ${example?.name}`, async () => {
      if (example === undefined) throw new Error('no such vector');
      const { module, keyring } = written(example);
      const keyrings = keyring === undefined ? [] : ['--keyring', keyring];
      const result = await runCli(['verify', module, '--format', 'json', '--anchor', anchor.fingerprint, ...keyrings]);
      expect(moduleOf(reportOf(result), MODULE)).toMatchObject({
        verdict: example.verdict,
        reason: expect.stringMatching(example.says ?? /^$/),
      });
      expect(result.code).toBe(example.verdict === 'good' ? 0 : 1);
    });
  });
}

export async function scanned(vector: Partial<Vector>) {
  const { webRoot, keyring, revoked } = written(vector);
  const { anchors = [anchor.fingerprint], policy = 'compat', now = NOW } = worldOf(vector);
  const { modules } = await scan({
    webRoot,
    anchors,
    policy,
    now: new Date(now * 1000),
    threads: 0,
    keyrings: keyring === undefined ? [] : [keyring],
    ...(revoked === undefined ? {} : { revoked }),
  });
  const [module] = modules;
  if (module === undefined || modules.length !== 1) throw new Error(`${modules.length} modules`);
  return module;
}

function worldOf({ keys, world }: Partial<Vector>): World {
  return { ...world, ...(keys === undefined ? {} : { keys }) };
}

export function written(vector: Partial<Vector>): VectorSystem {
  const folder = tempFolder();
  const webRoot = join(folder, 'html');
  const module = join(webRoot, 'admin/modules', MODULE);
  mkdirSync(module, { recursive: true });
  writeFileSync(join(module, 'module.xml'), MODULE_XML);
  writeFileSync(join(module, 'module.sig'), bytesOf(vector.file ?? signed()));
  for (const [name, content] of Object.entries(vector.beside ?? {})) writeFileSync(join(module, name), content);
  const { keys = [anchorKey, certifiedKey], revoked } = worldOf(vector);
  const keyring = keys.length === 0 ? undefined : join(folder, 'keys');
  if (keyring !== undefined) mkdirSync(keyring);
  for (const [index, key] of keys.entries()) writeFileSync(join(folder, `keys/${index}.key`), key);
  const list = revoked === undefined ? undefined : join(folder, 'revoked');
  if (list !== undefined) writeFileSync(list, (revoked ?? []).join('\n'));
  return { webRoot, module, keyring, revoked: list };
}

function bytesOf(file: string | Buffer): Buffer {
  return typeof file === 'string' ? Buffer.from(file, 'latin1') : file;
}
