import { Argument, type Command } from 'commander';
import { print } from './output.js';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

/** `sigsweep completion bash|zsh|fish`: everything that the help says, for a shell. */
export function addCompletionCommand(program: Command): void {
  program
    .command('completion')
    .summary('print what makes a shell complete commands and options')
    .description(
      'Prints a script that makes a shell complete commands, options and their values.\n' +
        'It starts nothing at the prompt. To have it in every new shell:\n' +
        '  bash  sigsweep completion bash > /etc/bash_completion.d/sigsweep\n' +
        '  zsh   sigsweep completion zsh > /usr/local/share/zsh/site-functions/_sigsweep\n' +
        '  fish  sigsweep completion fish > /etc/fish/completions/sigsweep.fish',
    )
    .addArgument(new Argument('<shell>', 'which shell').choices(SHELLS))
    .action(async (shell: Shell) => {
      const { describeInterface } = await import('./interface/describe.js');
      await print([(await loadShell(shell))(describeInterface(program))]);
    });
}

async function loadShell(shell: Shell) {
  switch (shell) {
    case 'bash':
      return (await import('./completion/bash.js')).bashCompletion;
    case 'zsh':
      return (await import('./completion/zsh.js')).zshCompletion;
    case 'fish':
      return (await import('./completion/fish.js')).fishCompletion;
  }
}
