import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { scan } from '../scan/scan.js';
import { type CommonArguments, runOptions, withCommonOptions } from './arguments.js';
import { runReport } from './run-report.js';

interface DemoArguments extends CommonArguments {
  readonly keep: boolean;
}

/** `sigsweep demo`: a system of its own making, damaged in every way that a scan knows, and the scan of it. */
export function addDemoCommand(program: Command): void {
  const command = program
    .command('demo')
    .summary('build a damaged demonstration system in a temporary folder and scan it')
    .option('--keep', 'leave the system there and say where it is', false);
  withCommonOptions(command).action(async (given: DemoArguments) => {
    const folder = mkdtempSync(join(tmpdir(), 'sigsweep-demo-'));
    const remove = () => rmSync(folder, { recursive: true, force: true });
    // A signal while it is built ends the process at once; nothing may stay behind then either.
    process.once('exit', given.keep ? () => undefined : remove);
    process.stderr.write(
      `sigsweep: building a demonstration system in ${folder}: nothing of this machine is looked at\n`,
    );
    const { buildDemo } = await import('../demo/demo.js');
    const system = await buildDemo(folder);
    process.stderr.write(
      `sigsweep: ${system.modules.length} modules signed with throw-away keys, ${system.damage.length} kinds of damage planted; ` +
        `the same by hand: sigsweep scan ${system.webRoot} --anchor ${system.anchorFingerprint}\n`,
    );
    await runReport(given, (hooks) =>
      scan({
        ...runOptions(given),
        ...hooks,
        root: folder,
        anchors: [...given.anchor, system.anchorFingerprint],
      }),
    );
    if (given.keep) process.stderr.write(`sigsweep: the system is still in ${folder}\n`);
  });
}
