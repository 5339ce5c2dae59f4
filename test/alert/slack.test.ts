import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deliver } from '../../src/alert/deliver.js';
import { slackBody } from '../../src/alert/slack.js';
import { hostileEvent, makeEvent, makeFinding } from './event.js';
import { hostile } from './hostile.js';
import { startReceiver, status } from './receiver.js';
import { channel } from './settings.js';

const textOf = (body: string) => (JSON.parse(body) as { text: string }).text;

describe('the preset for Slack', () => {
  test('posts a title and the text as a block', async () => {
    const receiver = await startReceiver(status(200));
    const settings = channel({ type: 'webhook', url: `http://127.0.0.1:${receiver.port}/`, preset: 'slack' });
    await deliver('chat', settings, makeEvent());
    const text = textOf(receiver.requests[0]?.body ?? '');
    expect(text).toMatch(/^\[sigsweep\] pbx\.example\.org: 1 new finding, 1 critical\n```\n1 new finding/);
    expect(text).toMatch(/critical: unlisted code {2}\/var\/www\/html\/admin\/views\/some\.php\n.*\n```$/s);
  });

  test('mentions nobody, links nothing and stays one block, whatever the names are', () => {
    fc.assert(
      fc.property(hostile, (name) => {
        const text = textOf(slackBody(hostileEvent(name)));
        expect(text).not.toMatch(/[<>]/);
        expect(text).not.toMatch(/&(?!(?:amp|lt|gt);)/);
        expect(text).not.toMatch(/@(?!\u200b)/);
        expect(text.split('```')).toHaveLength(3);
        expect(text.split('`')).toHaveLength(7);
      }),
    );
  });

  test('leaves out what a receiver would cut, by whole lines, and says how many', () => {
    const findings = Array.from({ length: 100 }, (_, at) =>
      makeFinding({
        file: `/var/www/html/${at}${'<'.repeat(60)}`,
        module: `m${at}`,
        actual: `${at}`.padStart(64, '0'),
      }),
    );
    const text = textOf(slackBody(makeEvent({ findings })));
    expect(text.replaceAll('&lt;', '<').length).toBeLessThan(3500);
    expect(text).toMatch(/\n\(\d+ more lines left out\)\n```$/);
  });
});
