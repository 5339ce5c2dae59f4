/** A fleet as it runs, every part of which is killed: the service, a host, and Redis. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openFleetStore } from '../../src/fleet/store/open.js';
import { batches, ordersOfBatch } from '../../src/fleet/store/orders.js';
import { lastReports } from '../../src/fleet/store/reports.js';
import { runCli } from '../helpers/cli.js';
import { makeSystem, type TestSystem } from '../helpers/system.js';
import { tempFolder } from '../helpers/temp.js';
import { Running } from './agent-process.js';
import { REDIS_MISSING, redisForTest } from './redis.js';

const HOSTS = ['pbx-1', 'pbx-2', 'pbx-3'];

let system: TestSystem;

beforeAll(async () => {
  system = await makeSystem({ modules: { cdr: { 'functions.inc.php': '<?php\n', 'large.js': 'x'.repeat(100_000) } } });
});
afterAll(() => system.cleanup());

/** What the coordinator has of an order that it gave out once. */
function known(folder: string) {
  const store = openFleetStore(folder);
  try {
    const orders = batches(store, 10).flatMap(({ batch }) => ordersOfBatch(store, batch));
    const reports = HOSTS.flatMap((host) => lastReports(store, host, 10).map((report) => ({ ...report, host })));
    return {
      states: orders.map(({ state }) => state),
      reports: reports.map(({ host, complete, exitCode }) => `${host} ${complete} ${exitCode}`),
    };
  } finally {
    store.close();
  }
}

describe.skipIf(REDIS_MISSING !== undefined)(`a fleet (${REDIS_MISSING ?? 'with a real Redis'})`, () => {
  it('loses no report and counts none twice, whatever of it is killed in the middle', async () => {
    const redis = await redisForTest({ appendOnly: true });
    const folder = tempFolder();
    const queue = ['--queue', redis.url()];
    const fleet = [...queue, '--fleet-folder', join(folder, 'fleet')];
    const trust = ['--root', system.dir, '--anchor', system.anchorFingerprint, '--keyring', system.keyring];
    const startWatch = () => new Running(['fleet', 'watch', ...fleet]);
    const startAgent = (host: string, ...more: string[]) => {
      const own = ['--agent-folder', join(folder, host), '--lock', '2s', '--nice', '0', '--no-state'];
      return new Running(['agent', ...queue, ...own, ...trust, ...more]);
    };

    let watch = startWatch();
    await watch.until(/watches 0 hosts/);
    const enrolled = await Promise.all(HOSTS.map((host) => runCli(['fleet', 'enroll', host, '--json', ...fleet])));
    const tokens = enrolled.map((result) => result.json<{ token: string }>().token);
    const agents = HOSTS.map((host, index) => startAgent(host, '--token', tokens[index] ?? ''));
    for (const agent of agents) await agent.until(/waits for jobs/);
    const asked = await runCli(['fleet', 'scan', '--detach', '--max-rate', '0.04', ...fleet]);
    expect(asked).toMatchObject({ code: 0 });

    // All three are in the middle of it, for seconds.
    for (const agent of agents) await agent.until(/a full scan begins/);
    await agents[0]?.end('SIGKILL');
    agents[0] = startAgent('pbx-1');
    await redis.kill();
    await watch.end('SIGKILL');
    await agents[1]?.until(/the report .*waits for the coordinator/);
    await agents[1]?.end('SIGKILL');
    await redis.start();
    watch = startWatch();
    agents[1] = startAgent('pbx-2');
    const until = performance.now() + 40_000;
    while (known(join(folder, 'fleet')).states.includes('sent') && performance.now() < until) await sleep(250);
    // What was sent twice has come twice by now.
    for (const [index, agent] of agents.entries()) {
      while (readdirSync(join(folder, HOSTS[index] ?? '', 'spool')).length > 0 && performance.now() < until)
        await sleep(100);
      expect(await agent.end('SIGTERM')).toBe(0);
    }
    expect(await watch.end('SIGTERM')).toBe(0);
    const said = [watch, ...agents].map((one) => one.said).join('\n');
    expect({ ...known(join(folder, 'fleet')), said }).toEqual({
      states: ['answered', 'answered', 'answered'],
      reports: HOSTS.map((host) => `${host} true 0`),
      said,
    });
    const report = await runCli(['fleet', 'report', '--fleet-folder', join(folder, 'fleet')]);
    expect(report).toMatchObject({ code: 0, stdout: expect.stringMatching(/^result +clean/m) });
  });
});
