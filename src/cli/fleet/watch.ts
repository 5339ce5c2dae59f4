import { Service } from '../../fleet/coordinator/service.js';
import type { Happening } from '../../fleet/coordinator/take.js';
import { listHosts } from '../../fleet/store/hosts.js';
import { lastReports } from '../../fleet/store/reports.js';
import type { FleetStore } from '../../fleet/store/store.js';
import { SEVERITIES } from '../../types.js';
import { countInWords } from '../../words.js';
import { Interrupt } from '../interrupt.js';
import { withQueue } from './at-work.js';
import { FleetDisplay, fleetFigures } from './display.js';
import type { FolderArguments } from './fleet-options.js';
import type { QueueArguments } from './queue-options.js';

export interface WatchArguments extends FolderArguments, QueueArguments {
  readonly keepReports: number;
  readonly progress: boolean;
}

/** `sigsweep fleet watch`. */
export async function watch(given: WatchArguments): Promise<void> {
  const interrupt = new Interrupt();
  // Lines are for what happens; how far it is shows only on a terminal.
  const display = await FleetDisplay.open(given.progress && process.stderr.isTTY === true);
  try {
    await withQueue(
      given,
      async ({ ledger, connection }) => {
        const { store } = ledger;
        const service = new Service(ledger, connection, {
          nights: true,
          keep: given.keepReports,
          say: display.say,
          onHappening: (happening) => display.say(happeningInWords(store, happening)),
          onRound: (fleet) => display.show(connection.isReady ? () => fleetFigures(fleet) : undefined),
        });
        display.say(`watches ${countInWords(listHosts(store).length, 'host')} by ${connection.place}`);
        await service.run(interrupt.signal);
      },
      { say: display.say, exists: false },
    );
  } finally {
    display.close();
    interrupt.release();
  }
}

function happeningInWords(store: FleetStore, { host, what, detail }: Happening): string {
  switch (what) {
    case 'report':
      return `${host}: ${reportInWords(store, host)}`;
    case 'failure':
      return `${host} could not scan: ${detail}`;
    case 'enrolled':
      return `${host} belongs to the fleet now`;
    case 'refused':
      return `${host}: a message was refused: ${detail}`;
  }
}

function reportInWords(store: FleetStore, host: string): string {
  const [report] = lastReports(store, host, 1);
  if (report === undefined) return 'a report was taken in';
  const counts = SEVERITIES.filter((severity) => severity !== 'info' && report.counts[severity] > 0).map(
    (severity) => `${report.counts[severity]} ${severity}`,
  );
  const found = counts.length === 0 ? 'nothing found' : counts.join(', ');
  return `report ${report.id}: ${found}${report.complete ? '' : ', incomplete'}`;
}
