import type { AlertSettings } from '../../alert/settings.js';
import { runAgent } from '../../fleet/agent/agent.js';
import { defaultAgentFolder } from '../../fleet/agent/folder.js';
import { parseToken, type Token } from '../../fleet/token.js';
import { MAX_TOKEN_CHARACTERS } from '../../limits.js';
import { escapeControls } from '../../report/escape.js';
import type { AgentArguments } from '../agent-command.js';
import { runOptions, systemOptions } from '../arguments.js';
import { auditOptions } from '../audit-options.js';
import { beGentle, rateOptions } from '../gentle.js';
import { Interrupt } from '../interrupt.js';
import { endSoon } from './end-soon.js';
import { contentOf, queueAddressOf } from './queue-options.js';

/** Runs the agent until a signal ends it, and says what happens on standard error. */
export async function runAgentCommand(
  webRoot: string | undefined,
  given: AgentArguments,
  alerts: AlertSettings,
): Promise<void> {
  const address = queueAddressOf(given);
  const token = tokenOf(given);
  beGentle(given);
  const interrupt = new Interrupt();
  try {
    await runAgent({
      address,
      token,
      folder: given.agentFolder ?? defaultAgentFolder(),
      lock: given.lock,
      store: given.store ?? null,
      scan: {
        ...withoutQuick(auditOptions(given, alerts)),
        scan: {
          ...runOptions(given),
          ...systemOptions(given),
          ...rateOptions(given),
          ...(webRoot === undefined ? {} : { webRoot }),
        },
        attended: process.stderr.isTTY === true,
      },
      say,
      stop: interrupt.signal,
      interrupted: () => interrupt.exitCode,
    });
  } finally {
    interrupt.release();
    endSoon();
  }
}

/** The service of the system has no other way to tell. */
function say(sentence: string): void {
  process.stderr.write(`${new Date().toISOString()} ${escapeControls(sentence)}\n`);
}

function withoutQuick({ quick, ...options }: ReturnType<typeof auditOptions>) {
  return options;
}

function tokenOf({ token, tokenFile }: AgentArguments): Token | null {
  if (token !== undefined) return parseToken(token);
  if (tokenFile === undefined) return null;
  return parseToken(contentOf(tokenFile, { maxBytes: 2 * MAX_TOKEN_CHARACTERS, secret: true }));
}
