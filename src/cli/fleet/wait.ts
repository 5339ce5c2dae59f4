import { setTimeout as sleep } from 'node:timers/promises';
import { Service } from '../../fleet/coordinator/service.js';
import { batches, ordersOfBatch } from '../../fleet/store/orders.js';
import { reportOfOrder } from '../../fleet/store/reports.js';
import { Interrupt } from '../interrupt.js';
import { print } from '../output.js';
import { fitted } from '../terminal/screen.js';
import { type AtWork, sayState } from './at-work.js';
import { FleetDisplay, fleetFigures } from './display.js';
import { batchJson, batchLines, exitCodeOf, type HostResult } from './results.js';

interface WaitArguments {
  readonly json?: true;
  readonly progress: boolean;
}

/** Takes in what comes until all hosts of a batch have answered, or their time is over; then says what they found. */
export async function waitForBatch({ ledger, connection }: AtWork, batch: string, given: WaitArguments): Promise<void> {
  const { store } = ledger;
  const interrupt = new Interrupt();
  const done = new AbortController();
  const display = await FleetDisplay.open(given.progress);
  const service = new Service(ledger, connection, {
    say: display.say,
    onHappening: ({ host, what, detail }) => {
      if (what === 'refused') display.say(`${host}: a message was refused: ${detail}`);
    },
    onRound: async (fleet) => {
      const [state] = batches(store, 1, batch);
      if (state === undefined || state.states.sent === 0) done.abort();
      await display.show(connection.isReady ? () => fleetFigures(fleet, batch) : undefined);
    },
  });
  try {
    await service.run(AbortSignal.any([done.signal, interrupt.signal]));
    // The last answers are on their way.
    if (interrupt.exitCode === undefined) await sleep(50);
  } finally {
    display.close();
    interrupt.release();
  }
  const results = ordersOfBatch(store, batch).map(
    (order): HostResult => ({ order, report: reportOfOrder(store, order.nonce) }),
  );
  await print(given.json ? [batchJson(batch, results)] : fitted(batchLines(results)));
  process.exitCode = interrupt.exitCode ?? exitCodeOf(results);
  if (interrupt.exitCode !== undefined) {
    sayState(
      'the hosts go on: sigsweep fleet status shows how far they are, and sigsweep fleet watch takes their reports in',
    );
  }
}
