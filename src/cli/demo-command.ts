import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { scan } from '../scan/scan.js';
import { type CommonArguments, runOptions, withCommonOptions } from './arguments.js';
import { runReport } from './run-report.js';

interface DemoArguments extends CommonArguments {
  readonly keep?: true;
}

/** `sigsweep demo`: a system of its own making, damaged in every way that a scan knows, and the scan of it. */
export function addDemoCommand(program: Command): void {
  const command = program
    .command('demo')
    .summary('scan a damaged system of its own making')
    .description(
      'Builds a demonstration system in a temporary folder, with damage of every kind, scans it, and removes it.\n' +
        'Nothing of this machine is looked at.',
    )
    .option('--keep', 'leave the system there and say where it is');
  withCommonOptions(command).action(async (given: DemoArguments) => {
    const folder = mkdtempSync(join(tmpdir(), 'sigsweep-demo-'));
    // However the program ends: a second Ctrl-C comes by here too.
    if (!given.keep) process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    await runReport(given, async (hooks) => {
      process.stderr.write(`sigsweep: building a demonstration system in ${folder}\n`);
      const { buildDemo } = await import('../demo/demo.js');
      const system = await buildDemo(folder);
      process.stderr.write(
        `sigsweep: ${system.modules.length} modules signed with throw-away keys, ${system.damage.length} kinds of damage planted\n`,
      );
      const anchors = [...(given.anchor ?? []), system.anchorFingerprint];
      if (given.keep) {
        process.stderr.write(
          `sigsweep: the system stays there; to scan it again: sigsweep scan ${system.webRoot} --anchor ${system.anchorFingerprint}\n`,
        );
      }
      return scan({ ...runOptions(given), ...hooks, root: folder, anchors });
    });
  });
}
