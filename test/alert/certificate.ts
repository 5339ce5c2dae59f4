import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempFolder } from '../helpers/temp.js';

/** Why tests with TLS cannot run here; `undefined` when they can. */
export const OPENSSL_MISSING: string | undefined =
  spawnSync('openssl', ['version']).status === 0 ? undefined : 'openssl is not installed';

export interface Certificate {
  readonly key: string;
  readonly cert: string;
  /** The certificate, as a `caFile`. */
  readonly file: string;
}

/** A certificate of its own making, for as long as the test runs. */
export function makeCertificate(names = 'DNS:localhost,IP:127.0.0.1'): Certificate {
  const folder = tempFolder();
  const keyFile = join(folder, 'key.pem');
  const file = join(folder, 'cert.pem');
  const options = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const places = ['-keyout', keyFile, '-out', file, '-subj', '/CN=test', '-addext', `subjectAltName=${names}`];
  execFileSync('openssl', [...options, ...places], { stdio: 'ignore' });
  return { key: readFileSync(keyFile, 'utf8'), cert: readFileSync(file, 'utf8'), file };
}
