import { spawnSync } from 'node:child_process';
import { PackagingError } from './errors.mjs';

/**
 * Runs a program to its end.
 * @param {string} program @param {readonly string[]} args @param {import('node:child_process').SpawnSyncOptions} [options]
 * @returns {string} what it printed
 * @throws PackagingError with what it said, where it fails
 */
export function run(program, args, options = {}) {
  const { status, signal, error, stdout, stderr } = spawnSync(program, [...args], {
    maxBuffer: 64 * 1024 * 1024,
    ...options,
    encoding: 'utf8',
  });
  if (status === 0) return stdout;
  const said = error?.message ?? (stderr.trim() || stdout.trim());
  throw new PackagingError(`${program} ${args.join(' ')}: ${signal ?? `exit code ${status}`}\n${said}`);
}
