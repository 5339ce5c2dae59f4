import { describe, expect, it } from 'vitest';
import { ASKING_PROGRAM, gotten } from './asking.js';
import { TERMINAL_MISSING, Terminal } from './terminal.js';

const SECRET = 'correct horse battery';
const ASKED = 'passphrase of A: ';
const AGAIN = 'passphrase of A, once more: ';

/** What `stty` says of a terminal that shows what is typed, and lets it be edited. */
const RESTORED = 'isig icanon echo';

const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
const CTRL_U = '\u0015';

describe.skipIf(TERMINAL_MISSING)(`asking${TERMINAL_MISSING ? ` (skipped: ${TERMINAL_MISSING})` : ''}`, () => {
  /** Runs the program in a terminal, says its exit code, and what has become of the terminal. */
  function asking(...args: string[]): Terminal {
    const program = `sh -c 'echo program $$; exec ${process.execPath} ${ASKING_PROGRAM} ${args.join(' ')}'`;
    const state = `echo $(stty -a | grep -oE -- '-?(isig|icanon|echo)\\b')`;
    // The shell around it gets Ctrl-C too, where it is a signal.
    return new Terminal(`{ trap : INT; ${program}; echo "code $?"; ${state}; }`, { isTyped: true });
  }

  /** What was on the screen at the end, without the number of the program, line by line. */
  async function ending(terminal: Terminal): Promise<string[]> {
    const { screen } = await terminal.ended;
    return screen.split('\r\n').slice(1, -1);
  }

  /** Sends a signal to the program, which waits at a prompt. */
  async function signal(terminal: Terminal, prompt: string, name: NodeJS.Signals): Promise<void> {
    await terminal.answer(prompt, '');
    process.kill(Number(/program (\d+)/.exec(terminal.screen)?.[1]), name);
  }

  it('a passphrase is not shown', async () => {
    const terminal = asking('passphrase');
    await terminal.answer(ASKED, `${SECRET}\r`);
    expect(await ending(terminal)).toEqual([ASKED, gotten(SECRET), 'code 0', RESTORED]);
  });

  it('its keys edit what nobody sees, and leave no trace in it', async () => {
    const terminal = asking('passphrase');
    const keys = `wrong${CTRL_U}correct hör\u007f\u007forr\bse\u001b[D\u001b[3~\u001bOP battery${CTRL_D}\u0001\n`;
    await terminal.answer(ASKED, keys);
    expect(await ending(terminal)).toEqual([ASKED, gotten(SECRET), 'code 0', RESTORED]);
  });

  it('is asked for on the terminal, wherever the standard streams lead', async () => {
    const terminal = asking('passphrase', '</dev/null', '2>/dev/null', '|', 'cat');
    await terminal.answer(ASKED, `${SECRET}\r`);
    expect(await ending(terminal)).toEqual([ASKED, gotten(SECRET), 'code 0', RESTORED]);
  });

  it('an empty one is asked for again', async () => {
    const terminal = asking('passphrase');
    await terminal.answer(ASKED, '\r');
    await terminal.answer(`empty\r\n${ASKED}`, `${SECRET}\r`);
    expect(await ending(terminal)).toEqual([
      ASKED,
      'the passphrase is empty',
      ASKED,
      gotten(SECRET),
      'code 0',
      RESTORED,
    ]);
  });

  it('that of a new key is asked for twice, and again when it is short or the two differ', async () => {
    const terminal = asking('passphrase', '--new');
    await terminal.answer(ASKED, 'too short\r');
    await terminal.answer(`or more\r\n${ASKED}`, `${SECRET}\r`);
    await terminal.answer(AGAIN, 'another horse battery\r');
    await terminal.answer(`not the same\r\n${ASKED}`, `${SECRET}\r`);
    await terminal.answer(`${ASKED}\r\n${AGAIN}`, `${SECRET}\r`);
    expect(await ending(terminal)).toEqual([
      ASKED,
      'the passphrase of a new key has 12 characters or more',
      ASKED,
      AGAIN,
      'these two are not the same',
      ASKED,
      AGAIN,
      gotten(SECRET),
      'code 0',
      RESTORED,
    ]);
  });

  it('what is typed ahead is not shown either', async () => {
    const terminal = asking('passphrase', '--new');
    await terminal.answer(ASKED, `${SECRET}\r${SECRET}\r`);
    expect(await ending(terminal)).toEqual([ASKED, AGAIN, gotten(SECRET), 'code 0', RESTORED]);
  });

  it('one without end is refused', async () => {
    const terminal = asking('passphrase');
    await terminal.answer(ASKED, 'x'.repeat(4097));
    const [, refusal, ...rest] = await ending(terminal);
    expect(refusal).toBe(
      'sigsweep: what was typed is longer than the 4096 bytes that a passphrase may have [PASSPHRASE_UNUSABLE]',
    );
    expect(rest).toEqual(['code 2', RESTORED]);
  });

  it('Ctrl-C ends the program, with the terminal as it was', async () => {
    const terminal = asking('passphrase');
    await terminal.answer(ASKED, `half a secret${CTRL_C}`);
    expect(await ending(terminal)).toEqual([ASKED, 'code 130', RESTORED]);
  });

  it('Ctrl-D gives up', async () => {
    const terminal = asking('passphrase');
    await terminal.answer(ASKED, CTRL_D);
    expect(await ending(terminal)).toEqual([
      ASKED,
      'sigsweep: no passphrase was typed [PASSPHRASE_UNUSABLE]',
      'code 2',
      RESTORED,
    ]);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['SIGQUIT', 131],
  ] as const)('%s ends the program, with the terminal as it was', async (name, code) => {
    const terminal = asking('passphrase');
    await signal(terminal, ASKED, name);
    expect(await ending(terminal)).toEqual([ASKED, `code ${code}`, RESTORED]);
  });

  it('an end for any other reason leaves the terminal as it was', async () => {
    const terminal = asking('passphrase');
    await signal(terminal, ASKED, 'SIGUSR2');
    expect(await ending(terminal)).toEqual([`${ASKED}code 7`, RESTORED]);
  });

  it('a descriptor that is a terminal is refused: it would show what is typed', async () => {
    const terminal = asking('passphrase', '--passphrase-fd', '0');
    expect(await ending(terminal)).toEqual([
      'sigsweep: --passphrase-fd 0: it is a terminal, which would show it: leave the option out to be asked [USAGE]',
      'code 2',
      RESTORED,
    ]);
  });

  it('a line is shown, and nothing of its prompt is obeyed by the terminal', async () => {
    const terminal = asking('line');
    await terminal.answer('key? ', ' AB CD \n');
    expect(await ending(terminal)).toEqual(['which \\u{1b}[31mkey?  AB CD ', 'got [AB CD]', 'code 0', RESTORED]);
  });

  it.each([
    ['Ctrl-C', CTRL_C, ['^C', 'code 130']],
    ['Ctrl-D', CTRL_D, ['', 'sigsweep: nothing was typed [USAGE]', 'code 2']],
  ])('%s gives up a line', async (_, key, [shown = '', ...rest]) => {
    const terminal = asking('line');
    await terminal.answer('key? ', key);
    expect(await ending(terminal)).toEqual([`which \\u{1b}[31mkey? ${shown}`, ...rest, RESTORED]);
  });

  it.each([
    ['yes', true],
    ['YES', true],
    ['y', false],
    ['', false],
    ['yes please', false],
  ])('only a whole yes counts, %j is %s', async (answer, isSure) => {
    const terminal = asking('confirm');
    await terminal.answer('sure? (yes or no) ', `${answer}\n`);
    expect(await ending(terminal)).toEqual([`sure? (yes or no) ${answer}`, `got ${isSure}`, 'code 0', RESTORED]);
  });
});
