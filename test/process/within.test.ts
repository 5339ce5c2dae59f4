import { expect, test } from 'vitest';
import { within } from '../../src/process/within.js';

const forever = () => new Promise<never>(() => undefined);

test('work that does not obey its signal has failed all the same', async () => {
  await expect(within(20, undefined, forever)).rejects.toThrow('it took longer than 0.02 s');
  const controller = new AbortController();
  const working = within(60_000, controller.signal, forever);
  controller.abort();
  await expect(working).rejects.toThrow('it was interrupted');
});

test('work that fails late, when nobody waits for it, disturbs nobody', async () => {
  const late = (signal: AbortSignal) =>
    new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => setTimeout(() => reject(new Error('too late')), 5));
    });
  await expect(within(10, undefined, late)).rejects.toThrow('it took longer');
  await new Promise((resolve) => setTimeout(resolve, 20));
});
