import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { moduleOf, scanSystem } from '../helpers/report.js';
import { makeSystem } from '../helpers/system.js';
import { judge, signed, TEXT } from '../openpgp/world.js';
import { armorVectors, goodArmorVectors } from './armor.js';
import { testVectors } from './vector.js';

testVectors('armor framing', [...armorVectors, ...goodArmorVectors], 2);

describe('what is no file', () => {
  it.each([
    ['a folder', 'folder', (file: string) => mkdirSync(file)],
    ['a FIFO', 'FIFO', (file: string) => void execFileSync('mkfifo', [file])],
  ])('case 30: a module.sig that is %s → invalid', async (_, detail, make) => {
    const system = await makeSystem({ modules: { cdr: {} } });
    try {
      const file = join(system.modulePath('cdr'), 'module.sig');
      renameSync(file, `${file}.genuine`);
      make(file);
      expect(moduleOf(await scanSystem(system), 'cdr')).toMatchObject({
        verdict: 'invalid',
        severity: 'critical',
        reason: expect.stringContaining(detail),
      });
    } finally {
      system.cleanup();
    }
  });
});

describe('armor framing in bulk', () => {
  it('reads a file of nothing but short escaped lines in time proportional to its size', async () => {
    const file = signed({}, {}, `${TEXT}\n${'- \n'.repeat(1_500_000)}`);
    const start = performance.now();
    expect((await judge(file)).verdict).toBe('trusted');
    expect(performance.now() - start).toBeLessThan(5000);
  });
});
