import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../helpers/cli.js';
import { makeTempFolder, removeFolder } from '../helpers/temp.js';
import { hasTool } from '../helpers/tools.js';
import { TERMINAL_MISSING, Terminal } from './terminal.js';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

let folder: string;
/** Where completion happens: with a file and a folder whose names a shell has to quote. */
let here: string;
const scriptOf = (shell: Shell) => join(folder, `_sigsweep.${shell}`);

beforeAll(async () => {
  folder = makeTempFolder();
  here = join(folder, 'here');
  mkdirSync(join(here, 'web root'), { recursive: true });
  writeFileSync(join(here, 'report one.json'), '');
  for (const shell of SHELLS) {
    const { code, stdout, stderr } = await runCli(['completion', shell]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    writeFileSync(scriptOf(shell), stdout);
  }
});
afterAll(() => removeFolder(folder));

const isMissing = (shell: Shell) => (hasTool(shell) ? '' : ` (skipped: there is no ${shell})`);

/** What is typed, the last word up to the cursor, and what has to be offered then. */
const OFFERED: readonly (readonly [words: string, offered: readonly string[]])[] = [
  ['sigsweep sc', ['scan', 'schedule']],
  ['sigsweep keys re', ['refresh', 'request', 'revoke']],
  ['sigsweep help enf', ['enforce']],
  ['sigsweep --config file keys l', ['list']],
  ['sigsweep scan --fo', ['--format']],
  ['sigsweep scan --fail-on ', ['critical', 'high', 'info', 'low', 'medium']],
  ['sigsweep scan --threads 2 --policy s', ['strict']],
  ['sigsweep history --st', ['--state']],
  ['sigsweep keys generate --type rs', ['rsa4096']],
  ['sigsweep completion ', ['bash', 'fish', 'zsh']],
  // What belongs to another command is not offered, nor is anything where nobody can know.
  ['sigsweep keys list --fo', []],
  ['sigsweep scan --threads ', []],
];

describe(`bash${isMissing('bash')}`, () => {
  /** Completes in one shell, without a terminal: as readline calls the function, with the words as bash takes them apart. */
  function complete(lines: readonly string[]): string[][] {
    const driver = `
      . "$1"; shift
      compopt() { COMPREPLY+=("<$2>"); }
      for line; do
        read -ra COMP_WORDS <<< "\${line//=/ = }"
        [[ $line == *[\\ =] ]] && COMP_WORDS+=('')
        COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
        _sigsweep
        printf '%s\\n' "\${COMPREPLY[*]}"
      done`;
    const output = execFileSync('bash', ['--norc', '-c', driver, 'bash', scriptOf('bash'), ...lines], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    return output
      .split('\n')
      .slice(0, -1)
      .map((line) => line.split(' ').filter((word) => word !== ''));
  }

  it.skipIf(!hasTool('bash'))('offers what can stand there', () => {
    const offered = complete(OFFERED.map(([line]) => line)).map((words) => words.sort());
    expect(offered).toEqual(OFFERED.map(([, words]) => [...words]));
  });

  it.skipIf(!hasTool('bash'))('offers values behind =, and files and folders where one is meant', () => {
    const cases = {
      'sigsweep scan --format=js': ['json'],
      'sigsweep scan --output ': ['<default>'],
      'sigsweep scan --state ': ['<dirnames>'],
      'sigsweep scan ': ['<dirnames>'],
      'sigsweep verify ': ['<default>'],
      'sigsweep keys import a b ': ['<default>'],
      'sigsweep schedule install -- --fail-on me': ['medium'],
      'sigsweep schedule install -- ': ['<dirnames>'],
      'sigsweep scan -- --fo': ['<dirnames>'],
    };
    expect(complete(Object.keys(cases))).toEqual(Object.values(cases));
  });
});

describe(`fish${isMissing('fish')}`, () => {
  function complete(lines: readonly string[]): string[][] {
    const driver = '. $argv[1]; for line in $argv[2..]; complete -C $line; echo ---; end';
    const output = execFileSync('fish', ['--no-config', '-c', driver, scriptOf('fish'), ...lines], {
      cwd: here,
      encoding: 'utf8',
      env: { PATH: process.env.PATH ?? '', HOME: folder, LANG: 'C.UTF-8' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const answers = output.split('---\n').slice(0, -1);
    return answers.map((answer) =>
      answer
        .split('\n')
        .slice(0, -1)
        .map((line) => line.split('\t')[0] ?? ''),
    );
  }

  it.skipIf(!hasTool('fish'))('offers what can stand there', () => {
    const offered = complete(OFFERED.map(([line]) => line)).map((words) => words.sort());
    expect(offered).toEqual(OFFERED.map(([, words]) => [...words]));
  });

  it.skipIf(!hasTool('fish'))('offers files and folders where one is meant', () => {
    const cases = {
      'sigsweep scan --format=js': ['--format=json'],
      'sigsweep scan --output ': ['report one.json', 'web root/'],
      'sigsweep scan --state ': ['web root/'],
      'sigsweep scan ': ['web root/'],
      'sigsweep keys import x rep': ['report one.json'],
      'sigsweep schedule install -- ': ['web root/'],
    };
    expect(complete(Object.keys(cases))).toEqual(Object.values(cases));
  });
});

describe.skipIf(TERMINAL_MISSING !== undefined)(`at a prompt (${TERMINAL_MISSING ?? 'in a pseudo terminal'})`, () => {
  /** What is typed, and the arguments that the program gets. */
  const TYPED: readonly (readonly [keys: string, got: string])[] = [
    ['sigsweep keys ref\t', '[keys][refresh]'],
    ['sigsweep scan --form\tjs\t', '[scan][--format=json]'],
    ['sigsweep scan --fail-on cr\t', '[scan][--fail-on][critical]'],
    ['sigsweep scan --output rep\t', '[scan][--output][report one.json]'],
    ['sigsweep scan --quick we\t', '[scan][--quick][web root/]'],
    ['sigsweep schedule install -- --qui\tc\t', '[schedule][install][--][--quick]'],
  ];

  /** The program is a function that prints its arguments, and a new prompt. */
  const INTERACTIVE = `n=10; PS1="$n> "; sigsweep() { printf '[%s]' "$@"; echo; n=$((n + 1)); PS1="$n> "; }\n`;

  async function type(command: string, lines: readonly string[]): Promise<string[]> {
    const terminal = new Terminal(`cd '${here}' && ${command}`, {
      isTyped: true,
      env: { TERM: 'dumb', HOME: folder, ZDOTDIR: folder },
    });
    for (const [index, line] of lines.entries()) await terminal.answer(`${10 + index}> `, `${line}\n`);
    await terminal.answer(`${10 + lines.length}> `, 'exit\n');
    const { screen } = await terminal.ended;
    return [...screen.matchAll(/^(\[.*\])\r?$/gm)].map(([, got]) => got ?? '');
  }

  it.skipIf(!hasTool('bash'))('bash completes what is typed', async () => {
    const rc = join(folder, 'bashrc');
    writeFileSync(rc, `${INTERACTIVE}. '${scriptOf('bash')}'\nbind 'set enable-bracketed-paste off'\n`);
    // bash puts no = behind an option.
    const typed = TYPED.map(([keys]) => keys.replace('--form\tjs', '--format=js'));
    expect(await type(`bash --noprofile --rcfile '${rc}' -i`, typed)).toEqual(TYPED.map(([, got]) => got));
  });

  it.skipIf(!hasTool('zsh'))(`zsh completes what is typed${isMissing('zsh')}`, async () => {
    const setup =
      "unsetopt prompt_sp; unset zle_bracketed_paste; autoload -U compinit; compinit -D -u\nzstyle ':completion:*' list false\n";
    writeFileSync(join(folder, '.zshrc'), `${setup}${INTERACTIVE}. '${scriptOf('zsh')}'\n`);
    // zsh takes the slash behind a folder away again.
    expect(
      await type(
        'zsh -i',
        TYPED.map(([keys]) => keys),
      ),
    ).toEqual(TYPED.map(([, got]) => got.replace('/]', ']')));
  });
});
