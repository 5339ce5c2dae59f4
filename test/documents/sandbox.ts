import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { canUnshare } from '../helpers/tools.js';
import { INSTALLED, type World } from './world.js';

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));

/** No mount, process, or connection of what runs reaches this machine. */
const NAMESPACES = ['--mount', '--pid', '--fork', '--kill-child', '--net', '--propagation', 'private'];

/** Why documents' commands cannot be run here; `undefined` when they can. */
export const SANDBOX_MISSING: string | undefined = isOwned()
  ? mountsMissing()
  : 'this checkout or Node belongs to others than root';

/** What somebody else could write is not scheduled for root. */
function isOwned(): boolean {
  return [PROJECT, process.execPath].every((path) => statSync(path).uid === 0);
}

function mountsMissing(): string | undefined {
  const overlay = 'mount -t overlay overlay -o lowerdir=/etc,upperdir=/mnt/u,workdir=/mnt/w /etc';
  const can = canUnshare(...NAMESPACES, 'sh', '-c', `mount -t tmpfs tmpfs /mnt && mkdir /mnt/u /mnt/w && ${overlay}`);
  return can ? undefined : 'only root can put file systems over those of the machine, and not in every container';
}

export interface Typed {
  readonly command: string;
  /** Shell commands that come before, for what the reader has done meanwhile. @default nothing */
  readonly before?: string;
}

export interface Outcome {
  readonly code: number;
  /** Both streams, the first 4,000 bytes. */
  readonly output: string;
}

/**
 * Runs commands one after the other as root in `/root`, on a machine that is this one with the world laid over it.
 * What they write is gone afterwards, and what they started is ended.
 */
export function runInSandbox(world: World, typed: readonly Typed[]): Promise<Outcome[]> {
  const script =
    PROLOGUE + typed.map(({ before = '', command }) => `run ${quote(before)} ${quote(command)}\n`).join('');
  return new Promise((resolve, reject) => {
    const env = { WORLD: world.dir, PROJECT, INSTALLED, NODE: dirname(process.execPath), PATH: process.env.PATH ?? '' };
    const child = spawn('unshare', [...NAMESPACES, 'bash', '-c', script], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let complaints = '';
    child.stdout.setEncoding('utf8').on('data', (part) => {
      output += part;
    });
    child.stderr.setEncoding('utf8').on('data', (part) => {
      complaints += part;
    });
    child.on('close', (code) => {
      if (code !== 0) reject(new Error(`the sandbox ended with ${code}: ${complaints}`));
      else resolve(output.split(MARK).slice(1).map(outcome));
    });
  });
}

/** Keeps a folder for whatever runs in this world later: a command for {@link runInSandbox}. */
export function keepCommand(folder: string): string {
  return `cp -a --parents ${folder} /proc/self/fd/7/`;
}

const MARK = '\x1e';

/** Lays the world over this machine, then defines `run`. */
const PROLOGUE = `set -e
umask 022
# Temporary folders are covered, so what lies in them is held open.
exec 7<"$WORLD" 8<"$NODE" 9<"$PROJECT"
mount -t tmpfs tmpfs /mnt
cp -a "$WORLD/." /mnt/
stage=/mnt/.stage
for folder in etc home opt root srv usr var; do
  [ -d "/$folder" ] || continue
  mkdir -p "$stage/$folder" "$stage/work/$folder" "/mnt/$folder"
  chmod --reference="/$folder" "$stage/$folder"
  mount -t overlay overlay -o "lowerdir=/mnt/$folder:/$folder,upperdir=$stage/$folder,workdir=$stage/work/$folder" "/$folder"
done
mount -t tmpfs tmpfs /tmp
mount -t tmpfs tmpfs /run
mount -t proc proc /proc
mkdir -p "$INSTALLED" /usr/local/lib/node
mount --bind /proc/self/fd/8 /usr/local/lib/node
mount --bind /proc/self/fd/9 "$INSTALLED"
export HOME=/root LANG=C.UTF-8 TZ=UTC NO_COLOR=1 PATH="/usr/local/bin:/usr/local/lib/node:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"
cd /root
run() {
  set +e
  (eval "$1"; exec timeout 60 bash -c "$2") </dev/null >/run/output 2>&1
  printf '\\036%s\\n' "$?"
  head -c 4000 /run/output
}
`;

function outcome(text: string): Outcome {
  const end = text.indexOf('\n');
  return { code: Number(text.slice(0, end)), output: text.slice(end + 1) };
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
