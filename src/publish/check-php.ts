import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import pLimit from 'p-limit';
import { errnoOf } from '../errors.js';
import { type BytePath, basename, dirname } from '../files/bytepath.js';
import type { FolderChain } from '../files/folder-chain.js';
import { openRegular } from '../files/open.js';
import { shortForTerminal } from '../report/shorten.js';

/** Files that are checked at the same time, at most. */
const MOST_AT_ONCE = 4;

/** How long PHP may take for one file: it only parses, and a megabyte takes a fraction of a second. */
const TIMEOUT_SECONDS = 20;

/** How much of what PHP says is read, in characters. */
const MOST_SAID = 4000;

/** The file as PHP sees it, whatever its name: a descriptor that it inherits. */
const INHERITED = '/proc/self/fd/3';

/** Neither the machine's configuration nor its extensions, and messages for people. */
const OPTIONS = ['-n', '-d', 'display_errors=1', '-d', 'log_errors=0', '-d', 'html_errors=0', '-l', INHERITED];

export const PHP_MISSING = 'PHP syntax was not checked: php is not installed';

/** What composer and npm bring along may be broken on purpose, as the tests of parsers are, or for other releases of PHP. */
const BROUGHT_ALONG = /(?:^|\/)(?:vendor|node_modules)\//;

/** What PHP said of one file. */
type Checked = 'right' | 'no-php' | { readonly error: string };

/**
 * Has PHP check the syntax of files below the chain's root.
 * @param problems gets each file that PHP would not run, with what it says.
 * @returns what a reader should know besides, escaped for a terminal.
 */
export async function checkPhp(chain: FolderChain, files: readonly BytePath[], problems: string[]): Promise<string[]> {
  const limit = pLimit(Math.min(MOST_AT_ONCE, availableParallelism()));
  let isMissing = false;
  const checked = await limit.map(files, async (file) => {
    // Where there is no PHP the first files have told.
    const result = isMissing ? 'no-php' : await checkFile(chain, file);
    isMissing ||= result === 'no-php';
    return result;
  });
  if (isMissing) return [PHP_MISSING];
  const brought: BytePath[] = [];
  for (const [index, file] of files.entries()) {
    const result = checked[index];
    if (typeof result !== 'object') continue;
    if (BROUGHT_ALONG.test(file)) brought.push(file);
    else problems.push(`${shortForTerminal(file)}: ${result.error}`);
  }
  const [first] = brought;
  if (first === undefined) return [];
  return [
    `PHP would not run ${brought.length} of the files that composer or npm brought, the first: ${shortForTerminal(first)}`,
  ];
}

async function checkFile(chain: FolderChain, file: BytePath): Promise<Checked> {
  const opened = openRegular(chain, dirname(file), basename(file));
  if (!opened.ok) return { error: `it could not be read: ${opened.detail}` };
  try {
    return await runPhp(opened.descriptor, file);
  } finally {
    closeSync(opened.descriptor);
  }
}

function runPhp(descriptor: number, file: BytePath): Promise<Checked> {
  return new Promise((resolve, reject) => {
    const child = spawn('php', OPTIONS, {
      cwd: '/',
      env: { PATH: process.env.PATH ?? '', LANG: 'C.UTF-8' },
      stdio: ['ignore', 'pipe', 'pipe', descriptor],
      timeout: TIMEOUT_SECONDS * 1000,
      killSignal: 'SIGKILL',
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('latin1').on('data', (text: string) => {
        said = (said + text).slice(0, MOST_SAID);
      });
    }
    child.once('error', (error) => (errnoOf(error) === 'ENOENT' ? resolve('no-php') : reject(error)));
    // What was killed may have left something behind that keeps its output open.
    child.once('exit', (_, signal) => {
      if (signal === 'SIGKILL') resolve({ error: `php took longer than ${TIMEOUT_SECONDS} s` });
    });
    child.once('close', (code) => resolve(code === 0 ? 'right' : { error: messageOf(said, file) }));
  });
}

/** PHP's first line that says something, with the file's own name, safe for a terminal. */
function messageOf(said: string, file: BytePath): string {
  const lines = said.split('\n').map((line) => line.trim());
  const told = lines.find((line) => line !== '') ?? 'php failed without a word';
  return shortForTerminal(told.replaceAll(INHERITED, file));
}
