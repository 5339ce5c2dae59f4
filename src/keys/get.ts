import type { IncomingMessage } from 'node:http';
import { beginRequest, statusInWords, USER_AGENT } from '../net/request.js';
import { oneLine } from '../report/one-line.js';

/** Longest name of a host that is quoted, in characters. */
const MOST_HOST = 100;

/** What a server has under an address. */
export type Got = { readonly outcome: 'found'; readonly bytes: Buffer } | { readonly outcome: 'not-found' };

/** The server was reached and gave an answer that is of no use: why, in one line. */
export class UselessAnswer extends Error {
  override readonly name = 'UselessAnswer';
}

/**
 * Gets what lies under an address, once, and follows nothing. A 404 says that there is nothing.
 * @param maxBytes largest body that is taken.
 * @param signal has to bound the time.
 * @throws UselessAnswer
 * @throws Error of the network, or of TLS.
 */
export async function get(url: URL, maxBytes: number, signal: AbortSignal): Promise<Got> {
  const response = await responseOf(url, signal);
  try {
    const { statusCode: status = 0 } = response;
    if (status === 404) return { outcome: 'not-found' };
    if (status !== 200) throw new UselessAnswer(`it answered ${statusInWords(status)}${redirection(response, url)}`);
    return { outcome: 'found', bytes: await readWhole(response, maxBytes) };
  } finally {
    // What was not read is not wanted.
    response.destroy();
  }
}

function responseOf(url: URL, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = beginRequest(url, { headers: { 'user-agent': USER_AGENT }, signal });
    // More than one may come, the later ones of a line that nobody needs any more.
    outgoing.on('error', reject);
    outgoing.once('response', resolve);
    outgoing.end();
  });
}

async function readWhole(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const tooLarge = `its answer is larger than the ${maxBytes} bytes that are taken`;
  if (Number(response.headers['content-length']) > maxBytes) throw new UselessAnswer(tooLarge);
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > maxBytes) throw new UselessAnswer(tooLarge);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** Where an answer leads, by scheme and host: the rest of the address is whatever its sender wants to be read. */
function redirection({ statusCode = 0, headers: { location = '' } }: IncomingMessage, from: URL): string {
  if (statusCode < 300 || statusCode > 399) return '';
  const refusal = ': redirects are not followed';
  if (location === '' || !URL.canParse(location, from.href)) return refusal;
  const { protocol, host } = new URL(location, from);
  return `, which leads to ${oneLine(`${protocol}//${host}`, MOST_HOST)}${refusal}`;
}
