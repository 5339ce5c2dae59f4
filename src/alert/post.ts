import type { IncomingMessage } from 'node:http';
import { lookupLoopback } from '../net/loopback.js';
import { beginRequest } from '../net/request.js';

/** How much of an answer is read, and for how long, before the line is cut. */
const MOST_ANSWER_BYTES = 64 * 1024;
const MOST_ANSWER_MILLISECONDS = 2000;

export interface Answer {
  readonly status: number;
  readonly retryAfter: string | undefined;
}

/**
 * Posts once, on a connection of its own, and follows nothing.
 * @param ca PEM certificates of the authorities that count instead of the public ones.
 * @throws Error of the network, or of TLS.
 */
export function post(
  url: URL,
  headers: Readonly<Record<string, string>>,
  body: string,
  ca: string | undefined,
  signal: AbortSignal,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = beginRequest(url, {
      method: 'POST',
      headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
      signal,
      ...(url.protocol === 'https:' ? {} : { lookup: lookupLoopback }),
      ...(ca === undefined ? {} : { ca }),
    });
    // More than one may come, the later ones of a line that nobody needs any more.
    outgoing.on('error', reject);
    outgoing.once('response', (response) => {
      drain(response);
      resolve({ status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] });
    });
    outgoing.end(body);
  });
}

/** Reads an answer that nobody wants, so that its sender does not fail, and cuts the line where it has no end. */
function drain(response: IncomingMessage): void {
  const timer = setTimeout(() => response.destroy(), MOST_ANSWER_MILLISECONDS);
  let bytes = 0;
  response.on('data', ({ length }: Buffer) => {
    bytes += length;
    if (bytes > MOST_ANSWER_BYTES) response.destroy();
  });
  response.on('error', () => undefined);
  response.once('close', () => clearTimeout(timer));
}
