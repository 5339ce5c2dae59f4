import { hostname } from 'node:os';
import type { Command } from 'commander';
import type { ChannelOutcome } from '../alert/deliver.js';
import { sampleEvent } from '../alert/sample.js';
import type { AlertSettings } from '../alert/settings.js';
import { SigsweepError } from '../errors.js';
import { escapeControls } from '../report/escape.js';
import { ExitCode } from '../scan/exit-code.js';
import { collect } from './arguments.js';
import { configurationOf } from './config/configuration.js';
import { Interrupt } from './interrupt.js';
import { print } from './output.js';

interface AlertTestArguments {
  readonly channel?: readonly string[];
}

/** `sigsweep alert test`. */
export function addAlertCommand(program: Command): void {
  const alert = program.command('alert').description('see whether alerts arrive');
  alert
    .command('test')
    .summary('send a sample through each channel of the configuration')
    .description(
      'Sends a sample through each channel of the configuration and says what became of it.\n' +
        'Exit codes: 0 all were sent, 3 one was not, 2 there is no channel.',
    )
    .option('--channel <name>', 'only this channel (repeatable)', collect)
    .action(async ({ channel }: AlertTestArguments, self: Command) => {
      const interrupt = new Interrupt();
      try {
        const { lines, exitCode } = await testChannels(configurationOf(self).alerts, channel, interrupt.signal);
        process.exitCode = interrupt.exitCode ?? exitCode;
        await print(lines);
      } finally {
        interrupt.release();
      }
    });
}

/**
 * Sends a sample through channels.
 * @param names which of them; all where none is given
 * @returns a line for each, and the exit code
 * @throws SigsweepError USAGE when there is no such channel, or none at all.
 */
export async function testChannels(
  channels: AlertSettings,
  names: readonly string[] | undefined,
  signal: AbortSignal,
): Promise<{ lines: string[]; exitCode: number }> {
  const chosen = choose(channels, names);
  // Every start of the program would pay for it: it brings along what speaks HTTP.
  const { deliverAll } = await import('../alert/deliver.js');
  const outcomes = await deliverAll(chosen, sampleEvent(hostname(), new Date()), { signal });
  const allSent = outcomes.every(({ failure, refused }) => failure === null && refused.length === 0);
  return { lines: outcomes.map(outcomeLine), exitCode: allSent ? ExitCode.clean : ExitCode.incomplete };
}

function choose(channels: AlertSettings, names: readonly string[] | undefined): AlertSettings {
  const known = Object.keys(channels);
  if (known.length === 0) {
    throw new SigsweepError('USAGE', 'no alert channel is configured: add one under alerts in the configuration file');
  }
  const unknown = names?.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new SigsweepError('USAGE', `there is no alert channel ${unknown}; configured: ${known.join(', ')}`);
  }
  return names === undefined
    ? channels
    : Object.fromEntries(Object.entries(channels).filter(([name]) => names.includes(name)));
}

function outcomeLine({ channel, failure, refused }: ChannelOutcome): string {
  const words = failure !== null ? `failed: ${failure}` : ['sent', ...refused].join(', but not to ');
  return `${escapeControls(`${channel}: ${words}`)}\n`;
}
