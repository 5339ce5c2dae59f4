import { describe, expect, test } from 'vitest';
import { testChannels } from '../../src/cli/alert-command.js';
import { makeProgram } from '../alert/program.js';
import { startReceiver, status } from '../alert/receiver.js';
import { channels } from '../alert/settings.js';

const never = new AbortController().signal;

describe('the test of the channels', () => {
  test('sends a sample through each and says so', async () => {
    const receiver = await startReceiver(status(200));
    const { path } = makeProgram('readFileSync(0);');
    const settings = channels({
      ops: { type: 'webhook', url: `http://127.0.0.1:${receiver.port}/` },
      own: { type: 'command', run: [path] },
    });
    await expect(testChannels(settings, undefined, never)).resolves.toEqual({
      lines: ['ops: sent\n', 'own: sent\n'],
      exitCode: 0,
    });
    expect(JSON.parse(receiver.requests[0]?.body ?? '')).toMatchObject({
      schema: 'sigsweep/alert@1',
      reasons: ['test'],
    });
  });

  test('says which one failed, and why', async () => {
    const receiver = await startReceiver(status(200));
    const settings = channels({
      ops: { type: 'webhook', url: `http://127.0.0.1:${receiver.port}/` },
      own: { type: 'command', run: ['/nonexistent'] },
    });
    await expect(testChannels(settings, undefined, never)).resolves.toEqual({
      lines: ['ops: sent\n', 'own: failed: command /nonexistent: ENOENT: no such file or directory\n'],
      exitCode: 3,
    });
  });

  test('tries only what was asked for', async () => {
    const receiver = await startReceiver(status(200));
    const settings = channels({
      ops: { type: 'webhook', url: `http://127.0.0.1:${receiver.port}/` },
      own: { type: 'command', run: ['/nonexistent'] },
    });
    await expect(testChannels(settings, ['ops'], never)).resolves.toMatchObject({
      lines: ['ops: sent\n'],
      exitCode: 0,
    });
    await expect(testChannels(settings, ['opps'], never)).rejects.toThrow(
      'no alert channel opps; configured: ops, own',
    );
  });

  test('without any channel there is nothing to test', async () => {
    await expect(testChannels({}, undefined, never)).rejects.toMatchObject({ code: 'USAGE' });
  });
});
