import { SigsweepError } from '../errors.js';
import { Terminal } from './terminal/terminal.js';

/** What to do where there is no terminal, unless the command knows better. */
const INSTEAD = 'run this command in one';

/**
 * Asks whoever sits at the terminal for a line, which is shown as it is typed.
 * @param prompt shown as it is, with controls escaped.
 * @param instead what to do where there is no terminal: `give --fingerprint`.
 * @returns it, without spaces around.
 * @throws SigsweepError USAGE where there is no terminal, or nobody answers.
 * @throws Interrupted
 */
export async function askLine(prompt: string, instead = INSTEAD): Promise<string> {
  const terminal = Terminal.open();
  if (terminal === null) throw new SigsweepError('USAGE', `there is no terminal to ask on: ${instead}`);
  try {
    const line = await terminal.ask(prompt);
    if (line === null) throw new SigsweepError('USAGE', 'nothing was typed');
    return line.trim();
  } finally {
    terminal.close();
  }
}

/**
 * Asks whether to go on with what cannot be taken back. Only the whole word counts: `y` is typed too easily.
 * @throws SigsweepError USAGE where there is no terminal, or nobody answers.
 * @throws Interrupted
 */
export async function confirm(prompt: string, instead = INSTEAD): Promise<boolean> {
  return (await askLine(`${prompt} (yes or no) `, instead)).toLowerCase() === 'yes';
}
