import { Command, CommanderError } from 'commander';
import { errnoOf, SigsweepError } from '../errors.js';
import { errorInWords } from '../files/failure.js';
import { escapeControls } from '../report/escape.js';
import { ExitCode } from '../scan/exit-code.js';
import { addAgentCommand } from './agent-command.js';
import { addAlertCommand } from './alert-command.js';
import { addBenchCommand } from './bench-command.js';
import { addCompletionCommand } from './completion-command.js';
import { withConfiguration } from './config/configuration.js';
import { addConfigCommand } from './config-command.js';
import { addDemoCommand } from './demo-command.js';
import { addDoctorCommand } from './doctor-command.js';
import { addEnforceCommand } from './enforce-command.js';
import { addExemptCommand } from './exempt-command.js';
import { addFleetCommand } from './fleet-command.js';
import { addHistoryCommands } from './history-commands.js';
import { addKeysCommand } from './keys-command.js';
import { addManCommand } from './man-command.js';
import { addPackCommand } from './pack-command.js';
import { Question, withQuestions } from './questions.js';
import { addReportCommand } from './report-command.js';
import { reportError, withCode } from './report-error.js';
import { addScanCommand } from './scan-command.js';
import { addScheduleCommand } from './schedule-command.js';
import { addSignCommand } from './sign-command.js';
import { addVerifyCommand } from './verify-command.js';
import { passOverExperiments } from './warnings.js';

/** Runs the command line. Never throws: what goes wrong is one sentence on standard error and an exit code. */
export async function runProgram(args: readonly string[]): Promise<void> {
  passOverExperiments();
  process.stdout.on('error', outputFailed);
  // Node's own exit code for what nobody caught is 1, which would say that there are findings.
  process.once('uncaughtException', (error) => {
    reportError(error);
    process.exit();
  });
  // Whoever reads the messages may be gone; the scan and its exit code do not depend on that.
  process.stderr.on('error', () => undefined);
  try {
    await makeProgram(args).parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof Question) return answer(error);
    // Help and version end this way too; commander has already said what there is to say.
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? ExitCode.clean : ExitCode.failed;
    else reportError(error);
  }
}

async function answer(question: Question): Promise<void> {
  try {
    await question.answer();
  } catch (error) {
    reportError(error);
  }
}

/** The whole command line, which tests compare documents with. `args` are those that it is made to read. */
export function makeProgram(args: readonly string[] = []): Command {
  const program = new Command('sigsweep')
    .description('Integrity scanner for FreePBX systems: verifies signed modules and finds what nobody signed.')
    .showHelpAfterError('(sigsweep --help and sigsweep COMMAND --help say what there is)')
    .configureOutput({ outputError: (text, write) => write(`sigsweep: ${usageError(text)}`) })
    .exitOverride()
    // Without it commander drops a -- that stands before options of a command.
    .enablePositionalOptions()
    .addHelpText(
      'after',
      '\nExit codes: 0 clean, 1 findings at or above --fail-on, 2 could not run,\n' +
        '3 incomplete, 130 or 143 interrupted.',
    );
  withQuestions(program, args);
  addScanCommand(program);
  addVerifyCommand(program);
  addSignCommand(program);
  addPackCommand(program);
  addKeysCommand(program);
  addExemptCommand(program);
  addEnforceCommand(program);
  addHistoryCommands(program);
  addReportCommand(program);
  addAlertCommand(program);
  addScheduleCommand(program);
  addFleetCommand(program);
  addConfigCommand(program);
  addAgentCommand(program);
  addBenchCommand(program);
  addDoctorCommand(program);
  addDemoCommand(program);
  addCompletionCommand(program);
  addManCommand(program);
  withConfiguration(program);
  // commander copies the settings above to a command when it is made; exitOverride among them.
  return program;
}

/** What commander says of wrong arguments, as one sentence and with nothing in it that a terminal would obey. */
function usageError(text: string): string {
  const sentence = text
    .replace(/^error: /, '')
    .replace(/( is invalid[^.]*)\. (\w)/, (_, verdict, first) => `${verdict}: ${first.toLowerCase()}`);
  const [first = '', ...hints] = sentence.trimEnd().split('\n').map(escapeControls);
  return `${[withCode(first, 'USAGE'), ...hints].join('\n')}\n`;
}

/** A reader that has had enough (`| head`) is no error; a full disk behind a redirection is one. */
function outputFailed(cause: Error): void {
  if (errnoOf(cause) === 'EPIPE') return;
  reportError(new SigsweepError('OUTPUT_FAILED', `cannot write to standard output: ${errorInWords(cause)}`, { cause }));
}
