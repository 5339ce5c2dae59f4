/** A job through a queue and back, by what the program uses for it: bundled as the single executable is, and run. */
import { queueAddress } from '../../../src/fleet/queue/address.js';
import { QueueConnection } from '../../../src/fleet/queue/connection.js';

async function main(): Promise<void> {
  const connection = new QueueConnection(queueAddress(process.argv[2] ?? ''));
  const taken = new Promise<unknown>((resolve) => {
    connection.worker('sigsweep:host:pbx-1', 'jobs', async (job) => resolve(job.data), {});
  });
  await connection.ready(10_000);
  await connection.queue('sigsweep:host:pbx-1', 'jobs').add('scan', { text: 'ü'.repeat(1000) }, { delay: 10 });
  process.stdout.write(JSON.stringify(await taken));
  await connection.close();
}

void main();
