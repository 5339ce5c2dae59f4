import { createPublicKey, type KeyObject } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeEnrolment } from '../../src/fleet/agent/enrolment.js';
import { newKey, ownKey, publicText } from '../../src/fleet/keys.js';
import { putHost } from '../../src/fleet/store/hosts.js';
import { openFleetStore } from '../../src/fleet/store/open.js';
import { tempFolder } from '../helpers/temp.js';
import { Running } from './agent-process.js';

/** A coordinator, and hosts that were enrolled to work on a store. For use inside a test. */
export class StoreWorkers {
  readonly coordinator = newKey();
  readonly #public = new Map<string, KeyObject>();
  #folder: string | undefined;

  constructor(
    private readonly url: string,
    private readonly store: string,
    private readonly anchor: string,
  ) {}

  /** What a shared scan needs of them. */
  get asked() {
    return { key: this.coordinator, keyOf: (host: string) => this.#public.get(host) ?? null };
  }

  /** A coordinator's folder that holds all of this, and whoever comes later. */
  folder(): string {
    const folder = tempFolder();
    const pem = this.coordinator.export({ format: 'pem', type: 'pkcs8' });
    writeFileSync(join(folder, 'coordinator.key'), pem, { mode: 0o600 });
    this.#folder = folder;
    openFleetStore(folder).close();
    for (const [name, key] of this.#public) this.#enrol(name, key);
    return folder;
  }

  /** The key of a host that the coordinator knows from now on. */
  keyOf(host: string, key = newKey()): KeyObject {
    this.#public.set(host, createPublicKey(key));
    this.#enrol(host, key);
    return key;
  }

  /** Starts the agent of one more host, and waits until it takes batches. */
  async start(host: string, args: readonly string[] = []): Promise<Running> {
    const folder = tempFolder();
    this.keyOf(host, ownKey(folder, 'agent.key'));
    writeEnrolment(folder, { host, coordinator: createPublicKey(this.coordinator), token: publicText(newKey()) });
    const own = ['--agent-folder', folder, '--store', this.store, '--anchor', this.anchor, '--lock', '1s'];
    const agent = new Running(['agent', this.store, '--queue', this.url, ...own, ...args]);
    await agent.until(/works on .* together with others/);
    return agent;
  }

  #enrol(name: string, key: KeyObject): void {
    if (this.#folder === undefined) return;
    const store = openFleetStore(this.#folder);
    const enrolledAt = new Date();
    putHost(store, { name, publicKey: publicText(key), groups: [], labels: {}, store: true, enrolledAt });
    store.close();
  }
}
