import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** The files of an authority of its own making, and of a server that it certified for loopback. */
export interface Certificates {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];

/** Makes them in a folder, which is made too. */
export function makeCertificates(folder: string): Certificates {
  mkdirSync(folder, { recursive: true });
  const file = (name: string) => join(folder, name);
  const caKey = file('ca.key');
  const [ca, cert, key] = [file('ca.crt'), file('redis.crt'), file('redis.key')];
  const make = (args: readonly string[]) => execFileSync('openssl', ['req', '-x509', ...NEW_KEY, ...args], QUIET);
  make(['-keyout', caKey, '-out', ca, '-subj', '/CN=authority of a test']);
  const names = 'subjectAltName=DNS:localhost,IP:127.0.0.1';
  const server = ['-subj', '/CN=localhost', '-addext', names, '-addext', 'basicConstraints=critical,CA:FALSE'];
  make(['-keyout', key, '-out', cert, '-CA', ca, '-CAkey', caKey, ...server]);
  return { ca, cert, key };
}

const QUIET = { stdio: 'ignore' } as const;
