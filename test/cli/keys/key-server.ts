/** A server of keys on loopback, and what it has. */
import type { ServerResponse } from 'node:http';
import { armorPublicKey } from '../../../src/openpgp/secret-key.js';
import { type Receiver, startReceiver } from '../../alert/receiver.js';

export interface KeyServer {
  readonly receiver: Receiver;
  /** For `--from`: by HKP, and as a plain address. */
  readonly hkp: string;
  readonly plain: string;
}

/** Answers every request with a key in armor, or a text as it is. */
export function serving(key: Uint8Array | string): Promise<KeyServer> {
  return answering((response) => response.end(typeof key === 'string' ? key : armorPublicKey(key)));
}

/** The same without armor: much of it fits into what is taken. */
export function servingBinary(bytes: Uint8Array): Promise<KeyServer> {
  return answering((response) => response.end(bytes));
}

export async function answering(answer: (response: ServerResponse, number: number) => void): Promise<KeyServer> {
  const receiver = await startReceiver(answer);
  const at = `127.0.0.1:${receiver.port}`;
  return { receiver, hkp: `hkp://${at}`, plain: `http://${at}/keys.asc` };
}
