import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { onTestFinished } from 'vitest';
import type { Certificate } from './certificate.js';

export interface Letter {
  readonly from: string;
  readonly to: string[];
  /** Whether it came by TLS. */
  readonly secure: boolean;
  readonly user: string | undefined;
  readonly text: string;
}

export interface PostOffice {
  readonly port: number;
  readonly letters: Letter[];
  /** What was tried as user and password, whether it came by TLS or not. */
  readonly logins: string[];
}

export const PASSWORD = 'correct horse';

/** A mail server on loopback that keeps what it gets. It knows one user, `pbx`, and asks nobody for a password. */
export async function startPostOffice(options: SMTPServerOptions, tls?: Certificate): Promise<PostOffice> {
  const letters: Letter[] = [];
  const logins: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    logger: false,
    ...(tls === undefined ? { disabledCommands: ['STARTTLS'] } : { key: tls.key, cert: tls.cert }),
    onAuth({ username, password }, _, callback) {
      logins.push(`${username}:${password}`);
      if (username === 'pbx' && password === PASSWORD) callback(null, { user: username });
      else callback(new Error(`no such user or password: ${password}`));
    },
    onData(stream, session, callback) {
      let text = '';
      stream.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
      });
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        letters.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          secure: session.secure,
          user: session.user,
          text,
        });
        callback();
      });
    },
    ...options,
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(resolve)));
  return { port: (server.server.address() as AddressInfo).port, letters, logins };
}
