import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import type { AlertEvent } from '../../src/alert/event.js';
import { moduleXml } from '../../src/demo/modules.js';
import { type Ended, RunningCli, untilItReads } from '../cli/controlled.js';
import { type JsonReport, validated } from '../helpers/report.js';
import { makeSystem, type TestSystem } from '../helpers/system.js';
import { tempFolder } from '../helpers/temp.js';

export const MODULES = {
  framework: { 'amp_conf/htdocs/index.php': '<?php\n' },
  core: { 'core.php': '<?php // core\n' },
  cdr: { 'functions.inc.php': '<?php // cdr\n', 'page.cdr.php': '<?php // page\n' },
};
/** How many files they list, with a `module.xml` each. */
export const LISTED = 7;

export const SHELL = '<?php system($_GET["x"]);\n';

/** Why no other time than the present can be shown to a program; `undefined` when it can. */
const FAKETIME = faketimeLibrary();
export const FAKETIME_MISSING: string | undefined = FAKETIME === '' ? 'faketime is not installed' : undefined;

/** What has to be loaded to show a program another time; '' where it is not installed. */
function faketimeLibrary(): string {
  const { status, stdout } = spawnSync('faketime', ['-f', '+1d', 'printenv', 'LD_PRELOAD'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : '';
}

/** Without faketime's own program, so that a signal reaches the one that is run. */
export function timeEnvironment(time: string): Record<string, string> {
  return { LD_PRELOAD: FAKETIME, FAKETIME: time };
}

/** Removes what the library leaves behind in a process that is killed, and would stop one with the same number. */
function removeShared(pid: number): void {
  for (const name of [`sem.faketime_sem_${pid}`, `faketime_shm_${pid}`])
    rmSync(join('/dev/shm', name), { force: true });
}

export interface RunOptions {
  /** So many days lie between the present and what the program takes for it. @default 0 */
  readonly day?: number;
  /** When the program begins, as it takes it; instead of `day`. */
  readonly at?: Date;
  readonly env?: Readonly<Record<string, string>>;
}

/** A phone system of three small modules that is scanned with nobody there, and what belongs to that. */
export class Unattended {
  /** Where scans are remembered. */
  readonly state: string;
  private readonly config: string;
  private heard = 0;

  private constructor(
    readonly system: TestSystem,
    /** For whatever a test needs besides; nobody else gets into it. */
    readonly folder: string,
  ) {
    this.state = join(folder, 'state');
    this.config = join(folder, 'config.yaml');
  }

  static async begin(): Promise<Unattended> {
    const system = await makeSystem({ modules: MODULES });
    onTestFinished(() => system.cleanup());
    const folder = tempFolder();
    chmodSync(folder, 0o700);
    const unattended = new Unattended(system, folder);
    writeFileSync(unattended.exemptions, 'exemptions: []\n', { mode: 0o600 });
    unattended.configure();
    return unattended;
  }

  get exemptions(): string {
    return join(this.folder, 'exemptions.yaml');
  }

  /** Leads the program to the configuration and the state: what the environment says goes before the file. */
  get environment(): Record<string, string> {
    return { SIGSWEEP_CONFIG: this.config, SIGSWEEP_STATE: this.state };
  }

  /** Writes the configuration, with lines of YAML added. */
  configure(...lines: readonly string[]): void {
    const { dir, keyring, anchorFingerprint } = this.system;
    const usual = [`root: ${dir}`, `keyring: ${keyring}`, `anchor: ${anchorFingerprint}`];
    const all = [...usual, `exemptions: ${this.exemptions}`, ...lines, ''];
    writeFileSync(this.config, all.join('\n'), { mode: 0o600 });
  }

  /** Starts the program with the configuration and the state. */
  start(args: readonly string[], { day = 0, at, env = {} }: RunOptions = {}): RunningCli {
    const ahead = `${day < 0 ? '' : '+'}${day}d`;
    const time = at === undefined ? ahead : `@${at.toISOString().slice(0, 19).replace('T', ' ')}`;
    const isPresent = day === 0 && at === undefined;
    return new RunningCli(args, { ...this.environment, ...(isPresent ? {} : timeEnvironment(time)), ...env });
  }

  run(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
    return this.start(args, options).ended;
  }

  /** Scans as text, and expects an exit code. */
  async scan(code: number, args: readonly string[] = [], options: RunOptions = {}): Promise<string> {
    const ended = await this.run(['scan', ...args], options);
    expect(ended).toMatchObject({ code, signal: null });
    return ended.stdout;
  }

  /** Scans as JSON that follows the schema. */
  async report(args: readonly string[] = [], options: RunOptions = {}): Promise<JsonReport> {
    const { code, stdout, stderr } = await this.run(['scan', '--format', 'json', ...args], options);
    expect(stdout, stderr).not.toBe('');
    const report = validated(JSON.parse(stdout));
    expect(code).toBe(report.exitCode);
    return report;
  }

  /** A scan that has taken the state, and reads nothing of the system before `goOn` is called. */
  async held(args: readonly string[] = [], options: RunOptions = {}) {
    const pipe = join(tempFolder(), 'revoked');
    execFileSync('mkfifo', [pipe]);
    const cli = this.start(['scan', '--revoked', pipe, ...args], options);
    onTestFinished(async () => {
      cli.kill();
      await cli.ended;
      removeShared(cli.pid);
    });
    const gate = await untilItReads(pipe);
    expect(readFileSync(join(this.state, 'scan.pid'), 'utf8')).toMatch(`${cli.pid} `);
    return { cli, goOn: () => gate.goOn() };
  }

  /** YAML of a channel that appends what it is told to a file, and fails as long as another file is there. */
  channel(name: string): string {
    const program = join(this.folder, `${name}.sh`);
    const script = `#!/bin/sh\n[ -e "${this.folder}/${name}.away" ] && exit 7\nexec cat >>"${this.folder}/told"\n`;
    writeFileSync(program, script, { mode: 0o700 });
    return `  ${name}: { type: command, run: [${program}] }`;
  }

  /** What channels were told since this was asked last. */
  told(): AlertEvent[] {
    const file = join(this.folder, 'told');
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
    const fresh = lines.slice(this.heard);
    this.heard = lines.length;
    return fresh.map((line) => JSON.parse(line) as AlertEvent);
  }

  /** A file that nobody signed, in a module. */
  intrude(): string {
    return this.system.writeInWebRoot('admin/modules/cdr/ajax.php', SHELL);
  }

  /** Puts a release of a module there, signed on a day. */
  async release(module: keyof typeof MODULES, version: string, day: string, page = version): Promise<void> {
    const all = { 'module.xml': moduleXml(module, version), ...MODULES[module], 'release.php': `<?php // ${page}\n` };
    for (const [path, content] of Object.entries(all)) this.system.writeListed(module, path, content);
    await this.system.sign(module, { paths: Object.keys(all), date: new Date(`${day}T00:00:00Z`) });
  }
}
