/** What goes wrong around an agent, with a Redis that is real. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newNonce } from '../../src/fleet/message/message.js';
import { hostPrefix } from '../../src/fleet/names.js';
import { tokenText } from '../../src/fleet/token.js';
import { makeSystem, type TestSystem } from '../helpers/system.js';
import { tempFolder } from '../helpers/temp.js';
import { FAKETIME_MISSING, timeEnvironment } from '../nights/unattended.js';
import { Running } from './agent-process.js';
import { proxyForTest } from './proxy.js';
import { REDIS_MISSING, redisForTest, type TestRedis } from './redis.js';
import { SmallCoordinator } from './small-coordinator.js';

const HOST = 'pbx-1';
const REQUEST = { kind: 'full', deadline: 3_600_000 } as const;

let system: TestSystem;

beforeAll(async () => {
  system = await makeSystem({ modules: { cdr: { 'functions.inc.php': '<?php\n', 'large.js': 'x'.repeat(100_000) } } });
  // What no compression makes small, so that the report takes its time.
  for (let index = 0; index < 400; index += 1) {
    system.writeInWebRoot(`${newNonce()}${newNonce()}.php`, `<?php eval($_POST['${newNonce()}']);`);
  }
});
afterAll(() => system.cleanup());

function agentOn(url: string, folder: string, token: string, env: Readonly<Record<string, string>> = {}): Running {
  const trust = ['--root', system.dir, '--anchor', system.anchorFingerprint, '--keyring', system.keyring];
  const own = ['--agent-folder', join(folder, 'agent'), '--lock', '1s', '--nice', '0'];
  return new Running(['agent', '--queue', url, '--token', token, ...own, ...trust], env);
}

/** An agent that was taken in, and the same one with a clock that is so wrong. */
async function enrolled(redis: TestRedis, port = redis.port) {
  const [coordinator, folder] = [new SmallCoordinator(redis.url(), HOST), tempFolder()];
  const token = tokenText(coordinator.token());
  const start = (env?: Record<string, string>) => agentOn(redis.url(undefined, port), folder, token, env);
  const agent = start();
  coordinator.also = () => agent.said;
  await coordinator.enrol();
  await agent.until(/waits for jobs/);
  return { agent, coordinator, startAt: (time: string) => start(timeEnvironment(time)) };
}

describe.skipIf(REDIS_MISSING !== undefined)(`an agent (${REDIS_MISSING ?? 'with a real Redis'})`, () => {
  it('does its jobs whatever else lies in its queue', async () => {
    const redis = await redisForTest();
    const { agent, coordinator } = await enrolled(redis);
    const jobs = `${hostPrefix(HOST)}:jobs`;
    const poison = Array.from({ length: 6 }, () => newNonce());
    await redis.cli('HSET', `${jobs}:${poison[0]}`, 'name', 'scan', 'data', '{"no', 'opts', '{}', 'timestamp', '1');
    await redis.cli('HSET', `${jobs}:${poison[1]}`, 'name', 'scan', 'data', '"x"', 'opts', '{"no', 'timestamp', '1');
    await redis.cli('SET', `${jobs}:${poison[2]}`, 'no hash');
    await redis.cli(
      'HSET',
      `${jobs}:${poison[3]}`,
      'name',
      'scan',
      'data',
      '7',
      'opts',
      '{}',
      'rjk',
      'again',
      'timestamp',
      'x',
    );
    await redis.cli(
      'EVAL',
      "redis.call('HSET', KEYS[1], 'name', 'scan', 'opts', '{}', 'timestamp', '1', 'data', '\"' .. string.rep('x', 20000000) .. '\"')",
      '1',
      `${jobs}:${poison[4]}`,
    );
    // The last one is not there at all.
    await redis.cli('LPUSH', `${jobs}:wait`, ...poison);
    await redis.cli('ZADD', `${jobs}:marker`, '0', '0');
    const nonce = await coordinator.say('scan', REQUEST);
    const report = await coordinator.next('report');
    expect(report.body.job).toBe(nonce);
    await coordinator.say('accepted', { message: report.nonce });
    // What BullMQ cannot read is thrown away, and not taken again and again.
    const left = async () => {
      const lists = await Promise.all(
        ['wait', 'active'].map((list) => redis.cli('LRANGE', `${jobs}:${list}`, '0', '-1')),
      );
      return lists
        .join('')
        .split('\n')
        .filter((id) => id !== '');
    };
    for (let tries = 0; (await left()).length > 0 && tries < 100; tries += 1) await sleep(100);
    expect(await left()).toEqual([]);
    await coordinator.listen();
    const told = coordinator.heard.flatMap((one) => (one.kind === 'failure' ? [one.body.code] : []));
    expect(told).toEqual(['too large', 'unsigned']);
    expect(coordinator.heard.filter(({ kind }) => kind === 'report')).toEqual([]);
    expect(agent.said.split('\n').length).toBeLessThan(30);
    expect(await agent.end('SIGTERM')).toBe(0);
  });

  it('hands in a report once over a network that is slow and breaks', async () => {
    const redis = await redisForTest();
    const proxy = await proxyForTest(redis.port);
    const { agent, coordinator } = await enrolled(redis, proxy.port);
    proxy.slow({ delayMs: 30, bytesPerSecond: 50_000 });
    const nonce = await coordinator.say('scan', REQUEST);
    await agent.until(/waits for the coordinator/);
    // In the middle of the report, which takes a second and more.
    await sleep(300);
    proxy.cut();
    await sleep(500);
    await proxy.refuse();
    await agent.until(/cannot be reached/);
    await proxy.heal();
    const report = await coordinator.next('report');
    expect(report.body.job).toBe(nonce);
    await coordinator.say('accepted', { message: report.nonce });
    await agent.until(/the coordinator has the report/);
    // The next one is not held up by what is left of this.
    const second = await coordinator.say('scan', { ...REQUEST, modules: ['cdr'] });
    await coordinator.next('report', ({ job }) => job === second);
    // The first may have come twice, for nobody knows what Redis got before the cut: as one and the same message.
    const others = coordinator.heard.filter(({ kind }) => kind === 'report' || kind === 'failure');
    expect(others.map((one) => one.nonce).filter((one) => one !== report.nonce)).toEqual([]);
    expect(await agent.end('SIGTERM')).toBe(0);
  });

  it('keeps its report while Redis is full, and says so', async () => {
    const redis = await redisForTest({ maxMemory: '16mb' });
    const { agent, coordinator } = await enrolled(redis);
    const nonce = await coordinator.say('scan', { ...REQUEST, maxRate: 0.05 });
    await agent.until(/a full scan begins/);
    const fill =
      "for i = 1, 200 do if redis.pcall('SET', 'fill:' .. i, string.rep('x', 100000)).err then return i end end";
    await redis.cli('EVAL', fill, '0');
    await agent.until(
      /report of job \w+ could not be sent: Redis is full \(OOM command not allowed when used memory > 'maxmemory'\); it is kept, and tried again in 5 s/,
    );
    await redis.cli('EVAL', "for i = 1, 200 do redis.call('DEL', 'fill:' .. i) end", '0');
    const report = await coordinator.next('report');
    expect(report.body.job).toBe(nonce);
    await coordinator.say('accepted', { message: report.nonce });
    await agent.until(/the coordinator has the report/);
    await coordinator.listen();
    expect(coordinator.heard.filter(({ kind }) => kind === 'report' || kind === 'failure')).toEqual([]);
    expect(agent.said.split('\n').length).toBeLessThan(12);
    expect(await agent.end('SIGTERM')).toBe(0);
  });

  it.skipIf(FAKETIME_MISSING)(`says that a clock is wrong (${FAKETIME_MISSING ?? 'with faketime'})`, async () => {
    const redis = await redisForTest();
    const { agent, coordinator, startAt } = await enrolled(redis);
    await agent.end('SIGTERM');
    const times = 'it was to be read until 20[^,]*, and here it is 20';
    const fast = startAt('+1h');
    await coordinator.say('scan', REQUEST);
    await fast.until(new RegExp(`a job is not done, for it is not to be believed \\(late\\): ${times}`));
    // To the coordinator, what such a host says comes from the future.
    await expect(coordinator.next('failure')).rejects.toThrow(/not to be believed: early/);
    await fast.end('SIGTERM');
    await redis.cli('FLUSHALL');
    const slow = startAt('-1h');
    await coordinator.say('scan', REQUEST);
    await slow.until(/not to be believed \(early\): it was made at 20.*, and here it is 20.*: one clock is wrong/);
    await slow.end('SIGTERM');
    await redis.cli('FLUSHALL');
    const close = startAt('+4m');
    const nonce = await coordinator.say('scan', REQUEST);
    expect((await coordinator.next('report')).body.job).toBe(nonce);
    await close.end('SIGTERM');
  });
});
