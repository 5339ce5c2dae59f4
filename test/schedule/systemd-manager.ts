import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { systemdUnits } from '../../src/schedule/systemd.js';
import { tempFolder } from '../helpers/temp.js';
import { canUnshare } from '../helpers/tools.js';
import { settings } from './settings.js';

const SYSTEMD = '/lib/systemd/systemd';
const NAMESPACES = ['--mount', '--pid', '--fork', '--ipc', '--uts', '--cgroup', '--mount-proc'];

/** Where a manager can be started: as root, which may apply every restriction that PID 1 would. */
export const CAN_RUN_SYSTEMD = existsSync(SYSTEMD) && existsSync('/etc/systemd/system') && canUnshare(...NAMESPACES);

/** Units of a real systemd see this there: the service's own /tmp hides what the tests have in theirs. */
export const INSIDE = { app: '/srv/app', system: '/srv/system', out: '/srv/out' } as const;

const PROJECT = new URL('../..', import.meta.url).pathname;

/** The Node that runs this, where it is seen from a unit: one that the project installed lies in the project. */
export const NODE_INSIDE = process.execPath.startsWith(PROJECT)
  ? join(INSIDE.app, process.execPath.slice(PROJECT.length))
  : process.execPath;

/**
 * Runs a shell script beside a systemd that was started for it, in namespaces of its own: a user's manager, which does
 * not have to be PID 1. `systemctl` talks to that one, and `/etc/systemd/system` is where it looks for units.
 * @param folder $1 of the script: its `units` are there from the beginning, its `out` is {@link INSIDE}.out
 * @param system $2 of the script, bound to {@link INSIDE}.system
 * @returns `null` where no manager starts on this machine
 */
export function besideSystemd(script: string, folder: string, system = folder): SpawnSyncReturns<string> | null {
  for (const name of ['units', 'out']) mkdirSync(join(folder, name), { recursive: true });
  const group = join(cgroupRoot(), basename(folder));
  onTestFinished(() => removeGroup(group));
  const args = [...NAMESPACES, 'sh', '-c', `${START}\n${script}`, 'sh', folder, system, group, PROJECT];
  // The namespace ends with the shell, and the manager with it.
  const run = spawnSync('unshare', args, { encoding: 'utf8', timeout: 60_000 });
  return run.status === NOT_STARTED ? null : run;
}

const NOT_STARTED = 42;

/** Controllers are hidden, so that nothing is changed in them outside; what it needs is one group of its own. */
const START = `
folder=$1 system=$2 group=$3 project=$4
mount --make-rprivate /
mkdir "$group" && echo $$ >"$group/cgroup.procs" || exit ${NOT_STARTED}
if [ -d /sys/fs/cgroup/systemd ]; then
  for other in /sys/fs/cgroup/*; do [ "$other" = /sys/fs/cgroup/systemd ] || umount "$other" 2>/dev/null; done
fi
# Nothing of this may be left out: what runs below must not reach the machine's own units.
mount -t tmpfs -o mode=755 tmpfs /srv &&
  mkdir -p /srv/app /srv/system /srv/out /srv/bin /srv/home/.config/systemd/user &&
  mount --bind "$project" /srv/app &&
  mount --bind "$system" /srv/system &&
  mount --bind "$folder/out" /srv/out &&
  mount --bind "$folder/units" /srv/home/.config/systemd/user &&
  mount --bind "$folder/units" /etc/systemd/system &&
  mount -t tmpfs -o mode=755 tmpfs /run &&
  mkdir -p /run/user/0 /run/systemd/system || exit ${NOT_STARTED}
printf '#!/bin/sh\nexec /usr/bin/systemctl --user "$@"\n' >/srv/bin/systemctl
chmod 755 /srv/bin/systemctl
export XDG_RUNTIME_DIR=/run/user/0 HOME=/srv/home PATH="/srv/bin:$PATH"
# Nothing of the machine's own decides what is tested, and nothing is written there.
export SIGSWEEP_CONFIG=false SIGSWEEP_STATE=false
unset XDG_CONFIG_HOME XDG_STATE_HOME DBUS_SESSION_BUS_ADDRESS
${SYSTEMD} --user --log-target=console 2>"$folder/manager.log" &
for wait in $(seq 100); do [ -S /run/user/0/systemd/private ] && break; sleep 0.1; done
[ -S /run/user/0/systemd/private ] || exit ${NOT_STARTED}
`;

export interface UnitRun {
  /** What the service is made from. */
  readonly changes: Parameters<typeof settings>[0];
  /** The script that it runs. */
  readonly main: string;
  /** @default nothing */
  readonly system?: string;
  /** Lines that change the service. */
  readonly dropIn?: readonly string[];
  /** Written to {@link INSIDE}.out before. */
  readonly files?: Readonly<Record<string, string>>;
  /** A shell script that runs before the service. @default nothing */
  readonly before?: string;
}

export interface UnitResult {
  /** As `systemctl show` has them. */
  readonly properties: Record<string, string>;
  readonly stdout: string;
  readonly stderr: string;
  /** {@link INSIDE}.out, seen from here. */
  readonly out: string;
  /** A copy of what the service has in the folder that systemd made for its state. */
  readonly state: string;
}

/** Runs the service once. @returns `null` where no manager starts on this machine */
export function runUnit({ changes, main, system, dropIn = [], files = {}, before = '' }: UnitRun): UnitResult | null {
  const folder = tempFolder();
  const units = join(folder, 'units');
  const out = join(folder, 'out');
  mkdirSync(join(units, 'sigsweep.service.d'), { recursive: true });
  mkdirSync(out);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(out, name), text);
  const { service } = systemdUnits(settings(changes), { node: NODE_INSIDE, main });
  writeFileSync(join(units, 'sigsweep.service'), service);
  const output = ['StandardOutput=file:/srv/out/stdout', 'StandardError=file:/srv/out/stderr'];
  // A user's manager has its folders of state elsewhere, which is all that makes this another one than root's.
  const own = ['Environment=SIGSWEEP_CONFIG=false SIGSWEEP_STATE=%S/sigsweep'];
  const lines = ['[Service]', ...output, ...own, ...dropIn, ''];
  writeFileSync(join(units, 'sigsweep.service.d/test.conf'), lines.join('\n'));
  const script = `
    ${before}
    systemctl start sigsweep.service
    systemctl show sigsweep.service --property=Result,ExecMainStatus
    cp -a "$(find /srv/home -name sigsweep -type d)" /srv/out/state`;
  const run = besideSystemd(script, folder, system);
  if (run === null) return null;
  const properties = run.stdout.trim().split('\n');
  return {
    properties: Object.fromEntries(properties.map((line) => line.split(/=(.*)/s).slice(0, 2))),
    stdout: read(join(out, 'stdout')),
    stderr: read(join(out, 'stderr')),
    out,
    state: join(out, 'state'),
  };
}

function cgroupRoot(): string {
  return existsSync('/sys/fs/cgroup/systemd') ? '/sys/fs/cgroup/systemd' : '/sys/fs/cgroup';
}

function removeGroup(group: string): void {
  if (!existsSync(group)) return;
  for (const entry of readdirSync(group, { withFileTypes: true })) {
    if (entry.isDirectory()) removeGroup(join(group, entry.name));
  }
  rmdirSync(group);
}

function read(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
