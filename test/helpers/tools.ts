import { execFileSync, spawnSync } from 'node:child_process';

/** Whether a program is on the path. */
export function hasTool(name: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${name}`]).status === 0;
}

export const isRoot = process.getuid?.() === 0;

/** Whether this process may make namespaces of its own, as root on a machine can and in some containers cannot. */
export function canUnshare(...what: readonly string[]): boolean {
  return isRoot && spawnSync('unshare', [...what, 'true']).status === 0;
}

/** Runs a program that has to succeed. @throws Error with all that it said. */
export function runTool(name: string, args: readonly string[], input = ''): string {
  try {
    return execFileSync(name, args, { input, encoding: 'utf8', stdio: 'pipe' });
  } catch (cause) {
    const { stdout, stderr } = cause as { stdout?: string; stderr?: string };
    throw new Error(`${name} ${args.join(' ')} failed:\n${stdout}\n${stderr}`, { cause });
  }
}
