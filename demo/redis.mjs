import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Beside } from './processes.mjs';

/** Whether there is a redis-server to start. */
export function hasRedis() {
  return spawnSync('redis-server', ['--version']).status === 0;
}

/**
 * Starts a Redis that only this machine reaches, and only with its password.
 * @param {string} folder that nobody else gets into
 */
export async function startRedis(folder) {
  const port = await freePort();
  const password = randomBytes(16).toString('hex');
  const passwordFile = join(folder, 'redis.password');
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  // By its standard input: others can read the arguments of a program.
  const settings = `bind 127.0.0.1\nport ${port}\nrequirepass ${password}\nsave ""\nappendonly no\nmaxmemory-policy noeviction\ndir "${folder}"\n`;
  const redis = new Beside('redis-server', 'redis-server', ['-'], settings);
  await redis.until(/Ready to accept connections/g);
  return { redis, options: ['--queue', `redis://127.0.0.1:${port}`, '--queue-password-file', passwordFile] };
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  server.close();
  await once(server, 'close');
  return port;
}
