import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { makeTempFolder, removeFolder } from '../helpers/temp.js';
import { hasTool } from '../helpers/tools.js';
import { type Certificates, makeCertificates } from './certificates.js';

/** Why tests of fleets cannot run here; `undefined` when they can. For `describe.skipIf` and the name of what is skipped. */
export const REDIS_MISSING: string | undefined = ['redis-server', 'redis-cli', 'openssl'].every(hasTool)
  ? undefined
  : 'redis-server, redis-cli or openssl is not installed';

export interface RedisOptions {
  /** TLS and nothing else, with a certificate for `127.0.0.1` and `localhost` by {@link TestRedis.ca}. @default false */
  readonly tls?: boolean;
  /** Lines of an ACL file. There is no default user then; {@link TestRedis.cli} works as an administrator. @default none */
  readonly users?: readonly string[];
  /** As in a configuration: `20mb`. Nothing is evicted. @default as much as there is */
  readonly maxMemory?: string;
  /** Whether data outlives {@link TestRedis.kill}. It outlives {@link TestRedis.stop} only with this too. @default false */
  readonly appendOnly?: boolean;
  /**
   * A configuration, for the folder that holds `tls/` (`ca.crt`, `redis.crt`, `redis.key`), `data/` and `users.acl`. Only
   * addresses and ports of it are replaced; of the other options it says itself what they would.
   */
  readonly config?: (folder: string) => string;
}

/** A redis-server that ends with the running test. For use inside a test or `beforeEach`. */
export async function redisForTest(options: RedisOptions = {}): Promise<TestRedis> {
  const redis = await startRedis(options);
  onTestFinished(() => redis.remove());
  return redis;
}

/** A redis-server on loopback, with a folder of its own. Whoever starts it calls {@link TestRedis.remove}. */
export async function startRedis(options: RedisOptions = {}): Promise<TestRedis> {
  const folder = makeTempFolder();
  try {
    for (let attempt = 1; ; attempt += 1) {
      const redis = new TestRedis(folder, randomInt(LOWEST_PORT, HIGHEST_PORT), options);
      try {
        await redis.start();
        return redis;
      } catch (error) {
        if (attempt === ATTEMPTS || !/Address already in use/.test(String(error))) throw error;
      }
    }
  } catch (error) {
    removeFolder(folder);
    throw error;
  }
}

/** Below those that the system hands out by itself, so that nobody gets it while the server is down for a moment. */
const LOWEST_PORT = 20_000;
const HIGHEST_PORT = 32_000;
const ATTEMPTS = 20;

const ADMINISTRATOR = 'test-administrator';

export class TestRedis {
  /** Of the authority that certified the server, a file. @throws Error without TLS */
  get ca(): string {
    if (this.#certificates === undefined) throw new Error('this redis-server has no TLS');
    return this.#certificates.ca;
  }

  readonly #certificates: Certificates | undefined;
  readonly #password = randomBytes(16).toString('hex');
  readonly #configFile: string;
  #server: ChildProcess | undefined;
  #log = '';

  constructor(
    readonly folder: string,
    readonly port: number,
    readonly options: RedisOptions,
  ) {
    mkdirSync(join(folder, 'data'), { recursive: true });
    this.#certificates = options.tls ? makeCertificates(join(folder, 'tls')) : undefined;
    this.#configFile = join(folder, 'redis.conf');
    if (options.users !== undefined) {
      const own = `user ${ADMINISTRATOR} on >${this.#password} ~* &* +@all`;
      writeFileSync(join(folder, 'users.acl'), ['user default off', own, ...options.users, ''].join('\n'));
    }
    writeFileSync(this.#configFile, `${options.config?.(folder) ?? ''}\n${this.#settings().join('\n')}\n`);
  }

  /** @param port where a proxy listens. @default the server's own */
  url(user?: { readonly name: string; readonly password: string }, port = this.port): string {
    const login = user === undefined ? '' : `${user.name}:${encodeURIComponent(user.password)}@`;
    return `${this.options.tls ? 'rediss' : 'redis'}://${login}127.0.0.1:${port}`;
  }

  /** All that the server has said. */
  get log(): string {
    return this.#log;
  }

  /** Starts it again, on the same port and with the same data. @throws Error with what it says when it does not start */
  async start(): Promise<void> {
    if (this.#server !== undefined) throw new Error('this redis-server runs already');
    const server = spawn('redis-server', [this.#configFile], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#server = server;
    process.once('exit', this.#endWithTests);
    const from = this.#log.length;
    await new Promise<void>((resolve, reject) => {
      const hear = (text: string) => {
        this.#log += text;
        if (this.#log.includes('Ready to accept connections', from)) resolve();
      };
      server.stdout.setEncoding('utf8').on('data', hear);
      server.stderr.setEncoding('utf8').on('data', hear);
      server.once('error', reject);
      server.once('close', () => {
        this.#server = undefined;
        process.off('exit', this.#endWithTests);
        reject(new Error(`redis-server ended:\n${this.#log.slice(from)}`));
      });
    });
  }

  /** Asks it to end, as a restart of its service does, and waits. */
  stop(): Promise<void> {
    return this.#end('SIGTERM');
  }

  /** Ends it as a loss of power does, but for what the kernel has got already, and waits. */
  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  /** Ends it, and removes all that it had. */
  async remove(): Promise<void> {
    await this.kill();
    removeFolder(this.folder);
  }

  /** Runs redis-cli as an administrator. @returns what it prints, without the last line break @throws Error for a refusal */
  cli(...args: readonly string[]): Promise<string> {
    const tls = this.options.tls ? ['--tls', '--cacert', this.ca] : [];
    const user = this.options.users === undefined ? [] : ['--user', ADMINISTRATOR];
    const env = { ...process.env, ...(user.length === 0 ? {} : { REDISCLI_AUTH: this.#password }) };
    const all = ['-e', '-h', '127.0.0.1', '-p', String(this.port), ...tls, ...user, ...args];
    return new Promise((resolve, reject) => {
      execFile('redis-cli', all, { env, maxBuffer: 256 * 1024 * 1024 }, (error, stdout, stderr) => {
        if (error === null) resolve(stdout.replace(/\n$/, ''));
        else reject(new Error(`redis-cli ${args.join(' ')}: ${stdout}${stderr}`, { cause: error }));
      });
    });
  }

  readonly #endWithTests = () => void this.#server?.kill('SIGKILL');

  async #end(signal: NodeJS.Signals): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    const closed = new Promise((resolve) => server.once('close', resolve));
    server.kill(signal);
    await closed;
  }

  /** Of what stands twice, Redis takes the last. */
  #settings(): string[] {
    const { options, port } = this;
    const where = ['bind 127.0.0.1', ...(options.tls ? ['port 0', `tls-port ${port}`] : [`port ${port}`])];
    return [...where, 'daemonize no', 'logfile ""', ...(options.config === undefined ? this.#ownSettings() : [])];
  }

  #ownSettings(): string[] {
    const { maxMemory, users, appendOnly } = this.options;
    const tls = this.#certificates;
    return [
      ...(tls === undefined
        ? []
        : [
            `tls-ca-cert-file ${tls.ca}`,
            `tls-cert-file ${tls.cert}`,
            `tls-key-file ${tls.key}`,
            'tls-auth-clients no',
          ]),
      'save ""',
      `dir ${join(this.folder, 'data')}`,
      ...(users === undefined ? [] : [`aclfile ${join(this.folder, 'users.acl')}`]),
      ...(maxMemory === undefined ? [] : [`maxmemory ${maxMemory}`, 'maxmemory-policy noeviction']),
      // What it has answered is then with the kernel, whenever it is killed.
      ...(appendOnly ? ['appendonly yes', 'appendfsync always'] : []),
    ];
  }
}
