import { spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { deliver } from '../../src/alert/deliver.js';
import type { AlertEvent } from '../../src/alert/event.js';
import { tempFolder } from '../helpers/temp.js';
import { hostileEvent, makeEvent, makeFinding } from './event.js';
import { hostile } from './hostile.js';
import { channel } from './settings.js';

const help = spawnSync('logger', ['--help'], { encoding: 'utf8' });
const LOGGER_MISSING = help.stdout?.includes('--sd-param') ? undefined : 'logger of util-linux is not installed';

interface LogRecord {
  readonly priority: number;
  readonly program: string;
  readonly name: string;
  readonly data: Record<string, string>;
  readonly message: string;
  readonly bytes: number;
}

/** A record of RFC 5424, read by its grammar. Throws where there is anything else. */
function parseRecord(text: string): LogRecord {
  const head = /^<(\d{1,3})>1 (\S+) (\S+) (\S+) (\S+) (\S+) /.exec(text);
  if (head === null) throw new Error(`no record: ${text}`);
  let rest = text.slice(head[0].length);
  const data: Record<string, string> = {};
  const open = /^\[sigsweep@32473/.exec(rest);
  if (open === null) throw new Error(`no data: ${rest}`);
  rest = rest.slice(open[0].length);
  for (;;) {
    const value = /^ ([a-z0-9]+)="((?:[^"\\\]]|\\["\\\]])*)"/.exec(rest);
    if (value === null) break;
    data[value[1] ?? ''] = (value[2] ?? '').replace(/\\(["\\\]])/g, '$1');
    rest = rest.slice(value[0].length);
  }
  if (!rest.startsWith('] ')) throw new Error(`data without an end: ${rest}`);
  const [, priority, , , program = '', , name = ''] = head;
  return { priority: Number(priority), program, name, data, message: rest.slice(2), bytes: Buffer.byteLength(text) };
}

async function byUdp(): Promise<{ port: number; records: LogRecord[] }> {
  const records: LogRecord[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (bytes) => records.push(parseRecord(bytes.toString())));
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => socket.close(() => resolve())));
  return { port: socket.address().port, records };
}

async function byTcp(): Promise<{ port: number; records: LogRecord[] }> {
  const records: LogRecord[] = [];
  const server = createServer((socket) => {
    let rest = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      records.push(...lines.map(parseRecord));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return { port: (server.address() as AddressInfo).port, records };
}

function send(given: Record<string, unknown>, event: AlertEvent = makeEvent()) {
  return deliver('log', channel({ type: 'syslog', ...given }), event);
}

/** What was sent before may still be on its way to this process. */
async function arrived(records: LogRecord[], number: number): Promise<void> {
  while (records.length < number) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe.skipIf(LOGGER_MISSING !== undefined)('syslog', () => {
  test('gets a record for the whole and one for each finding, with data that programs read', async () => {
    const { port, records } = await byUdp();
    const event = makeEvent({
      findings: [
        makeFinding(),
        makeFinding({ module: 'cdr', kind: 'missing', severity: 'medium', class: undefined as never }),
      ],
      moreFindings: 7,
      gone: [makeFinding({ severity: 'high' })],
    });
    await send({ server: '127.0.0.1', port }, event);
    await arrived(records, 5);
    const [summary, verdict, code, missing, gone] = records;
    expect(records).toHaveLength(5);
    expect(summary).toMatchObject({
      priority: 3 * 8 + 2,
      program: 'sigsweep',
      name: 'summary',
      message: '1 new finding, 1 critical (/var/www/html)',
      data: {
        event: event.id,
        reasons: 'findings verdict',
        severity: 'critical',
        scan: '42',
        findings: '9',
        gone: '1',
      },
    });
    expect(verdict).toMatchObject({
      name: 'verdict',
      message: 'core 17.0.1: was good, is tampered (of 57 listed files: 1 altered)',
      data: { event: event.id, module: 'core', before: 'good', after: 'tampered' },
    });
    expect(code).toMatchObject({
      priority: 3 * 8 + 2,
      name: 'finding',
      message: 'critical: unlisted code /var/www/html/admin/views/some.php',
      data: { event: event.id, kind: 'unlisted', class: 'code', sha256: 'ab'.repeat(32) },
    });
    expect(missing).toMatchObject({ priority: 3 * 8 + 4, data: { module: 'cdr', kind: 'missing' } });
    expect(gone).toMatchObject({ priority: 3 * 8 + 6, name: 'gone', data: { severity: 'high' } });
    expect(gone?.message).toMatch(/^gone: high: unlisted code /);
  });

  test.each([
    ['critical', 2],
    ['high', 3],
    ['medium', 4],
    ['low', 5],
    ['info', 6],
  ] as const)('takes %s for severity %i, under the facility of the settings, by TCP too', async (severity, number) => {
    const { port, records } = await byTcp();
    await send(
      { server: '127.0.0.1', port, protocol: 'tcp', facility: 'local3' },
      makeEvent({ severity, findings: [], verdicts: [] }),
    );
    await arrived(records, 1);
    expect(records.map(({ priority }) => priority)).toEqual([19 * 8 + number]);
  });

  test('holds what the names are, and nothing more', async () => {
    const { port, records } = await byTcp();
    const names = fc.sample(hostile, { numRuns: 40, seed: 5 }).map((name) => `-${name}`);
    for (const name of names) {
      await send(
        { server: '127.0.0.1', port, protocol: 'tcp' },
        makeEvent({ findings: [makeFinding({ file: name, path: name })] }),
      );
    }
    // The parser throws where one breaks out of its place; a line end would make more records.
    const { verdicts } = makeEvent();
    await arrived(records, (2 + verdicts.length) * names.length);
    const files = records.filter(({ name }) => name === 'finding');
    expect(files).toHaveLength(names.length);
    for (const { data, message } of files) {
      expect(message).toBe(`critical: unlisted code ${data.file}`);
      expect(`${data.file}${message}`).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    }
  });

  test('gets records of a bounded length', async () => {
    const { port, records } = await byUdp();
    await send({ server: '127.0.0.1', port }, hostileEvent('/x"'.repeat(50_000)));
    await arrived(records, 3);
    expect(Math.max(...records.map(({ bytes }) => bytes))).toBeLessThan(3000);
  });

  test('a receiver that is down is a failure, by TCP', async () => {
    await expect(send({ server: '127.0.0.1', port: 9, protocol: 'tcp' })).rejects.toMatchObject({
      code: 'ALERT_FAILED',
      message: expect.stringMatching(
        /^alert channel log: syslog at 127\.0\.0\.1: it failed with exit code 1, saying: logger: /,
      ),
    });
  });

  test('a machine without a system log is a failure', async () => {
    const socket = join(tempFolder(), 'log');
    await expect(send({ socket })).rejects.toThrow(`syslog at ${socket}: it failed with exit code 1`);
  });
});
