import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isHonest, lastChangeOf, stampOf } from '../../src/files/stamp.js';
import { tempFolder } from '../helpers/temp.js';

describe('a stamp', () => {
  it('says when a file was written or changed last, whichever is later, whatever the size of the numbers', () => {
    const times = { dev: 18_446_744_073_709_551_615n, ino: 7n, size: 0n };
    const stamp = (mtimeNs: bigint, ctimeNs: bigint) => lastChangeOf(stampOf({ ...times, mtimeNs, ctimeNs } as never));
    expect(stamp(1_700_000_000_999_000_999n, 5n)).toBe(1_700_000_000_999);
    expect(stamp(5n, 1_700_000_000_000_000_001n)).toBe(1_700_000_000_000);
    expect(stamp(-1n, -1n)).toBe(-1);
  });

  it('is another one after every write, and the same before', () => {
    const file = join(tempFolder(), 'file');
    writeFileSync(file, 'one');
    const look = () => stampOf(statSync(file, { bigint: true }));
    const first = look();
    expect(look()).toBe(first);
    writeFileSync(file, 'three');
    expect(look()).not.toBe(first);
  });

  it.each(['/proc', '/sys', '/dev'])('is not believed of what lies in %s, where it says nothing', (folder) => {
    const device = statSync(folder, { bigint: true }).dev;
    expect(isHonest(device, folder)).toBe(false);
  });
});
