import { existsSync, readFileSync } from 'node:fs';
import { Redis } from 'ioredis';
import { describe, expect, it, onTestFinished } from 'vitest';
import { REDIS_MISSING, redisForTest, startRedis } from './redis.js';

const USER = { name: 'someone', password: 'a:word/with@signs' };

function client(url: string, ca?: string): Redis {
  const redis = new Redis(url, {
    retryStrategy: () => null,
    lazyConnect: true,
    ...(ca === undefined ? {} : { tls: { ca } }),
  });
  redis.on('error', () => {});
  onTestFinished(() => redis.disconnect());
  return redis;
}

describe.skipIf(REDIS_MISSING)(`a redis-server of a test (${REDIS_MISSING ?? 'installed'})`, () => {
  it('keeps its data through a stop and a kill where it is asked to', async () => {
    const redis = await redisForTest({ appendOnly: true });
    const port = redis.port;
    await redis.cli('set', 'one', '1');
    await redis.stop();
    await expect(redis.cli('get', 'one')).rejects.toThrow('Connection refused');
    await redis.start();
    await redis.cli('set', 'two', '2');
    await redis.kill();
    await redis.start();
    expect(await redis.cli('mget', 'one', 'two')).toBe('1\n2');
    expect(redis.port).toBe(port);
  });

  it('forgets them where it is not, and leaves nothing behind', async () => {
    const redis = await startRedis();
    await redis.cli('set', 'one', '1');
    await redis.stop();
    await redis.start();
    expect(await redis.cli('dbsize')).toBe('0');
    expect(existsSync(redis.folder)).toBe(true);
    await redis.remove();
    expect(existsSync(redis.folder)).toBe(false);
    await expect(redis.cli('ping')).rejects.toThrow('Connection refused');
  });

  it('speaks TLS to users whom it knows, and nothing else to nobody else', async () => {
    const redis = await redisForTest({ tls: true, users: [`user ${USER.name} on >${USER.password} ~* &* +@all`] });
    expect(await redis.cli('ping')).toBe('PONG');
    const ca = readFileSync(redis.ca, 'utf8');
    expect(await client(redis.url(USER), ca).ping()).toBe('PONG');
    expect(await client(redis.url(), ca).ping().catch(String)).toMatch(/NOAUTH/);
    // By whatever certified it here, nobody else knows it.
    expect(await client(redis.url(USER)).ping().catch(String)).toMatch(/Connection is closed/);
    expect(await client(`redis://127.0.0.1:${redis.port}`).ping().catch(String)).toMatch(/Connection is closed/);
  });

  it('is full where it may not take more', async () => {
    const redis = await redisForTest({ maxMemory: '3mb' });
    const filler = client(redis.url());
    const fill = async () => {
      for (let index = 0; index < 64; index += 1) await filler.set(`key ${index}`, Buffer.alloc(65_536));
    };
    await expect(fill()).rejects.toThrow('OOM command not allowed');
    expect(await filler.get('key 0')).toHaveLength(65_536);
  });

  it('says why it does not start', async () => {
    await expect(startRedis({ config: () => 'no-such-setting yes' })).rejects.toThrow('no-such-setting');
  });
});
