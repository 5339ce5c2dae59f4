import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { SigsweepError } from '../../errors.js';
import { COORDINATOR_USER, hostUser, hostUserName } from '../../fleet/acl.js';
import { Service } from '../../fleet/coordinator/service.js';
import { publicText } from '../../fleet/keys.js';
import { HOST_NAME_FORM, isHostName } from '../../fleet/names.js';
import { addressInWords } from '../../fleet/queue/address.js';
import { hostByName } from '../../fleet/store/hosts.js';
import { addToken, tokensOf } from '../../fleet/store/tokens.js';
import { newToken, tokenText } from '../../fleet/token.js';
import { safeJson } from '../../report/escape.js';
import { shortForTerminal } from '../../report/shorten.js';
import { minuteOf } from '../../words.js';
import { Interrupt } from '../interrupt.js';
import { print } from '../output.js';
import { type AtWork, sayState, withQueue } from './at-work.js';
import type { FolderArguments, SelectionArguments } from './fleet-options.js';
import { type QueueArguments, queueAddressOf } from './queue-options.js';

export interface EnrollArguments extends FolderArguments, QueueArguments, SelectionArguments {
  readonly valid: number;
  readonly store?: true;
  readonly wait?: true;
  readonly json?: true;
}

/** What is handed to whoever sets the host up. */
interface Handed {
  readonly host: string;
  readonly token: string;
  readonly expires: Date;
  readonly queue: string;
  readonly user: string;
  readonly password: string;
  readonly acl: string;
}

/** `sigsweep fleet enroll HOST`. */
export async function enroll(host: string, given: EnrollArguments): Promise<void> {
  if (!isHostName(host)) {
    throw new SigsweepError('USAGE', `no host can be called ${shortForTerminal(host)}: use ${HOST_NAME_FORM}`);
  }
  const { store = false, group = [], label = {}, valid, json, wait } = given;
  await withQueue(
    given,
    async (at) => {
      const { key, store: database } = at.ledger;
      const createdAt = new Date();
      const expires = new Date(createdAt.getTime() + valid);
      const token = newToken(host, key, expires.getTime());
      const publicKey = publicText(token.key);
      addToken(database, { publicKey, host, groups: group, labels: label, store, createdAt, expires });
      const password = randomBytes(24).toString('base64url');
      const handed: Handed = {
        ...{ host, token: tokenText(token), expires, queue: addressInWords(queueAddressOf(given)) },
        ...{ user: hostUserName(host), password, acl: hostUser(host, password, { store }) },
      };
      const isKnown = hostByName(database, host)?.removedAt === null;
      await print(json ? [`${safeJson({ schema: 'sigsweep/enrolment@1', ...handed })}\n`] : text(handed, isKnown));
      if (wait) await untilUsed(at, host, publicKey, expires);
    },
    { exists: false },
  );
}

function* text({ host, token, expires, queue, user, password, acl }: Handed, isKnown: boolean): Generator<string> {
  const queueOfHost = queue.replace('://', `://${user}@`);
  yield `Until ${minuteOf(expires)} this token makes ${host} one of the fleet, once:\n\n${token}\n\n`;
  if (isKnown) yield `${host} is enrolled already: its key is replaced by the one that comes with this token.\n\n`;
  yield `On ${host}, with the token in a file that nobody else can read:\n\n`;
  yield `  sigsweep agent --queue ${queueOfHost} --queue-password-file FILE --token-file FILE\n\n`;
  yield `A user of Redis for it, which reaches its own queues and nothing else: a line of the ACL file\n`;
  yield `(then ACL LOAD, by an administrator: ${COORDINATOR_USER} may not), and its password.\n\n${acl}\n\n${password}\n`;
}

/** Takes in what comes until the token was used. */
async function untilUsed({ ledger, connection, reached }: AtWork, host: string, publicKey: string, expires: Date) {
  await reached();
  const interrupt = new Interrupt();
  const done = new AbortController();
  const service = new Service(ledger, connection, {
    say: sayState,
    onHappening: ({ host: from, what, detail }) => {
      if (from === host && what === 'refused') sayState(`${host}: a message was refused: ${detail}`);
    },
    onRound: () => {
      const token = tokensOf(ledger.store, host).find((one) => one.publicKey === publicKey);
      if (token?.usedAt !== null || new Date() > expires) done.abort();
    },
  });
  sayState(`waits for ${host}; the token can be used whether or not this goes on`);
  await service.run(AbortSignal.any([done.signal, interrupt.signal]));
  interrupt.release();
  if (interrupt.exitCode !== undefined) process.exitCode = interrupt.exitCode;
  else if (hostByName(ledger.store, host)?.removedAt === null) sayState(`${host} belongs to the fleet now`);
  else throw new SigsweepError('ENROLMENT_REFUSED', `${host} did not use its token in time: make a new one`);
  // Its answer is on the way.
  await sleep(50);
}
