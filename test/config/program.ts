import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { collect, parsePath } from '../../src/cli/arguments.js';
import { configurationOf, withConfiguration } from '../../src/cli/config/configuration.js';
import type { Configuration } from '../../src/cli/config/configure.js';
import { tempFolder } from '../helpers/temp.js';

/** What an action was given. */
export interface Ran {
  command: string;
  args: unknown[];
  options: Record<string, unknown>;
  /** Where commander says that the options come from. */
  sources: Record<string, string | undefined>;
  configuration: Configuration;
  /** What commander printed. */
  printed: string;
}

/** A program with an option of every kind, and two commands besides the main one. */
export function smallProgram(): { program: Command; ran: Ran } {
  const ran: Ran = {
    command: '',
    args: [],
    options: {},
    sources: {},
    configuration: { file: undefined, alerts: {} },
    printed: '',
  };
  const program = new Command('small').exitOverride().configureOutput({
    writeErr: (text) => {
      ran.printed += text;
    },
  });
  const action = (...given: unknown[]) => {
    const command = given.at(-1) as Command;
    ran.command = command.name();
    ran.args = given.slice(0, -2);
    ran.options = given.at(-2) as Record<string, unknown>;
    ran.sources = Object.fromEntries(
      Object.keys(ran.options).map((name) => [name, command.getOptionValueSource(name)]),
    );
    ran.configuration = configurationOf(command);
  };
  program
    .command('scan')
    .argument('[web-root]', '', parsePath)
    .option('--flag')
    .option('--no-light')
    .option('--size <n>', '', parseSize, 5)
    .option('--name <name>')
    .option('--out <file>')
    .option('--key <key>', '', collect)
    .option('--many <word...>')
    .option('--state <dir>', '', parsePath)
    .option('--no-state')
    .option('--paint')
    .option('--no-paint')
    .addOption(new Option('--level <level>').choices(['low', 'high']).default('high'))
    .addOption(new Option('--quick').conflicts('full'))
    .option('--full')
    .action(action);
  program
    .command('other')
    .argument('[web-root]')
    .argument('[scan]')
    .option('--size <n>', '', parseSize, 7)
    .option('--name <list>', '', collect)
    .option('--flag <what>')
    .option('--own')
    .action(action);
  const nested = program.command('nested');
  nested.command('one').option('--text <words>').option('--flag').action(action);
  nested.command('two').argument('<web-root>').requiredOption('--text <words>').action(action);
  return { program, ran };
}

/** Runs the small program with a file and an environment. */
export async function run(
  args: readonly string[],
  { yaml, environment = {} }: { yaml?: string; environment?: Record<string, string> },
): Promise<Ran> {
  const { program, ran } = smallProgram();
  withConfiguration(program, { SIGSWEEP_CONFIG: yaml === undefined ? 'false' : configFileOf(yaml), ...environment });
  await program.parseAsync(args, { from: 'user' });
  return ran;
}

/** A configuration in a temporary folder, which only its owner may write. */
export function configFileOf(yaml: string | Buffer, mode = 0o600): string {
  const file = join(tempFolder(), 'config.yaml');
  writeFileSync(file, yaml, { mode });
  return file;
}

function parseSize(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Give a whole number.');
  return Number(text);
}
