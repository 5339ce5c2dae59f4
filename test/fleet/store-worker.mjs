/**
 * One machine that works on a store, as a process of its own: what it needs comes as JSON in the first argument. Says
 * `ready` when it takes batches, and every notice after that. SIGTERM ends it in order.
 */
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { queueAddress } from '../../dist/src/fleet/queue/address.js';
import { QueueConnection } from '../../dist/src/fleet/queue/connection.js';
import { startStoreWorker } from '../../dist/src/fleet/store-scan/worker.js';

const given = JSON.parse(process.argv[2] ?? '{}');
const connection = new QueueConnection(queueAddress(given.url));
const worker = await startStoreWorker({
  connection,
  host: given.host,
  key: createPrivateKey({ key: given.key, format: 'jwk' }),
  coordinator: createPublicKey({ key: given.coordinator, format: 'jwk' }),
  store: given.store,
  scan: given.scan,
  lock: given.lock,
  onNotice: (sentence) => process.stdout.write(`${sentence}\n`),
});
process.stdout.write('ready\n');
process.once('SIGTERM', async () => {
  await worker.stop();
  await connection.close();
});
