import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { hostUser, hostUserName } from '../../src/fleet/acl.js';
import { newKey } from '../../src/fleet/keys.js';
import { newNonce } from '../../src/fleet/message/message.js';
import { readReport } from '../../src/fleet/message/report-wire.js';
import { seal } from '../../src/fleet/message/seal.js';
import { newToken, tokenText } from '../../src/fleet/token.js';
import type { Report } from '../../src/model.js';
import { reportParts } from '../../src/report/render.js';
import { runCli } from '../helpers/cli.js';
import { scanSystem } from '../helpers/report.js';
import { makeSystem, type TestSystem } from '../helpers/system.js';
import { tempFolder } from '../helpers/temp.js';
import { Running } from './agent-process.js';
import { REDIS_MISSING, redisForTest } from './redis.js';
import { SmallCoordinator } from './small-coordinator.js';

const HOST = 'pbx-1.example';
const HOUR = 3_600_000;

/** Slow enough to be met in the middle: 100 kB, read at 50 kB a second. */
const SLOW = { kind: 'full', deadline: HOUR, maxRate: 0.05 } as const;

let system: TestSystem;

beforeAll(async () => {
  system = await makeSystem({
    modules: {
      cdr: { 'functions.inc.php': '<?php\n', 'large.js': 'x'.repeat(100_000) },
      framework: { 'amp_conf/htdocs/index.php': '<?php\n' },
    },
  });
  system.writeInWebRoot('admin/modules/cdr/shell.php', '<?php system($_GET["c"]);');
});
afterAll(() => system.cleanup());

/** How this system is scanned, whoever asks. */
function trust(): string[] {
  return ['--root', system.dir, '--anchor', system.anchorFingerprint, '--keyring', system.keyring, '--nice', '0'];
}

function startAgent(url: string, folder: string, ...more: string[]): Running {
  const own = ['--queue', url, '--agent-folder', join(folder, 'agent'), '--lock', '2s'];
  return new Running(['agent', ...own, ...trust(), ...more]);
}

function secretFile(secret: string): string {
  const file = join(tempFolder(), 'secret');
  writeFileSync(file, `${secret}\n`, { mode: 0o600 });
  return file;
}

function spooled(folder: string): string[] {
  return readdirSync(join(folder, 'agent/spool'));
}

/** What is left of a report when times and what depends on the machine are out of it. */
async function withoutTimes(report: Report): Promise<unknown> {
  const parts = [...(await reportParts(report, 'json', { color: false, all: false }))];
  return untimed(JSON.parse(parts.join('')));
}

function untimed(document: object): object {
  return { ...document, startedAt: '', finishedAt: '', durationMs: 0 };
}

describe.skipIf(REDIS_MISSING !== undefined)(`an agent (${REDIS_MISSING ?? 'with a real Redis'})`, () => {
  it('is taken in by its token, scans as a local scan does, and believes nobody else', async () => {
    // As in the field: with TLS, and a user that reaches its own keys alone.
    const users = [hostUser(HOST, 'secret'), 'user coordinator on >secret ~* &* +@all'];
    const redis = await redisForTest({ tls: true, users });
    const folder = tempFolder();
    const url = redis.url({ name: 'coordinator', password: 'secret' });
    const coordinator = new SmallCoordinator(url, HOST, readFileSync(redis.ca, 'utf8'));
    const entry = ['--queue-password-file', secretFile('secret'), '--queue-ca', redis.ca];
    const own = redis.url({ name: hostUserName(HOST), password: 'wrong' });
    const agent = startAgent(own, folder, ...entry, '--token-file', secretFile(tokenText(coordinator.token())));
    await coordinator.enrol();
    await agent.until(/belongs to the fleet now/);
    expect((await coordinator.next('hello')).body.state).toBe('idle');

    const request = { kind: 'full', deadline: HOUR } as const;
    const now = Date.now();
    const forged = newKey();
    await coordinator.say('scan', request, { key: forged });
    await coordinator.say('scan', request, { key: forged });
    await coordinator.say('scan', request, { to: 'pbx-2.example' });
    await coordinator.say('scan', request, { issued: now - HOUR, expires: now - HOUR / 2 });
    await coordinator.say('scan', request, { issued: now + HOUR });
    await coordinator.put('scan', newNonce(), { not: 'sealed' });
    // Signed by the coordinator, and asks for more than a job may.
    const anchors = { ...request, anchors: [forged], keyrings: ['/tmp'], webRoot: '/', command: 'id' };
    await coordinator.say('scan', anchors as typeof request);
    await coordinator.put('scan', newNonce(), seal(coordinator.key, '{"protocol":99,"version":"9.0.0"}'));
    const refused = [];
    for (let index = 0; index < 7; index += 1) refused.push((await coordinator.next('failure')).body);
    expect(refused.map(({ job }) => job)).toEqual(Array(7).fill(null));
    const reasons = ['wrong key', 'other host', 'late', 'early', 'unsigned', 'malformed', 'protocol'];
    expect(refused.map(({ code }) => code)).toEqual(reasons);
    expect(refused.at(-1)?.reason).toMatch(/9\.0\.0, speaks protocol 99, .* upgrade this side/);

    const scan = coordinator.sealed('scan', request);
    await coordinator.put('scan', scan.nonce, scan.text);
    const report = await coordinator.next('report');
    // Nothing was scanned before.
    expect(coordinator.heard.filter(({ kind }) => kind === 'report' || kind === 'failure')).toEqual([]);
    expect(report.body.job).toBe(scan.nonce);
    const local = await scanSystem(system);
    expect(await withoutTimes(readReport(report.body.report))).toEqual(untimed(local));
    expect(local.exitCode).toBe(1);

    // Not accepted yet: it is the same report that comes again.
    expect(spooled(folder)).toEqual([`${report.nonce}.answer`]);
    await coordinator.put('scan', newNonce(), scan.text);
    expect((await coordinator.next('report')).nonce).toBe(report.nonce);
    await coordinator.say('accepted', { message: report.nonce });
    await agent.until(/the coordinator has the report/);
    expect(spooled(folder)).toEqual([]);
    await coordinator.put('scan', newNonce(), scan.text);
    expect((await coordinator.next('failure')).body).toMatchObject({ job: null, code: 'replayed' });

    const wrong = await coordinator.say('scan', { ...request, modules: ['no\u001bsuch'] });
    const failure = await coordinator.next('failure');
    expect(failure.body).toMatchObject({ job: wrong, code: 'MODULE_NOT_FOUND' });
    await coordinator.say('refused', { message: failure.nonce, reason: 'no\nsuch job' });
    await agent.until(/refused a message of this host: no\\nsuch job/);
    expect(spooled(folder)).toEqual([]);

    expect(await agent.end('SIGTERM')).toBe(0);
    const lines = agent.said.trimEnd().split('\n');
    expect(lines.filter((line) => !/^\d{4}-\d\d-\d\dT[\d:.]+Z [ -~]+$/.test(line))).toEqual([]);
    // Said once an hour, not for each.
    expect(lines.filter((line) => line.includes('wrong key'))).toHaveLength(1);
    expect(lines.filter((line) => line.includes('scan begins'))).toHaveLength(2);
  });

  it('loses nothing when Redis, or the agent itself, is killed at any time', async () => {
    const redis = await redisForTest({ appendOnly: true });
    const folder = tempFolder();
    const coordinator = new SmallCoordinator(redis.url(), HOST);
    const state = ['--state', join(folder, 'state')];
    coordinator.also = () => agent.said;
    let agent = startAgent(redis.url(), folder, ...state, '--token', tokenText(coordinator.token()));
    await coordinator.enrol();
    await agent.until(/waits for jobs/);

    // Killed in the middle of a scan: the job is taken again.
    const first = await coordinator.say('scan', SLOW);
    await agent.until(/scan begins/);
    await coordinator.next('hello', ({ state }) => state === 'scanning');
    expect((await coordinator.progress(first)).body).toMatchObject({ job: first, progress: { modules: 2 } });
    expect(await agent.end('SIGKILL')).toBeNull();
    agent = startAgent(redis.url(), folder, ...state);
    const report = await coordinator.next('report');
    expect(report.body.job).toBe(first);
    await coordinator.say('accepted', { message: report.nonce });
    await agent.until(/the coordinator has the report/);

    // Ended in the middle of one, as a restart of the service does.
    const second = await coordinator.say('scan', SLOW);
    await agent.until(new RegExp(`${second}: a full scan begins`));
    const before = performance.now();
    expect(await agent.end('SIGTERM')).toBe(0);
    expect(performance.now() - before).toBeLessThan(10_000);
    expect(await coordinator.stateOf(second)).toBe('waiting');
    // It starts without Redis, too.
    await redis.kill();
    agent = startAgent(redis.url(), folder, ...state);
    await agent.until(/cannot be reached: ECONNREFUSED: connection refused; it is tried again, at first in 1 s/);
    await redis.start();
    await agent.until(new RegExp(`${second}: a full scan begins`));

    // Redis is gone when the scan ends, and is killed, not ended.
    await redis.kill();
    await agent.until(new RegExp(`${second}: the report .*waits for the coordinator`));
    expect(spooled(folder)).toHaveLength(1);
    await redis.start();
    const late = await coordinator.next('report');
    expect(late.body.job).toBe(second);
    await agent.until(/is reached again/);

    // Redis comes back empty: what was not accepted is sent again.
    await redis.kill();
    await redis.start();
    await redis.cli('FLUSHALL');
    const again = await coordinator.next('report');
    expect(again.nonce).toBe(late.nonce);
    await coordinator.say('accepted', { message: late.nonce });
    await agent.until(/the coordinator has the report/, agent.said.lastIndexOf('reached again'));
    await coordinator.listen();
    expect(coordinator.heard.filter(({ kind }) => kind !== 'hello')).toEqual([]);
    expect(await agent.end('SIGINT')).toBe(0);
    expect(spooled(folder)).toEqual([]);
  });

  it('ends when it is asked to, though no Redis answers where one should be', async () => {
    const server = createServer((socket) => {
      // The same to everything.
      const answer = (data: Buffer) => socket.write(':7\r\n'.repeat(data.toString().match(/^\*\d+\r$/gm)?.length ?? 1));
      socket.on('error', () => {}).on('data', answer);
    });
    onTestFinished(() => void server.close());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const token = tokenText(newToken(HOST, newKey(), Date.now() + HOUR));
    const url = `redis://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const agent = startAgent(url, tempFolder(), '--token', token);
    await agent.until(/asks to be taken in/);
    await agent.until(/is not iterable|the token could not be shown/);
    expect(await agent.end('SIGTERM')).toBe(0);
  });

  it('says what to do where it cannot be taken in', async () => {
    const redis = await redisForTest();
    const folder = tempFolder();
    const coordinator = new SmallCoordinator(redis.url(), HOST);
    const run = (...more: string[]) =>
      runCli(['agent', '--queue', redis.url(), '--agent-folder', join(folder, 'agent'), ...more]);
    const none = await run();
    expect(none).toMatchObject({ code: 2, stderr: expect.stringMatching(/no fleet: run sigsweep fleet enroll HOST/) });
    expect(none.stderr).toMatch(/\[ENROLMENT_REFUSED\]\n$/);
    // Used before, as the coordinator says.
    const used = run('--token', tokenText(coordinator.token()));
    const { nonce } = await coordinator.next('enrol');
    await coordinator.say('refused', { message: nonce, reason: 'the token was used before' });
    expect((await used).stderr).toMatch(/was used before; make a new token .*\[ENROLMENT_REFUSED\]/);
    const alone = await run('--token', tokenText(coordinator.token(3000)));
    expect(alone.stderr).toMatch(/token ended/);
    await coordinator.listen();

    const token = tokenText(coordinator.token());
    const agent = startAgent(redis.url(), folder, '--token', token);
    await coordinator.enrol();
    await agent.until(/waits for jobs/);
    const second = await run('--token', token);
    expect(second).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/another agent works with .*--agent-folder/),
    });
    expect(await agent.end('SIGTERM')).toBe(0);
  });
});
