import { isLoopback } from '../net/loopback.js';

/**
 * The address of a webhook, or what is wrong with it, in words that do not repeat it: it may be a secret. In clear only
 * to this machine: an event names what is broken here, and whoever reads the address can send in its name.
 */
export function webhookAddress(text: string): { readonly url: URL } | { readonly problem: string } {
  if (!URL.canParse(text)) return { problem: 'give an address such as https://example.org/hook' };
  const url = new URL(text);
  if (url.protocol === 'https:' && url.hostname !== '') return { url };
  if (url.protocol !== 'http:') return { problem: 'give an https address' };
  if (isLoopback(url.hostname)) return { url };
  return { problem: 'give an https address (with caFile where the authority is your own): http is for localhost only' };
}
