import type { Command } from 'commander';
import { RELEASED, TOOL } from '../tool.js';
import { print } from './output.js';

/** `sigsweep man`: the help of all commands as one manual page. */
export function addManCommand(program: Command): void {
  program
    .command('man')
    .summary('print the manual page')
    .description(
      'Prints the manual page sigsweep(1), made from all that the help says. To read it:\n' +
        '  sigsweep man | man -l -\n' +
        'To have it where man finds it:\n' +
        '  sigsweep man > /usr/local/share/man/man1/sigsweep.1',
    )
    .action(async () => {
      const { describeInterface } = await import('./interface/describe.js');
      const { manualPage } = await import('./man/page.js');
      await print([manualPage(describeInterface(program), TOOL.version, RELEASED)]);
    });
}
