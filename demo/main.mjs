#!/usr/bin/env node
/**
 * A fleet on this machine: Redis, a coordinator, and three agents over three demonstration systems, in a temporary folder.
 * They are enrolled and scanned, and the report of the fleet is printed; then all of it runs on until Ctrl-C, to be looked
 * at. Needs redis-server, and the built program (`npm run build`).
 *
 *     npm run demo:fleet
 *     npm run demo:fleet -- --once --pages DIR      # ends by itself, and leaves the pages there
 */
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { sigsweep, sigsweepBeside } from './processes.mjs';
import { hasRedis, startRedis } from './redis.mjs';
import { buildSystems, NAMES } from './systems.mjs';

const USAGE = 'usage: npm run demo:fleet [-- --once [--pages DIR]]\n';

/** @param {string} sentence */
function say(sentence) {
  process.stderr.write(`demo: ${sentence}\n`);
}

function readArguments() {
  const { values } = parseArgs({ options: { once: { type: 'boolean' }, pages: { type: 'string' } } });
  return { once: values.once ?? false, pages: values.pages === undefined ? undefined : resolve(values.pages) };
}

/** @typedef {{ beside: import('./processes.mjs').Beside[], queue: string[], fleet: string[] }} Coordinator */

/**
 * @param {string} folder
 * @param {Coordinator['beside']} beside takes what was started
 * @returns {Promise<Coordinator>}
 */
async function startCoordinator(folder, beside) {
  const { redis, options: queue } = await startRedis(folder);
  beside.push(redis);
  const fleet = ['--fleet-folder', join(folder, 'fleet')];
  const watch = sigsweepBeside('sigsweep fleet watch', ['fleet', 'watch', ...queue, ...fleet]);
  beside.push(watch);
  // It makes the coordinator's key, which the tokens hold.
  await watch.until(/watches 0 hosts/g);
  return { beside, queue, fleet };
}

/** @param {Coordinator} coordinator @param {string} name @param {string} file where its token goes */
async function enrol({ queue, fleet }, name, file) {
  const enrolled = await sigsweep(['fleet', 'enroll', name, '--json', ...queue, ...fleet]);
  writeFileSync(file, JSON.parse(enrolled).token, { mode: 0o600 });
}

/** @param {string} folder @param {ReturnType<typeof readArguments>} options @param {AbortSignal} stop */
async function run(folder, { once, pages }, stop) {
  say(`building three systems in ${folder}`);
  /** @type {Coordinator['beside']} */
  const beside = [];
  try {
    const [{ anchor, hosts }, { queue, fleet }] = await Promise.all([
      buildSystems(join(folder, 'systems')),
      startCoordinator(folder, beside).then(async (coordinator) => {
        const tokens = NAMES.map((name) => enrol(coordinator, name, join(folder, `${name}.token`)));
        await Promise.all(tokens);
        return coordinator;
      }),
    ]);
    stop.throwIfAborted();
    for (const { name, root, what } of hosts) {
      say(`${name}: ${what}`);
      const token = ['--token-file', join(folder, `${name}.token`)];
      const own = ['--agent-folder', join(folder, `${name}.agent`), '--state', join(folder, `${name}.state`)];
      const trust = ['--root', root, '--anchor', anchor, '--no-key-folder'];
      beside.push(sigsweepBeside(`the agent of ${name}`, ['agent', ...queue, ...token, ...own, ...trust]));
    }
    for (const agent of beside.slice(-hosts.length)) await agent.until(/belongs to the fleet now/g);
    say('all three belong to the fleet, and scan');
    stop.throwIfAborted();
    await sigsweep(['fleet', 'scan', '--no-progress', ...queue, ...fleet]);
    process.stdout.write(`\n${await sigsweep(['fleet', 'report', '--all', ...fleet])}\n`);
    // What lies in the temporary folder is only there as long as this runs.
    if (!once || pages !== undefined) {
      const place = pages ?? join(folder, 'pages');
      await sigsweep(['fleet', 'report', '--html', place, ...fleet]);
      say(`the pages are in ${place}: open ${join(place, 'index.html')}`);
    }
    if (once) return;
    say('it runs on until Ctrl-C; another terminal can ask for more:');
    say(`node dist/program/cli/main.js fleet scan ${[...queue, ...fleet].join(' ')}`);
    await new Promise((_, reject) => stop.addEventListener('abort', () => reject(stop.reason), { once: true }));
  } finally {
    for (const one of beside.reverse()) await one.end();
  }
}

async function main() {
  const options = readArguments();
  if (!hasRedis()) {
    process.stderr.write('demo: redis-server is not installed: apt-get install redis-server\n');
    process.exitCode = 2;
    return;
  }
  const stop = new AbortController();
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
    process.on(signal, () => stop.abort(new Error(`ended by ${signal}`)));
  }
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'sigsweep-fleet-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  try {
    await run(folder, options, stop.signal);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    say('ended, and nothing of it is left');
  }
}

try {
  await main();
} catch (error) {
  const isUsage = error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
  process.stderr.write(
    isUsage ? `${error.message}\n${USAGE}` : `demo: ${error instanceof Error ? error.message : error}\n`,
  );
  // Whatever was being started meanwhile ends with this.
  process.exit(2);
}
