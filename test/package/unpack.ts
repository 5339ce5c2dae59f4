/** What the real tar makes of a package. */
import { execFileSync, spawnSync } from 'node:child_process';
import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasTool } from '../helpers/tools.js';

export const TAR_MISSING: string | undefined =
  hasTool('tar') && spawnSync('tar', ['--version'], { encoding: 'utf8' }).stdout.startsWith('tar (GNU tar)')
    ? undefined
    : 'GNU tar is not installed';

export interface Unpacked {
  readonly code: number | null;
  readonly stderr: string;
  /** Content by path, both as latin1; a link as where it leads. Folders end with a slash. */
  readonly files: Record<string, string>;
  /** Permission bits by path. */
  readonly modes: Record<string, string>;
}

/** Unpacks into an empty folder of its own below `place`, as FreePBX does. */
export function unpack(bytes: Uint8Array, place: string): Unpacked {
  const target = join(place, 'unpacked');
  mkdirSync(target);
  const archive = join(place, 'package.tgz');
  writeFileSync(archive, bytes);
  const { status, stderr } = spawnSync('tar', ['zxf', archive, '-C', target], { encoding: 'latin1' });
  const files: Record<string, string> = {};
  const modes: Record<string, string> = {};
  collect(Buffer.from(target), '', files, modes);
  return { code: status, stderr, files, modes };
}

/** Packs what lies in a folder: options, then names. */
export function pack(place: string, ...args: readonly string[]): Buffer {
  return execFileSync('tar', ['-C', place, '-czf', '-', ...args], { maxBuffer: 1 << 30 });
}

function collect(folder: Buffer, path: string, files: Record<string, string>, modes: Record<string, string>): void {
  for (const name of readdirSync(folder, { encoding: 'latin1' })) {
    const file = Buffer.concat([folder, Buffer.from(`/${name}`, 'latin1')]);
    const stat = lstatSync(file);
    const relative = `${path}${name}`;
    modes[relative] = (stat.mode & 0o7777).toString(8);
    if (stat.isDirectory()) {
      files[`${relative}/`] = '';
      collect(file, `${relative}/`, files, modes);
    } else {
      files[relative] = stat.isSymbolicLink() ? `-> ${readlinkSync(file)}` : readFileSync(file, 'latin1');
    }
  }
}
