#!/usr/bin/env node
/**
 * Measures a fleet: a real redis-server, the real coordinator, and simulated agents (one process, each with its own key,
 * connection and queues) that answer with reports of 80 modules and 0 to 200 findings. Two nights: at first nothing is
 * known of any host, in the second nearly all is as it was. The coordinator is started when all reports lie in Redis, the
 * worst that can happen to both. Needs the built program and redis-server; takes some minutes, and a gigabyte of memory.
 * Prints a table to standard error and JSON to standard output.
 *
 *     node bench/fleet.mjs [--hosts 2000] [--modules 80] [--minutes 15]
 */
import { execFileSync, fork, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openLedger } from '../dist/src/fleet/coordinator/ledger.js';
import { newKey, publicText, seedOf } from '../dist/src/fleet/keys.js';
import { putHost } from '../dist/src/fleet/store/hosts.js';
import { findingsOf } from './fleet/report.mjs';
import { describeMachine } from './measure/machine.mjs';
import { findProgram, versionOf } from './measure/programs.mjs';

const PROGRAM = fileURLToPath(new URL('../dist/program/cli/main.js', import.meta.url));
const AGENTS = fileURLToPath(new URL('fleet/agents.mjs', import.meta.url));
const TICKS_PER_SECOND = 100;
const NIGHTS = 2;
const IDLE_LEAD = 5000;
const IDLE_MILLISECONDS = 20_000;

const { values } = parseArgs({
  options: {
    hosts: { type: 'string', default: '2000' },
    modules: { type: 'string', default: '80' },
    minutes: { type: 'string', default: '15' },
  },
});
const [hosts, modules, minutes] = [values.hosts, values.modules, values.minutes].map(Number);
if (findProgram('redis-server') === null) throw new Error('redis-server is not installed');
const began = performance.now();
const folder = mkdtempSync(join(tmpdir(), 'sigsweep-fleet-'));
/** @type {import('node:child_process').ChildProcess[]} */
const children = [];
let isEnding = false;
const timer = setTimeout(() => fail(`it takes longer than ${minutes} minutes`), Number(minutes) * 60_000);

try {
  process.stdout.write(`${JSON.stringify(await measure(), null, 2)}\n`);
} finally {
  await end();
}

async function measure() {
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  const redis = start('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder]);
  const fleetFolder = join(folder, 'fleet');
  const place = ['--fleet-folder', fleetFolder];
  const at = ['--queue', url, ...place];
  const ledger = openLedger(fleetFolder);
  const names = Array.from({ length: Number(hosts) }, (_, index) => `pbx-${String(index).padStart(5, '0')}`);
  const keys = names.map((name) => ({ name, key: newKey() }));
  ledger.store.transaction(() => {
    for (const { name, key } of keys) {
      const publicKey = publicText(key);
      putHost(ledger.store, { name, publicKey, groups: ['west'], labels: {}, store: false, enrolledAt: new Date() });
    }
  });
  const agents = fork(AGENTS, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  children.push(agents);
  agents.once('exit', (code) => isEnding || fail(`the agents ended with ${code}`));
  let counts = { connected: 0, reported: 0, accepted: 0, refused: 0, bytes: 0, sealed: 0 };
  agents.on('message', (/** @type {any} */ said) => {
    counts = said;
  });
  const seeds = keys.map(({ name, key }) => ({ name, seed: seedOf(key).toString('base64url') }));
  agents.send({ url, seeds, coordinator: publicText(ledger.key), modules });
  await until(() => counts.connected === hosts);
  const idle = await redisMemory(port);
  say(`${hosts} agents wait; Redis uses ${megabytes(idle.used)}`);

  const nights = [];
  for (let night = 0; night < NIGHTS; night += 1) {
    agents.send({ night });
    const asking = await timed(() => sigsweep(['fleet', 'scan', '--detach', ...at]));
    await until(() => counts.reported === hosts);
    const full = await redisMemory(port);
    say(`night ${night + 1}: ${hosts} reports lie in Redis, which uses ${megabytes(full.used)}`);
    const startedAt = performance.now();
    const watch = start(process.execPath, [PROGRAM, 'fleet', 'watch', ...at]);
    const firstAt = await says(watch, 'watches ');
    const known = () => Number(ledger.store.first('SELECT count(*) FROM reports')?.[0]);
    const target = Number(hosts) * (night + 1);
    const lastAt = await until(() => known() === target);
    const used = usage(Number(watch.pid));
    await until(() => counts.accepted === hosts);
    const acceptedAt = performance.now();
    await stop(watch);
    ledger.store.all('PRAGMA wal_checkpoint(TRUNCATE)');
    const seconds = (lastAt - firstAt) / 1000;
    nights.push({
      askSeconds: round(asking.seconds),
      redisUsedBytes: full.used,
      redisPeakBytes: full.peak,
      startSeconds: round((firstAt - startedAt) / 1000),
      takeSeconds: round(seconds),
      reportsPerSecond: round(Number(hosts) / seconds),
      acceptedAfterSeconds: round((acceptedAt - startedAt) / 1000),
      coordinatorCpuSeconds: round(used.cpu),
      coordinatorPeakBytes: used.peak,
      databaseBytes: statSync(join(fleetFolder, 'fleet.db')).size,
      meanReportBytes: Math.round(counts.bytes / Number(hosts)),
      meanSealedBytes: Math.round(counts.sealed / Number(hosts)),
      refused: counts.refused,
    });
    say(`night ${night + 1}: taken in in ${round(seconds)} s`);
  }
  const idleShare = await idleCpu(agents, at);
  const afterwards = await redisMemory(port);
  const text = await timed(() => sigsweep(['fleet', 'report', ...place], [0, 1, 3]));
  const json = await timed(() => sigsweep(['fleet', 'report', '--format', 'json', ...place], [0, 1, 3]));
  const status = await timed(() => sigsweep(['fleet', 'status', ...at]));
  ledger.store.close();
  const result = {
    command: `node bench/fleet.mjs --hosts ${hosts} --modules ${modules}`,
    machine: describeMachine(folder),
    versions: {
      sigsweep: versionOf([process.execPath, PROGRAM, '--version']),
      node: process.version,
      redis: versionOf(['redis-server', '--version']),
      bullmq: createRequire(import.meta.url)('bullmq/package.json').version,
    },
    fleet: { hosts, modules, findings: names.reduce((sum, _, host) => sum + findingsOf(host), 0) },
    redis: { idleBytes: idle.used, afterwardsBytes: afterwards.used, connections: idle.connections },
    nights,
    report: {
      textSeconds: round(text.seconds),
      textPeakBytes: text.peak,
      textBytes: text.result.length,
      jsonSeconds: round(json.seconds),
      jsonPeakBytes: json.peak,
      jsonBytes: json.result.length,
    },
    statusSeconds: round(status.seconds),
    idleCoreShare: Math.round(idleShare * 10_000) / 10_000,
    minutes: round((performance.now() - began) / 60_000),
  };
  await stop(redis);
  tell(result);
  return result;
}

/**
 * What share of a core the coordinator takes while nothing happens but that hosts say that they are there.
 * @param {import('node:child_process').ChildProcess} agents @param {readonly string[]} at
 */
async function idleCpu(agents, at) {
  const watch = start(process.execPath, [PROGRAM, 'fleet', 'watch', ...at]);
  await says(watch, 'watches ');
  agents.send({ hello: true });
  await sleep(IDLE_LEAD);
  const before = usage(Number(watch.pid)).cpu;
  await sleep(IDLE_MILLISECONDS);
  const share = ((usage(Number(watch.pid)).cpu - before) * 1000) / IDLE_MILLISECONDS;
  await stop(watch);
  return share;
}

/** @param {any} result */
function tell({ command, machine, versions, fleet, redis, nights, report, statusSeconds, idleCoreShare }) {
  const rows = [
    ['', ...nights.map((/** @type {any} */ _, /** @type {number} */ night) => `night ${night + 1}`)],
    ...[
      ['orders asked for and put into Redis', (/** @type {any} */ one) => `${one.askSeconds} s`],
      ['Redis with all reports in it', (/** @type {any} */ one) => megabytes(one.redisUsedBytes)],
      ['reports taken in', (/** @type {any} */ one) => `${one.takeSeconds} s`],
      ['reports a second', (/** @type {any} */ one) => `${one.reportsPerSecond}`],
      ['CPU of the coordinator', (/** @type {any} */ one) => `${one.coordinatorCpuSeconds} s`],
      ['its peak memory', (/** @type {any} */ one) => megabytes(one.coordinatorPeakBytes)],
      ['its database afterwards', (/** @type {any} */ one) => megabytes(one.databaseBytes)],
      [
        'a report, and as it is sent',
        (/** @type {any} */ one) => `${kilobytes(one.meanReportBytes)}, ${kilobytes(one.meanSealedBytes)}`,
      ],
    ].map(([label, of]) => [label, ...nights.map(/** @type {any} */ (of))]),
  ];
  say(`${command}\n${versions.sigsweep}; Node ${versions.node}; ${versions.redis}; BullMQ ${versions.bullmq}`);
  say(`${machine.cpu}, ${machine.cores} cores; ${fleet.hosts} hosts, ${fleet.findings} findings`);
  for (const [label, ...cells] of rows)
    say(`${String(label).padEnd(38)}${cells.map((cell) => String(cell).padStart(20)).join('')}`);
  say(`Redis with agents that wait: ${megabytes(redis.idleBytes)}, ${redis.connections} connections`);
  say(`report of the fleet: text ${report.textSeconds} s, JSON ${report.jsonSeconds} s; status ${statusSeconds} s`);
  say(`between nights, each host heard of every 3 minutes: ${Math.round(idleCoreShare * 1000) / 10} % of a core`);
}

/** @param {string} line */
function say(line) {
  process.stderr.write(`${line}\n`);
}

/** @param {string} program @param {readonly string[]} args */
function start(program, args) {
  const child = spawn(program, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, SIGSWEEP_CONFIG: 'false' },
  });
  children.push(child);
  return child;
}

/** Waits until a program says something. @param {import('node:child_process').ChildProcess} child @param {string} words */
function says(child, words) {
  return new Promise((/** @type {(at: number) => void} */ resolve, reject) => {
    let text = '';
    child.once('close', (code) => reject(new Error(`the program ended with ${code}:\n${text}`)));
    child.stderr?.setEncoding('utf8').on('data', (/** @type {string} */ data) => {
      // All of it is read: a service whose reader is asleep waits.
      text = (text + data).slice(-2000);
      if (text.includes(words)) resolve(performance.now());
    });
  });
}

/** @param {import('node:child_process').ChildProcess} child */
async function stop(child) {
  const closed = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGTERM');
  await closed;
}

/** Runs the program to its end. @param {readonly string[]} args @param {readonly number[]} codes that it may end with */
function sigsweep(args, codes = [0]) {
  return new Promise((/** @type {(value: { text: string, peak: number }) => void} */ resolve, reject) => {
    const env = { ...process.env, SIGSWEEP_CONFIG: 'false' };
    const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'inherit'], env });
    let [text, peak] = ['', 0];
    const look = setInterval(() => {
      peak = Math.max(peak, usage(Number(child.pid)).peak);
    }, 20);
    child.stdout.setEncoding('utf8').on('data', (/** @type {string} */ data) => {
      text += data;
    });
    child.once('close', (code) => {
      clearInterval(look);
      if (codes.includes(Number(code))) resolve({ text, peak });
      else reject(new Error(`sigsweep ${args.join(' ')} ended with ${code}`));
    });
  });
}

/** @param {() => Promise<{ text: string, peak: number }>} work */
async function timed(work) {
  const from = performance.now();
  const { text, peak } = await work();
  return { seconds: (performance.now() - from) / 1000, result: text, peak };
}

/** CPU seconds and peak memory of a process that runs. @param {number} pid */
function usage(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    const [, peak = 0] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return { cpu: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND, peak: Number(peak) * 1024 };
  } catch {
    return { cpu: 0, peak: 0 };
  }
}

/** @param {number} port */
async function redisMemory(port) {
  const info = execFileSync('redis-cli', ['-p', String(port), 'info'], { encoding: 'utf8' });
  const number = (/** @type {string} */ name) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1]);
  return { used: number('used_memory'), peak: number('used_memory_peak'), connections: number('connected_clients') };
}

/** @param {() => boolean} isSo @returns when it was so, by `performance.now()` */
async function until(isSo) {
  while (!isSo()) await sleep(50);
  return performance.now();
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** @param {string} why @returns {never} */
function fail(why) {
  say(`bench: ${why}`);
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
  process.exit(1);
}

async function end() {
  isEnding = true;
  clearTimeout(timer);
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 100) / 100;
}

/** @param {number} bytes */
function megabytes(bytes) {
  return `${Math.round(bytes / 1e6)} MB`;
}

/** @param {number} bytes */
function kilobytes(bytes) {
  return `${Math.round(bytes / 1e3)} kB`;
}
