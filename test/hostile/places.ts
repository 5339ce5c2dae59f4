/** Running a scan where the machine itself is arranged for it: with mounts of its own, or without root's rights. */
import { execFile, execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { isRoot, succeeds } from '../files/temporary.js';
import { CLI_PATH, cliEnvironment } from '../helpers/cli.js';
import { type JsonReport, validated } from '../helpers/report.js';
import type { TestSystem } from '../helpers/system.js';

const run = promisify(execFile);

/** How a command gets mounts that nobody else sees and that end with it; `undefined` where it may not have any. */
const UNSHARE = [
  ['unshare', '-m'],
  ['unshare', '-r', '-m'],
].find(([command = '', ...args]) => succeeds(command, ...args, 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'));

/** Why nothing can be mounted here; `undefined` when it can. */
export const NO_MOUNTS = UNSHARE === undefined ? 'needs the right to mount in a namespace of its own' : undefined;

/** Why no image of a disk can be mounted here. */
export const NO_LOOP = loopProblem();

function loopProblem(): string | undefined {
  if (NO_MOUNTS !== undefined || !isRoot) return 'needs root and the right to mount';
  if (!succeeds('losetup', '--find')) return 'needs a free loop device';
  return succeeds('mkfs.ext4', '-V') ? undefined : 'needs mkfs.ext4';
}

/** What to put before a command so that it has mounts of its own. Not where {@link NO_MOUNTS} says why not. */
export function unshared(): string[] {
  return UNSHARE ?? [];
}

export function scanArguments(system: TestSystem): string[] {
  return ['scan', '--root', system.dir, '--anchor', system.anchorFingerprint, '--keyring', system.keyring];
}

/** What a shell script printed that was given the program and its arguments as `"$@"`. */
export async function inShell(script: string, args: readonly string[], wrapper: readonly string[] = []) {
  const [command = 'bash', ...before] = [...wrapper, 'bash', '-c', script, 'bash', process.execPath, CLI_PATH, ...args];
  const options = { env: cliEnvironment(), encoding: 'utf8', maxBuffer: 2 ** 28, timeout: 50_000 } as const;
  try {
    return { code: 0, ...(await run(command, before, options)) };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}

/** Scans with the mounts that the commands make, which see `$ROOT` and `$WEBROOT`. They are gone when it ends. */
export async function scanWithMounts(
  system: TestSystem,
  commands: string,
  options: readonly string[] = [],
): Promise<JsonReport> {
  const script = `set -e; export PATH="$PATH:/usr/sbin:/sbin"; ROOT='${system.dir}'; WEBROOT='${system.webRoot}'\n${commands}\nset +e; "$@"`;
  const result = await inShell(script, [...scanArguments(system), '--format', 'json', ...options], UNSHARE);
  return parsed(result.stdout, result.stderr);
}

/** Scans as a user without rights: the rights of root are given up before the scan begins. */
export function scanAsNobody(system: TestSystem): JsonReport {
  execFileSync('chmod', ['a+rx', system.dir]);
  const source = fileURLToPath(new URL('../../dist/src/index.js', import.meta.url));
  const script = `
    import { renderJson, scan } from ${JSON.stringify(source)};
    const [root, keyring, anchor] = process.argv.slice(1);
    if (process.geteuid() === 0) {
      process.setgroups([]);
      process.setgid(65534);
      process.setuid(65534);
    }
    process.stdout.write(renderJson(await scan({ root, keyrings: [keyring], anchors: [anchor], threads: 0 })));`;
  const args = ['--input-type=module', '-e', script, system.dir, system.keyring, system.anchorFingerprint];
  return parsed(execFileSync(process.execPath, args, { encoding: 'utf8', cwd: '/' }), '');
}

export function parsed(stdout: string, stderr: string): JsonReport {
  if (!stdout.startsWith('{')) throw new Error(`no report: ${stdout.slice(0, 1000)}\n${stderr.slice(0, 2000)}`);
  return validated(JSON.parse(stdout));
}
