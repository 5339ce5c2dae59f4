import { closeSync, constants, existsSync, fstatSync, fsyncSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { errnoOf, SigsweepError } from '../errors.js';
import { errorInWords } from '../files/failure.js';
import { makePrivateFolder } from '../files/private-folder.js';
import { requireTrusted } from '../files/trusted.js';
import { writeAll } from '../files/write.js';
import type { ModuleReport } from '../model.js';
import { escapeControls } from '../report/escape.js';
import { shortForTerminal } from '../report/shorten.js';
import type { DisableCommand } from './command.js';

/** Never through a link, and never waiting for the reader of a pipe. */
const FLAGS =
  constants.O_WRONLY |
  constants.O_APPEND |
  constants.O_CREAT |
  constants.O_NOFOLLOW |
  constants.O_NONBLOCK |
  constants.O_NOCTTY;

/**
 * What was done to modules, a line each time: when (UTC), module, verdict, reason, command, outcome, with tabs in between
 * and every control character escaped.
 */
export class EnforcementLog {
  private constructor(
    private readonly file: string,
    private readonly descriptor: number,
  ) {}

  /**
   * Opens a log to write on; makes it, with its folder, where there is none, for its owner alone.
   * @throws SigsweepError LOG_UNUSABLE; FILE_UNSAFE when others could have written it.
   */
  static open(file: string): EnforcementLog {
    let descriptor: number | undefined;
    try {
      // One that is there may be shared, as /var/log is; who could put another log in its place is looked at below.
      if (!existsSync(dirname(file))) makePrivateFolder(dirname(file));
      descriptor = openSync(file, FLAGS, 0o600);
      const stat = fstatSync(descriptor);
      if (!stat.isFile()) throw new Error('it is no regular file');
      requireTrusted(file, stat);
      return new EnforcementLog(file, descriptor);
    } catch (cause) {
      if (descriptor !== undefined) closeSync(descriptor);
      throw unusable(file, cause);
    }
  }

  /**
   * Adds a line. It is on the disk when this returns, so that whatever ends the machine is seen to have done so.
   * @throws SigsweepError LOG_UNUSABLE
   */
  note(module: ModuleReport, { program, args }: DisableCommand, outcome: string): void {
    const fields = [
      new Date().toISOString(),
      shortForTerminal(module.name),
      module.verdict,
      shortForTerminal(module.reason),
      escapeControls([program, ...args].join(' ')),
      escapeControls(outcome),
    ];
    try {
      writeAll(this.descriptor, Buffer.from(`${fields.join('\t')}\n`));
      fsyncSync(this.descriptor);
    } catch (cause) {
      throw unusable(this.file, cause);
    }
  }

  close(): void {
    closeSync(this.descriptor);
  }
}

function unusable(file: string, cause: unknown): SigsweepError {
  if (cause instanceof SigsweepError) return cause;
  const why = errnoOf(cause) === 'ELOOP' ? 'it is a symbolic link' : errorInWords(cause);
  const remedy = 'give another place with --log FILE';
  return new SigsweepError('LOG_UNUSABLE', `cannot write the log ${file}: ${why}; ${remedy}`, { cause });
}
