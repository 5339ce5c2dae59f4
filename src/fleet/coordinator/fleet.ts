import type { QueueConnection } from '../queue/connection.js';
import { Inbox } from '../queue/inbox.js';
import { Outbox } from '../queue/outbox.js';
import type { Ledger } from './ledger.js';

/** A coordinator at work. */
export interface Fleet extends Ledger {
  readonly inbox: Inbox;
  readonly outbox: Outbox;
}

/** A coordinator that can be heard. */
export function fleetOn(ledger: Ledger, connection: QueueConnection): Fleet {
  return { ...ledger, inbox: new Inbox(connection), outbox: new Outbox(connection) };
}
