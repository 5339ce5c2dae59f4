import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { onTestFinished } from 'vitest';
import { COORDINATOR_USER, coordinatorUser, hostUser, hostUserName } from '../../src/fleet/acl.js';
import { queueAddress } from '../../src/fleet/queue/address.js';
import { QueueConnection } from '../../src/fleet/queue/connection.js';
import { startRedis, type TestRedis } from './redis.js';

const EXAMPLES = new URL('../../examples/redis/', import.meta.url);

export function example(name: string): string {
  return readFileSync(new URL(name, EXAMPLES), 'utf8');
}

export interface Login {
  readonly name: string;
  readonly password: string;
}

export const COORDINATOR: Login = { name: COORDINATOR_USER, password: 'of the coordinator' };
export const PBX: Login = { name: hostUserName('pbx-1'), password: 'of a host' };
export const OTHER: Login = { name: hostUserName('pbx-2'), password: 'of another host' };
export const STORE: Login = { name: hostUserName('store-1'), password: 'of a host with a store' };

/** Redis as `examples/redis` configures it, on loopback, for a coordinator, two hosts and one that works on stores. */
export async function startExampleRedis(): Promise<TestRedis> {
  return startRedis({
    tls: true,
    users: [
      coordinatorUser(COORDINATOR.password),
      hostUser('pbx-1', PBX.password),
      hostUser('pbx-2', OTHER.password),
      hostUser('store-1', STORE.password, { store: true }),
    ],
    config: (folder) =>
      example('redis.conf').replaceAll('/etc/redis/', `${folder}/`).replaceAll('/var/lib/redis', join(folder, 'data')),
  });
}

/** What the program uses, as one of them; ends with the running test. */
export function connectionOf(redis: TestRedis, login: Login): QueueConnection {
  const authority = readFileSync(redis.ca, 'utf8');
  const connection = new QueueConnection(queueAddress(redis.url(login), { authority }));
  onTestFinished(() => connection.close());
  return connection;
}

/** Redis's own commands, as one of them, or as nobody; ends with the running test, and does not try twice. */
export function clientOf(redis: TestRedis, login?: Login, url = redis.url(login)): Redis {
  const ca = readFileSync(redis.ca, 'utf8');
  const tls = url.startsWith('rediss:') ? { tls: { ca } } : {};
  const client = new Redis(url, { ...tls, retryStrategy: () => null, lazyConnect: true, disableClientInfo: true });
  client.on('error', () => {});
  onTestFinished(() => client.disconnect());
  return client;
}
