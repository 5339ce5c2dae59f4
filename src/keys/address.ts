import { SigsweepError } from '../errors.js';

/** Where HKP is served without TLS, unless another port is said. */
const HKP_PORT = 11371;

const LOOKUP_PATH = '/pks/lookup';

const SCHEMES: readonly string[] = ['hkp:', 'hkps:', 'http:', 'https:'];

/** Where keys are asked for. */
export interface KeyAddress {
  /** `server`: asked for each key by its fingerprint. `file`: whatever lies there, as it is. */
  readonly kind: 'server' | 'file';
  /** What is asked, http or https; for a server without the query. */
  readonly url: URL;
  /** Scheme, host and port, for messages: the rest of an address may be a secret. */
  readonly name: string;
}

/**
 * Where `from` leads: `hkp://host[:port]`, `hkps://host[:port]`, or an http or https address. One of these that ends in
 * `/pks/lookup` is a server too; one with a query of its own says already what is asked.
 * @throws SigsweepError USAGE, which does not repeat it: it may hold a password.
 */
export function keyAddress(from: string): KeyAddress {
  if (!URL.canParse(from)) throw unusable('it is no address');
  const given = new URL(from);
  const { protocol, host, hostname, port } = given;
  if (!SCHEMES.includes(protocol)) throw unusable(`nothing is fetched by ${protocol}`);
  if (hostname === '') throw unusable('it names no host');
  if (given.username !== '' || given.password !== '') {
    throw unusable(`leave out what stands before the @ of ${host}; keys are public`);
  }
  if (protocol === 'hkp:') return keyServer(given, `http://${hostname}:${port || HKP_PORT}`);
  if (protocol === 'hkps:') return keyServer(given, `https://${host}`);
  const isServer = given.pathname.endsWith(LOOKUP_PATH) && given.search === '';
  return { kind: isServer ? 'server' : 'file', url: given, name: given.origin };
}

/** What asks a server for one key. Options as HKP has them: the bare key, for no other search than this one. */
export function lookupOf({ url }: KeyAddress, fingerprint: string): URL {
  return new URL(`?op=get&options=mr&exact=on&search=0x${encodeURIComponent(fingerprint)}`, url);
}

function keyServer({ protocol, host, pathname, search }: URL, origin: string): KeyAddress {
  if (!['', '/', LOOKUP_PATH].includes(pathname) || search !== '') {
    throw unusable(`leave out what stands behind ${protocol}//${host}`);
  }
  // A host that no name or address can be is seen only here: other schemes than http allow any.
  if (!URL.canParse(origin)) throw unusable('it names no host');
  return { kind: 'server', url: new URL(LOOKUP_PATH, origin), name: `${protocol}//${host}` };
}

function unusable(why: string): SigsweepError {
  return new SigsweepError(
    'USAGE',
    `this address of keys cannot be used: ${why}: give hkps://HOST, hkp://HOST or an https address`,
  );
}
