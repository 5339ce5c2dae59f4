/**
 * Simulated agents, all in this process: each with a key, a connection and a worker of its own, as a real one has. They
 * take what they are asked, check it, and answer with a report. Talks to its parent: the coordinator's public key and the
 * hosts in, how many reports lie in Redis and how many were accepted out.
 */

import { keyOfSeed, publicKeyOf } from '../../dist/src/fleet/keys.js';
import { believe } from '../../dist/src/fleet/message/believe.js';
import { message, TO_HOSTS } from '../../dist/src/fleet/message/message.js';
import { seal } from '../../dist/src/fleet/message/seal.js';
import { COORDINATOR, hostPrefix, JOBS_QUEUE, REPORTS_QUEUE } from '../../dist/src/fleet/names.js';
import { queueAddress } from '../../dist/src/fleet/queue/address.js';
import { QueueConnection } from '../../dist/src/fleet/queue/connection.js';
import { UNLISTED_CLASSES, VERDICTS } from '../../dist/src/types.js';
import { reportText } from './report.mjs';

const HOUR = 3_600_000;
/** So many connect at once: a server's backlog is shorter than a fleet. */
const AT_ONCE = 50;

const counts = { connected: 0, reported: 0, accepted: 0, refused: 0, bytes: 0, sealed: 0 };
/** @type {(() => Promise<unknown>)[]} */
const hellos = [];
const HELLO_INTERVAL = 180_000;
let night = 0;

process.once('message', async (/** @type {any} */ { url, seeds, coordinator, modules }) => {
  const keys = [publicKeyOf(coordinator)];
  const address = queueAddress(url);
  for (let from = 0; from < seeds.length; from += AT_ONCE) {
    const slice = seeds.slice(from, from + AT_ONCE);
    await Promise.all(
      slice.map((/** @type {{ name: string, seed: string }} */ one, /** @type {number} */ index) =>
        begin(address, from + index, one, keys, modules),
      ),
    );
  }
  setInterval(() => process.send?.(counts), 200);
  process.on('message', (/** @type {any} */ said) => {
    if (said.hello === true) return sayHello();
    night = said.night;
    Object.assign(counts, { reported: 0, accepted: 0, bytes: 0, sealed: 0 });
  });
});

/** Every host says that it is there once in three minutes, as real ones do. */
function sayHello() {
  let next = 0;
  const began = Date.now();
  setInterval(() => {
    const due = Math.floor(((Date.now() - began) * hellos.length) / HELLO_INTERVAL);
    for (; next < due; next += 1) void hellos[next % hellos.length]?.();
  }, 100);
}

/**
 * @param {import('../../dist/src/fleet/queue/address.js').QueueAddress} address @param {number} number
 * @param {{ name: string, seed: string }} host @param {readonly import('node:crypto').KeyObject[]} keys @param {number} modules
 */
async function begin(address, number, { name, seed }, keys, modules) {
  const connection = new QueueConnection(address);
  await connection.ready(60_000);
  const key = keyOfSeed(Buffer.from(seed, 'base64url'));
  connection.worker(
    hostPrefix(name),
    JOBS_QUEUE,
    async (job) => {
      const now = Date.now();
      const believed = believe(job.data, { keys, from: COORDINATOR, to: name, kinds: TO_HOSTS, now });
      if (!believed.ok) throw new Error(believed.detail);
      const { kind, nonce } = believed.message;
      if (kind === 'accepted') counts.accepted += 1;
      if (kind === 'refused') counts.refused += 1;
      if (kind !== 'scan') return;
      const options = { modules, verdicts: VERDICTS, classes: UNLISTED_CLASSES, night };
      const body = { job: nonce, report: reportText(number, options) };
      const draft = {
        kind: /** @type {const} */ ('report'),
        from: name,
        to: COORDINATOR,
        issued: now,
        expires: now + HOUR,
        body,
      };
      const made = message(draft);
      const sealed = seal(key, JSON.stringify(made));
      await connection
        .queue(hostPrefix(name), REPORTS_QUEUE)
        .add('report', sealed, { jobId: made.nonce, removeOnComplete: true, removeOnFail: true });
      counts.reported += 1;
      counts.bytes += body.report.length;
      counts.sealed += sealed.length;
    },
    { drainDelay: 10 },
  );
  hellos.push(() => {
    const now = Date.now();
    const body = { state: /** @type {const} */ ('idle'), since: now };
    const draft = {
      kind: /** @type {const} */ ('hello'),
      from: name,
      to: COORDINATOR,
      issued: now,
      expires: now + HOUR,
      body,
    };
    const sealed = seal(key, JSON.stringify(message(draft)));
    return connection
      .queue(hostPrefix(name), REPORTS_QUEUE)
      .add('hello', sealed, { jobId: 'hello', removeOnComplete: true });
  });
  counts.connected += 1;
}
