import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { runNode } from '../helpers/node.js';
import { tempFolder } from '../helpers/temp.js';

const FUZZ = fileURLToPath(new URL('../../fuzz/main.mjs', import.meta.url));
const CORPUS = fileURLToPath(new URL('../../fuzz/corpus/', import.meta.url));
const TARGETS = ['armor', 'fleet', 'keys', 'manifest', 'message', 'package', 'packet', 'text', 'verify'];

describe('fuzzing', () => {
  it('has a seed corpus for every parser', () => {
    expect(readdirSync(CORPUS).sort()).toEqual(TARGETS);
  });

  it('finds nothing in two seconds each, guided by coverage', async () => {
    const { code, stdout, stderr } = await runNode(FUZZ, ['all', '--seconds', '2', '--seed', '1']);
    expect(stderr).toBe('');
    for (const target of TARGETS) {
      const line = new RegExp(
        `^${target}: (\\d+) executions, .+ \\((\\d+) new\\), findings 0, .+ coverage-guided$`,
        'm',
      );
      const [, executions = '0', added = '0'] = line.exec(stdout) ?? [];
      expect(Number(executions), stdout).toBeGreaterThan(100);
      expect(Number(added), `${target} reaches nothing that its seeds do not`).toBeGreaterThan(0);
    }
    expect(code).toBe(0);
  });

  it('runs a single input again', async () => {
    const file = join(tempFolder(), 'input');
    writeFileSync(file, 'anything');
    expect(await runNode(FUZZ, ['armor', '--input', file])).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('says what is wrong with its arguments', async () => {
    const { code, stderr } = await runNode(FUZZ, ['nothing']);
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('usage: npm run fuzz') });
  });
});
