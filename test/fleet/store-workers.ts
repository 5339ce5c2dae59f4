import { type ChildProcess, spawn } from 'node:child_process';
import { createPublicKey, type KeyObject } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { newKey, publicText } from '../../src/fleet/keys.js';
import { putHost } from '../../src/fleet/store/hosts.js';
import { openFleetStore } from '../../src/fleet/store/open.js';
import type { ScanOptions } from '../../src/scan/options.js';
import { tempFolder } from '../helpers/temp.js';

const SCRIPT = fileURLToPath(new URL('store-worker.mjs', import.meta.url));

/** The machines that may work on a store, and what they are told. */
export class StoreWorkers {
  readonly coordinator = newKey();
  readonly #public = new Map<string, KeyObject>();
  #folder: string | undefined;

  constructor(
    private readonly url: string,
    private readonly store: string,
    private readonly scan: ScanOptions,
  ) {}

  /** What a shared scan needs of them. */
  get asked() {
    return { key: this.coordinator, keyOf: (host: string) => this.#public.get(host) ?? null };
  }

  /** A coordinator's folder that holds all of this. It ends with the test. */
  folder(): string {
    const folder = tempFolder();
    const pem = this.coordinator.export({ format: 'pem', type: 'pkcs8' });
    writeFileSync(join(folder, 'coordinator.key'), pem, { mode: 0o600 });
    this.#folder = folder;
    openFleetStore(folder).close();
    for (const [name, key] of this.#public) this.#enrol(name, key);
    return folder;
  }

  #enrol(name: string, key: KeyObject): void {
    if (this.#folder === undefined) return;
    const store = openFleetStore(this.#folder);
    const enrolledAt = new Date();
    putHost(store, { name, publicKey: publicText(key), groups: [], labels: {}, store: true, enrolledAt });
    store.close();
  }

  /** A new key of a host, which the coordinator knows from now on. */
  keyOf(host: string): KeyObject {
    const key = newKey();
    this.#public.set(host, createPublicKey(key));
    this.#enrol(host, key);
    return key;
  }

  /** Starts one more process. It is ended with the test, unless it was before. */
  async start(
    host: string,
    own: { readonly scan?: ScanOptions; readonly store?: string } = {},
  ): Promise<WorkerProcess> {
    const key = this.keyOf(host);
    const given = {
      url: this.url,
      host,
      key: key.export({ format: 'jwk' }),
      coordinator: createPublicKey(this.coordinator).export({ format: 'jwk' }),
      store: own.store ?? this.store,
      scan: { ...this.scan, ...own.scan },
      lock: 1000,
    };
    const child = spawn(process.execPath, [SCRIPT, JSON.stringify(given)], { stdio: ['ignore', 'pipe', 'pipe'] });
    const worker = new WorkerProcess(child);
    onTestFinished(() => worker.end('SIGKILL'));
    await worker.ready;
    return worker;
  }
}

export class WorkerProcess {
  /** All that it said. */
  said = '';
  readonly ready: Promise<void>;
  readonly #closed: Promise<void>;

  constructor(private readonly child: ChildProcess) {
    this.#closed = new Promise((resolve) => child.once('close', () => resolve()));
    this.ready = new Promise((resolve, reject) => {
      const hear = (text: string) => {
        this.said += text;
        if (this.said.includes('ready\n')) resolve();
      };
      child.stdout?.setEncoding('utf8').on('data', hear);
      child.stderr?.setEncoding('utf8').on('data', hear);
      child.once('close', () => reject(new Error(`the worker ended:\n${this.said}`)));
    });
    this.ready.catch(() => undefined);
  }

  /** Sends a signal and waits for the end. */
  async end(signal: NodeJS.Signals): Promise<void> {
    this.child.kill(signal);
    await this.#closed;
  }
}
