import { errnoOf, SigsweepError } from '../errors.js';
import type { ProgramErrorCode } from '../explain/error-codes.js';
import { errorInWords } from '../files/failure.js';
import { escapeControls } from '../report/escape.js';
import { ExitCode } from '../scan/exit-code.js';
import { Interrupted } from './interrupt.js';

/** Too many open files, of this process or of all. */
const OUT_OF_DESCRIPTORS: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE']);

/** Says what ended the program, in one sentence on standard error, with its details below, and sets the exit code. */
export function reportError(error: unknown): void {
  if (error instanceof Interrupted) {
    process.exitCode = error.exitCode;
    return;
  }
  process.exitCode = ExitCode.failed;
  if (error instanceof SigsweepError) {
    for (const line of [
      `sigsweep: ${withCode(error.message, error.code)}`,
      ...error.details.map((detail) => `  ${detail}`),
    ]) {
      process.stderr.write(`${escapeControls(line)}\n`);
    }
    return;
  }
  if (OUT_OF_DESCRIPTORS.has(errnoOf(error) ?? '')) {
    // Parts of the program are loaded when they are needed, and then there may be none left.
    process.stderr.write(
      `sigsweep: ${withCode(`cannot go on: ${errorInWords(error)}; allow more open files (ulimit -n)`, 'OPEN_FILES')}\n`,
    );
    return;
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(
    `sigsweep: ${withCode('this is a fault of sigsweep itself, please report it', 'INTERNAL')}: ${detail}\n`,
  );
}

/** What went wrong, and the word that `sigsweep --explain` takes to say more. */
export function withCode(message: string, code: ProgramErrorCode): string {
  return `${message} [${code}]`;
}
