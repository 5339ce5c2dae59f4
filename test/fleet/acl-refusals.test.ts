import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hostPrefix, JOBS_QUEUE, REPORTS_QUEUE, STORE_PREFIX } from '../../src/fleet/names.js';
import { addFlow, removeFlow } from '../../src/fleet/queue/flow.js';
import { COORDINATOR, clientOf, connectionOf, type Login, PBX, STORE, startExampleRedis } from './example-redis.js';
import { REDIS_MISSING, type TestRedis } from './redis.js';

const OWN = 'sigsweep:host:pbx-1:jobs';
const OTHER = 'sigsweep:host:pbx-2:jobs';

/** A command with its words; `OWN:…` and `OTHER:…` are keys. */
const BY_NAME = `
GET OTHER:lock | HGETALL OTHER:1 | HGET OTHER:1 data | HSTRLEN OTHER:1 data | LRANGE OTHER:wait 0 -1 | LLEN OTHER:wait
EXISTS OTHER:1 | TYPE OTHER:1 | PTTL OTHER:1 | TTL OTHER:1 | DUMP OTHER:1 | OBJECT ENCODING OTHER:1 | MEMORY USAGE OTHER:1
XRANGE OTHER:events - + | XREAD STREAMS OTHER:events 0 | XINFO STREAM OTHER:events | ZRANGE OTHER:marker 0 -1
SET OTHER:lock x | DEL OTHER:1 | UNLINK OTHER:1 | HSET OTHER:1 data x | RPUSH OTHER:wait x | LREM OTHER:wait 0 1
LTRIM OTHER:wait 1 0 | PEXPIRE OTHER:1 1 | EXPIRE OTHER:1 1 | PERSIST OTHER:1 | XADD OTHER:events * a b | INCR OTHER:id
COPY OTHER:1 OWN:stolen | COPY OWN:1 OTHER:1 REPLACE | RENAME OTHER:1 OWN:stolen | RENAME OWN:1 OTHER:1 | MOVE OTHER:1 1
RPOPLPUSH OTHER:wait OWN:stolen | RPOPLPUSH OWN:wait OTHER:wait | LMOVE OTHER:wait OWN:stolen LEFT LEFT
SORT OWN:list BY OTHER:*->data GET OTHER:*->data | SORT_RO OWN:list BY nosort GET OTHER:* | SORT OWN:list STORE OTHER:wait
SUNIONSTORE OWN:stolen OTHER:set | ZUNIONSTORE OWN:stolen 1 OTHER:marker | BITOP OR OWN:stolen OTHER:id OTHER:id
RESTORE OTHER:1 0 x | MIGRATE 127.0.0.1 1 OTHER:1 0 10 | BZPOPMIN OTHER:marker 1 | BLPOP OTHER:wait 1
EVAL "" 1 OTHER:1 | EVAL_RO "" 1 OTHER:1 | FCALL x 0 | GET sigsweep:host:pbx-10:jobs:1 | GET sigsweep:host:pbx-1 | GET other
GET sigsweep:store:batches:1 | GET sigsweep:coordinator:nights:1
`;

/** Lists, listens, or touches the server. */
const BY_REACH = `
SCAN 0 | SCAN 0 MATCH sigsweep:* | KEYS * | RANDOMKEY | DBSIZE | SELECT 1 | WATCH OTHER:1
MONITOR | SUBSCRIBE __keyspace@0__:x | PSUBSCRIBE * | SSUBSCRIBE x | PUBLISH x y | PUBSUB CHANNELS | CLIENT TRACKING ON BCAST
CLIENT LIST | CLIENT INFO | CLIENT KILL TYPE normal | CLIENT PAUSE 1000 | CLIENT UNBLOCK 1 | CLIENT NO-EVICT ON | CLIENT REPLY OFF
CONFIG GET * | CONFIG SET maxmemory 1 | CONFIG REWRITE | ACL LIST | ACL WHOAMI | ACL SETUSER x on | ACL LOG | ACL SAVE
FLUSHALL | FLUSHDB | SWAPDB 0 1 | DEBUG SLEEP 1 | SHUTDOWN NOSAVE | SAVE | BGSAVE | BGREWRITEAOF | SYNC | PSYNC ? -1
REPLICAOF 127.0.0.1 1 | FAILOVER | MODULE LIST | MODULE LOAD x | FUNCTION LIST | FUNCTION FLUSH | FUNCTION LOAD x
SCRIPT FLUSH | SCRIPT KILL | SLOWLOG GET | LATENCY LATEST | MEMORY STATS | CLUSTER INFO | WAIT 1 1 | LASTSAVE | ROLE | COMMAND
`;

/** Scripts, some of which hide from Redis what they will touch. */
const BY_SCRIPT = [
  "return redis.call('HGETALL', 'sigsweep:host:pbx-2:jobs:1')",
  "return redis.call('hg' .. 'et', table.concat({'sigsweep', 'host', 'pbx-' .. 1 + 1, 'jobs', '1'}, ':'), 'data')",
  "return redis.call('SET', 'sigsweep:host:pbx-2:jobs:lock', 'x')",
  "return redis.call('DEL', string.char(115) .. 'igsweep:host:pbx-2:jobs:wait')",
  "return redis.pcall('LPUSH', 'sigsweep:host:pbx-2:jobs:wait', 'x')",
  "#!lua flags=allow-cross-slot-keys\nreturn redis.call('GET', 'sigsweep:host:pbx-2:jobs:id')",
  "#!lua flags=no-writes\nreturn redis.call('LRANGE', 'sigsweep:host:pbx-2:jobs:wait', 0, -1)",
  ...["'SCAN', 0", "'KEYS', '*'", "'RANDOMKEY'", "'DBSIZE'", "'FLUSHALL'", "'PUBLISH', 'x', 'y'"].map(
    (words) => `return redis.call(${words})`,
  ),
];

function wordsOf(table: string): string[][] {
  const lines = table.split(/\n| \| /).filter((line) => line.trim() !== '');
  return lines.map((line) =>
    line
      .trim()
      .split(' ')
      .map((word) =>
        word
          .replace(/^"(.*)"$/, '$1')
          .replace(/^OWN(?=:)/, OWN)
          .replace(/^OTHER(?=:)/, OTHER),
      ),
  );
}

/** As Redis says it of commands, of scripts, and of what the configuration switches off for everybody. */
const REFUSED =
  /^NOPERM|The user executing the script can't (?:run this command|access at least one of the keys)|^ERR (?:DEBUG|MODULE) command not allowed/;

/** Of all keys but those of the host that attacks. */
const DIGEST = `
local all = {}
for _, key in ipairs(redis.call('KEYS', '*')) do
  if string.sub(key, 1, #ARGV[1]) ~= ARGV[1] then table.insert(all, key .. redis.sha1hex(redis.call('DUMP', key))) end
end
table.sort(all)
return all`;

describe.skipIf(REDIS_MISSING)(
  `what users of a fleet cannot do (${REDIS_MISSING ?? 'redis-server is installed'})`,
  () => {
    let redis: TestRedis;
    let before: string;
    const digest = () => redis.cli('eval', DIGEST, '0', hostPrefix('pbx-1'));

    beforeAll(async () => {
      redis = await startExampleRedis();
      for (const queue of [OTHER, OWN, 'sigsweep:store:batches', 'sigsweep:coordinator:nights']) {
        await redis.cli('rpush', `${queue}:wait`, '1', '2');
        await redis.cli('hset', `${queue}:1`, 'name', 'scan', 'data', 'sealed');
        await redis.cli('xadd', `${queue}:events`, '*', 'event', 'added');
        await redis.cli('zadd', `${queue}:marker`, '0', '0');
        await redis.cli('set', `${queue}:id`, '2');
      }
      await redis.cli('rpush', `${OWN}:list`, '1', '2');
      await redis.cli('set', 'other', 'of no fleet');
    });
    afterAll(() => redis.remove());
    beforeEach(async () => {
      before = await digest();
    });

    /** Runs each, and returns those that were not refused for want of a right. */
    async function notRefused(login: Login, attempts: readonly string[][]): Promise<string[]> {
      const client = clientOf(redis, login);
      const wrong: string[] = [];
      for (const [command = '', ...words] of attempts) {
        const answer = await client.call(command, words).catch((error: Error) => error);
        if (!(answer instanceof Error) || !REFUSED.test(answer.message)) {
          wrong.push(`${[command, ...words].join(' ')}: ${answer}`);
        }
      }
      return wrong;
    }

    it("a host neither reads nor writes what is another's, by any name", async () => {
      const attempts = wordsOf(BY_NAME);
      expect(attempts.length).toBeGreaterThan(50);
      expect(await notRefused(PBX, attempts)).toEqual([]);
      expect(await digest()).toBe(before);
    });

    it('nor lists, watches, or stands in the way of others', async () => {
      expect(await notRefused(PBX, wordsOf(BY_REACH))).toEqual([]);
      expect(await digest()).toBe(before);
    });

    it('nor by scripts, whatever they hide', async () => {
      expect(
        await notRefused(
          PBX,
          BY_SCRIPT.map((script) => ['EVAL', script, '0']),
        ),
      ).toEqual([]);
      const client = clientOf(redis, PBX);
      const sha = String(await client.call('SCRIPT', ['LOAD', BY_SCRIPT[0] ?? '']));
      expect(await notRefused(PBX, [['EVALSHA', sha, '0']])).toEqual([]);
      expect(await digest()).toBe(before);
    });

    it('nor within a transaction, of which nothing is done then', async () => {
      const client = clientOf(redis, PBX);
      const both = client.multi().set(`${OWN}:new`, '1').hgetall(`${OTHER}:1`).exec();
      await expect(both).rejects.toThrow(/EXECABORT/);
      expect(await client.exists(`${OWN}:new`)).toBe(0);
    });

    it("nor by BullMQ, in another's queue or from its own", async () => {
      const connection = connectionOf(redis, PBX);
      const theirs = connection.queue(hostPrefix('pbx-2'), JOBS_QUEUE);
      await expect(theirs.add('scan', {})).rejects.toThrow(REFUSED);
      await expect(theirs.getWaiting()).rejects.toThrow(REFUSED);
      await expect(theirs.remove('1')).rejects.toThrow(REFUSED);
      const child = { parent: { id: '1', queue: OTHER } };
      await expect(connection.queue(hostPrefix('pbx-1'), JOBS_QUEUE).add('x', {}, child)).rejects.toThrow(REFUSED);
      expect(await digest()).toBe(before);
    });

    // BullMQ takes by itself what a job says of its children, whoever wrote that: it would be the coordinator who removes them.
    it('nor by what it writes into its own queue, where the coordinator removes no children', async () => {
      const reports = `${hostPrefix('pbx-1')}:${REPORTS_QUEUE}`;
      await connectionOf(redis, PBX).queue(hostPrefix('pbx-1'), REPORTS_QUEUE).add('report', {}, { jobId: 'evil' });
      const client = clientOf(redis, PBX);
      await client.sadd(`${reports}:evil:dependencies`, `${OTHER}:1`);
      await client.hset(`${reports}:evil:processed`, `${OTHER}:1`, '{}');
      await client.hset(`${reports}:evil`, 'parentKey', `${OTHER}:1`, 'parent', `{"id":"1","queueKey":"${OTHER}"}`);
      const queue = connectionOf(redis, COORDINATOR).queue(hostPrefix('pbx-1'), REPORTS_QUEUE);
      expect(await queue.remove('evil', { removeChildren: false })).toBe(1);
      expect(await digest()).toBe(before);
    });

    it('a host with a store reaches stores, and nothing else than others do', async () => {
      const client = clientOf(redis, STORE);
      expect(await client.lrange('sigsweep:store:batches:wait', 0, -1)).toEqual(['1', '2']);
      const attempts = [`HGETALL ${OTHER}:1`, `HGETALL ${OWN}:1`, 'GET sigsweep:coordinator:nights:id', 'GET other'];
      expect(await notRefused(STORE, [...wordsOf(attempts.join('\n')), ...wordsOf(BY_REACH)])).toEqual([]);
    });

    it('nor by what it writes into a flow that the coordinator ends', async () => {
      const children = ['a', 'b'].map((id) => ({ queue: 'batches', id, data: {} }));
      const flow = { prefix: STORE_PREFIX, queue: 'scans', id: 'evil', data: {}, children, attempts: 1, pause: 1 };
      const connection = connectionOf(redis, COORDINATOR);
      await addFlow(connection, flow);
      const client = clientOf(redis, STORE);
      for (const place of ['dependencies', 'unsuccessful']) await client.del(`sigsweep:store:scans:evil:${place}`);
      await client.sadd(
        'sigsweep:store:scans:evil:dependencies',
        `${OTHER}:1`,
        `${OTHER}:wait`,
        'sigsweep:store:batches:a',
      );
      await client.zadd('sigsweep:store:scans:evil:unsuccessful', 1, `${OTHER}:1`);
      await client.hset('sigsweep:store:batches:a', 'parentKey', `${OTHER}:1`);
      const others = await redis.cli('eval', DIGEST, '0', 'sigsweep:store:');
      await removeFlow(connection, flow);
      expect(await redis.cli('eval', DIGEST, '0', 'sigsweep:store:')).toBe(others);
      const left = ['scans:evil', 'scans:evil:dependencies', 'scans:waiting-children', 'batches:a', 'batches:b'];
      expect(await client.exists(...left.map((key) => `sigsweep:store:${key}`))).toBe(0);
    });

    it('the coordinator reaches the fleet, and neither the server nor what else Redis holds', async () => {
      expect(await clientOf(redis, COORDINATOR).hget(`${OTHER}:1`, 'data')).toBe('sealed');
      const attempts = [
        ['GET', 'other'],
        ['SET', 'other', 'x'],
        ['EVAL', "return redis.call('DEL', 'other')", '0'],
      ];
      expect(await notRefused(COORDINATOR, [...attempts, ...wordsOf(BY_REACH)])).toEqual([]);
      expect(await digest()).toBe(before);
    });

    it('nobody comes in without a password, with a wrong one, or without TLS', async () => {
      const refusal = (login?: Login, url?: string) => clientOf(redis, login, url).ping().then(String, String);
      expect(await refusal()).toMatch(/NOAUTH/);
      expect(await refusal({ name: PBX.name, password: 'wrong' })).toMatch(/WRONGPASS/);
      expect(await refusal({ name: 'sigsweep-nobody', password: PBX.password })).toMatch(/WRONGPASS/);
      expect(await refusal({ name: 'default', password: 'any' })).toMatch(/WRONGPASS/);
      const plain = `redis://${PBX.name}:${encodeURIComponent(PBX.password)}@127.0.0.1:${redis.port}`;
      expect(await refusal(undefined, plain)).toMatch(/Connection is closed/);
    });

    it('the server is the one of the example', async () => {
      const settings = ['port', 'appendonly', 'appendfsync', 'maxmemory', 'maxmemory-policy', 'save', 'tls-protocols'];
      const said = (await redis.cli('config', 'get', ...settings)).split('\n');
      const pairs = said.flatMap((name, index) => (index % 2 === 0 ? [[name, said[index + 1]]] : []));
      expect(Object.fromEntries(pairs)).toEqual({
        port: '0',
        appendonly: 'yes',
        appendfsync: 'everysec',
        maxmemory: String(2 ** 30),
        'maxmemory-policy': 'noeviction',
        save: '',
        'tls-protocols': 'TLSv1.2 TLSv1.3',
      });
    });
  },
);
