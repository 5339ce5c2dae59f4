import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { deliver, deliverAll } from '../../src/alert/deliver.js';
import { tempFolder } from '../helpers/temp.js';
import { makeEvent } from './event.js';
import { makeProgram } from './program.js';
import { startReceiver, status } from './receiver.js';
import { channel, channels } from './settings.js';

describe('all channels', () => {
  test('are sent to whatever one of them does, and each outcome has its name', async () => {
    const receiver = await startReceiver(status(200));
    const broken = await startReceiver(status(400));
    const program = makeProgram('process.exit(4);');
    const settings = channels({
      broken: { type: 'webhook', url: `http://127.0.0.1:${broken.port}/` },
      missing: { type: 'command', run: ['/nonexistent/program'] },
      failing: { type: 'command', run: [program.path] },
      good: { type: 'webhook', url: `http://127.0.0.1:${receiver.port}/` },
    });
    const outcomes = await deliverAll(settings, makeEvent());
    expect(outcomes).toEqual([
      { channel: 'broken', failure: expect.stringContaining('it answered 400 Bad Request'), refused: [] },
      { channel: 'missing', failure: expect.stringContaining('command /nonexistent/program: ENOENT'), refused: [] },
      { channel: 'failing', failure: expect.stringContaining('exit code 4'), refused: [] },
      { channel: 'good', failure: null, refused: [] },
    ]);
    expect(receiver.requests).toHaveLength(1);
  });

  test('are sent to side by side', async () => {
    const folder = tempFolder();
    // Each ends only when the other one has begun.
    const meet = (own: string, other: string) =>
      makeProgram(`
        const { existsSync } = require('node:fs');
        writeFileSync(${JSON.stringify(join(folder, own))}, '');
        setInterval(() => { if (existsSync(${JSON.stringify(join(folder, other))})) process.exit(0); }, 10);
      `).path;
    const settings = channels({
      one: { type: 'command', run: [meet('one', 'two')] },
      two: { type: 'command', run: [meet('two', 'one')] },
    });
    const outcomes = await deliverAll(settings, makeEvent());
    expect(outcomes.map(({ failure }) => failure)).toEqual([null, null]);
  });

  test('are interrupted together', async () => {
    const receiver = await startReceiver(() => controller.abort());
    const controller = new AbortController();
    const settings = channels({
      one: { type: 'webhook', url: `http://127.0.0.1:${receiver.port}/` },
      two: { type: 'command', run: [makeProgram('setInterval(() => {}, 1000);').path] },
    });
    const outcomes = await deliverAll(settings, makeEvent(), { signal: controller.signal });
    expect(outcomes.map(({ failure }) => failure)).toEqual([
      expect.stringContaining('it was interrupted'),
      expect.stringContaining('it was interrupted'),
    ]);
  });

  test('a name of the settings is escaped in a message', async () => {
    const settings = channel({ type: 'command', run: ['/nonexistent'] });
    await expect(deliver('a\u001b[31m', settings, makeEvent())).rejects.toMatchObject({
      code: 'ALERT_FAILED',
      message: 'alert channel a\\u{1b}[31m: command /nonexistent: ENOENT: no such file or directory',
    });
  });
});
