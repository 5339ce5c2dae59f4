import { sha256 } from '../sha256.js';
import { hostPrefix, STORE_PREFIX } from './names.js';

/** What every key of a fleet in Redis begins with. */
const FLEET_PREFIX = 'sigsweep';

/** The name by which the coordinator is known to Redis. No host has it: theirs have a hyphen and their own name behind it. */
export const COORDINATOR_USER = 'sigsweep';

/**
 * What BullMQ's scripts, its `Queue` and its `Worker` ask of Redis, and nothing else. Scripts are held to it too: Redis
 * asks for every command and every key of a script whether its user may.
 *
 * Each of these names the keys that it touches, so that the user's pattern bounds it. What goes over all keys (SCAN, KEYS,
 * DBSIZE …), looks at others' connections (CLIENT LIST, MONITOR …) or at the server (CONFIG, ACL …) is not among them.
 */
const QUEUE_COMMANDS = [
  // The connection. INFO tells whether Redis is still loading its data, and its version; of keys it tells how many there are.
  ...['client|setname', 'info'],
  // Scripts, and what is sent as one piece.
  ...['discard', 'eval', 'evalsha', 'exec', 'multi', 'script|exists', 'script|load'],
  // Keys of any kind.
  ...['del', 'exists', 'persist', 'pexpire', 'pttl'],
  ...['get', 'incr', 'set'],
  ...['hdel', 'hexists', 'hget', 'hgetall', 'hincrby', 'hlen', 'hmget', 'hmset', 'hset'],
  ...['lindex', 'llen', 'lpop', 'lpos', 'lpush', 'lrange', 'lrem', 'ltrim', 'rpop', 'rpoplpush', 'rpush'],
  ...['sadd', 'scard', 'sismember', 'smembers', 'srem'],
  ...['bzpopmin', 'zadd', 'zcard', 'zcount', 'zpopmin', 'zrange', 'zrangebyscore', 'zrem'],
  ...['zremrangebyrank', 'zremrangebyscore', 'zrevrange', 'zrevrangebyscore', 'zscore'],
  ...['xadd', 'xtrim'],
];

/** What the coordinator asks besides: how large something is, before it takes it. */
const COORDINATOR_COMMANDS = [...QUEUE_COMMANDS, 'hstrlen'];

export interface HostUserOptions {
  /** Whether the host works on large stores together with others. @default false */
  readonly store?: boolean;
}

/** The name by which a host is known to Redis. */
export function hostUserName(host: string): string {
  return `sigsweep-${host}`;
}

/**
 * The line of an ACL file for a host: it reaches its own two queues, and where it works on stores those that all such
 * hosts share. The password is not in it, only its SHA-256.
 * @param host a name that `isHostName` accepts
 */
export function hostUser(host: string, password: string, { store = false }: HostUserOptions = {}): string {
  const prefixes = [hostPrefix(host), ...(store ? [STORE_PREFIX] : [])];
  return userLine(hostUserName(host), password, prefixes, QUEUE_COMMANDS);
}

/** The same for the coordinator, which reaches all queues, and administers nothing. */
export function coordinatorUser(password: string): string {
  return userLine(COORDINATOR_USER, password, [FLEET_PREFIX], COORDINATOR_COMMANDS);
}

/** `reset` takes away what the user had, where the line is given to a running Redis: an older password above all. */
function userLine(name: string, password: string, prefixes: readonly string[], commands: readonly string[]): string {
  const keys = prefixes.map((prefix) => `~${prefix}:*`);
  const allowed = commands.map((command) => `+${command}`);
  const secret = `#${sha256(Buffer.from(password))}`;
  return ['user', name, 'reset', 'on', secret, 'resetchannels', 'resetkeys', ...keys, '-@all', ...allowed].join(' ');
}
