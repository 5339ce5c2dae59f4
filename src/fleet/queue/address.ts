import { isIP } from 'node:net';
import { SigsweepError } from '../../errors.js';
import { isLoopback } from '../../net/loopback.js';

/** Where the queue is, and how to get in. */
export interface QueueAddress {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly user?: string;
  readonly password?: string;
  /** PEM of the authority that signed the server's certificate, where it is no public one. */
  readonly authority?: string;
}

/** What stands beside the address. */
export interface AddressOptions {
  /** Takes the place of one in the address, which others on the machine can see. */
  readonly password?: string;
  readonly authority?: string;
  /** Whether a connection without TLS may leave this machine. */
  readonly insecure?: boolean;
}

/**
 * Reads `rediss://USER:PASSWORD@HOST:PORT`. Other databases than the first have no users of their own in Redis, and one that
 * is not there is silently the first.
 * @throws SigsweepError USAGE: not such an address, or one whose passwords and reports would be read on the way.
 */
export function queueAddress(text: string, options: AddressOptions = {}): QueueAddress {
  const url = parse(text);
  const tls = url.protocol === 'rediss:';
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (!tls && options.insecure !== true && !isLoopback(host)) {
    throw new SigsweepError(
      'USAGE',
      `redis://${url.host} is another machine, and without TLS anybody on the way reads passwords and reports: use rediss://, or say --insecure`,
    );
  }
  const user = decodeURIComponent(url.username);
  const password = options.password ?? decodeURIComponent(url.password);
  return {
    host,
    port: url.port === '' ? 6379 : Number(url.port),
    tls,
    ...(user === '' ? {} : { user }),
    ...(password === '' ? {} : { password }),
    ...(options.authority === undefined ? {} : { authority: options.authority }),
  };
}

/** The address as it is shown: without the password. */
export function addressInWords({ host, port, tls }: QueueAddress): string {
  const place = isIP(host) === 6 ? `[${host}]` : host;
  return `${tls ? 'rediss' : 'redis'}://${place}:${port}`;
}

function parse(text: string): URL {
  try {
    const url = new URL(text);
    if (/^rediss?:$/.test(url.protocol) && url.hostname !== '' && /^\/?0?$/.test(url.pathname)) {
      // Percent signs that stand for nothing are found here, not in the middle of connecting.
      decodeURIComponent(url.username + url.password);
      if (url.search === '' && url.hash === '') return url;
    }
  } catch {
    // Said below, without the text: a password may stand in it.
  }
  throw new SigsweepError(
    'USAGE',
    'this is no address of Redis: give rediss://USER@HOST:PORT or redis://127.0.0.1:PORT',
  );
}
