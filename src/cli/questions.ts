import type { Command } from 'commander';
import { TOOL } from '../tool.js';

/** What the options of the program itself ask for: an answer instead of a command. Thrown out of the parser. */
export class Question {
  constructor(readonly answer: () => Promise<void>) {}
}

/**
 * Adds `--version`, alone or with `--json`, and `--explain CODE`.
 * @param args of the whole program: which of them stands first does not matter
 */
export function withQuestions(program: Command, args: readonly string[]): void {
  const isVersion = args.includes('--version') || args.includes('-V');
  program
    .option('-V, --version', 'print the version number')
    .option('--json', 'with --version: as JSON, with the versions of what it runs on')
    .option(
      '--explain <code>',
      'say what a verdict, a finding, a severity, an exit code or an error means; list names all',
    )
    .on('option:version', () => {
      throw new Question(() => tellVersion(args.includes('--json')));
    })
    .on('option:json', () => {
      if (!isVersion)
        program.error('error: --json goes with --version here; as an option of a command it stands behind it');
    })
    .on('option:explain', (code: string) => {
      throw new Question(async () => (await import('./explain.js')).explain(code));
    });
}

/** What is asked for by itself is answered without anything that has to be loaded. */
async function tellVersion(isJson: boolean): Promise<void> {
  process.stdout.write(isJson ? await (await import('./version.js')).versionJson() : `${TOOL.version}\n`);
}
