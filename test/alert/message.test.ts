import fc from 'fast-check';
import { createTransport } from 'nodemailer';
import { describe, expect, test } from 'vitest';
import { alertMail } from '../../src/alert/message.js';
import { hostileEvent, makeEvent } from './event.js';
import { hostile } from './hostile.js';
import { bodyOf, decodeHeader, headersOf } from './letter.js';

async function written(event: Parameters<typeof alertMail>[1]): Promise<{ text: string; envelope: unknown }> {
  const writer = createTransport({ streamTransport: true, buffer: true });
  const mail = alertMail({ to: ['admin@example.org'], from: 'pbx@example.org' }, event);
  const { message, envelope } = await writer.sendMail(mail);
  return { text: message.toString(), envelope };
}

describe('a mail', () => {
  test('has the same headers and receivers whatever the names are', async () => {
    const usual = [...headersOf((await written(makeEvent())).text).keys()];
    await fc.assert(
      fc.asyncProperty(hostile, async (name) => {
        const { text, envelope } = await written(hostileEvent(`x${name}`));
        const headers = headersOf(text);
        expect([...headers.keys()]).toEqual(usual);
        expect([...headers.values()].every(({ length }) => length === 1)).toBe(true);
        expect(headers.get('to')).toEqual(['admin@example.org']);
        expect(headers.get('from')).toEqual(['sigsweep <pbx@example.org>']);
        expect(envelope).toEqual({ from: 'pbx@example.org', to: ['admin@example.org'] });
        expect(decodeHeader(headers.get('subject')?.[0] ?? '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        expect(headers.get('message-id')?.[0]).toMatch(/^<sigsweep\.[0-9a-f]{40}@[a-z0-9.-]+>$/i);
      }),
    );
  });

  test('has a subject that reads as it was meant', async () => {
    const headline = '3 neue Funde: größer, schlimmer =?utf-8?q?=0aBcc:?= \u202e';
    const { text } = await written(makeEvent({ headline }));
    expect(decodeHeader(headersOf(text).get('subject')?.[0] ?? '')).toBe(
      '[sigsweep] pbx.example.org: 3 neue Funde: größer, schlimmer = ?utf-8?q?=0aBcc:?= \\u{202e}',
    );
  });

  test('has lines of a length that every server takes', async () => {
    const { text } = await written(hostileEvent(`/var/www/html/${'größer/'.repeat(5000)}`));
    expect(Math.max(...text.split('\r\n').map((line) => Buffer.byteLength(line)))).toBeLessThan(998);
    expect(bodyOf(text)).toContain('/var/www/html/größer/');
  });

  test('of a host that is no name for an address is from localhost', () => {
    const { envelope, messageId } = alertMail(
      { to: ['a@b.example'], from: undefined },
      makeEvent({ host: 'a b, c@d' }),
    );
    expect(envelope).toMatchObject({ from: 'sigsweep@localhost' });
    expect(messageId).toMatch(/@localhost>$/);
  });
});
