import { requireTrustedProgram, runProgram } from '../process/run-program.js';
import { safeJson } from '../report/escape.js';
import type { Delivered } from './channel.js';
import type { AlertEvent } from './event.js';
import type { CommandSettings } from './settings.js';

/** Runs the administrator's own program with the event on its standard input, one line of JSON. */
export async function sendToCommand(
  { run: [program, ...args] }: CommandSettings,
  event: AlertEvent,
  signal: AbortSignal,
): Promise<Delivered> {
  requireTrustedProgram(program);
  await runProgram(program, args, `${safeJson(event)}\n`, signal);
  return { refused: [] };
}
