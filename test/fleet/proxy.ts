import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';

export interface Slowness {
  /** How much later everything comes, in milliseconds. @default 0 */
  readonly delayMs?: number;
  /** In each direction of each connection. @default unlimited */
  readonly bytesPerSecond?: number;
}

/** A network between a client and a port of loopback, which ends with the running test. For use inside a test or `beforeEach`. */
export async function proxyForTest(target: number): Promise<TestProxy> {
  const proxy = await startProxy(target);
  onTestFinished(() => proxy.close());
  return proxy;
}

/** The same; whoever starts it calls {@link TestProxy.close}. */
export async function startProxy(target: number): Promise<TestProxy> {
  const proxy = new TestProxy(target);
  await proxy.heal();
  return proxy;
}

/** A network that fails as it is told. */
export class TestProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #port = 0;
  #slowness: Slowness = {};
  /** Resolves when bytes pass again; `undefined` while they do. */
  #held: { readonly until: Promise<void>; readonly release: () => void } | undefined;

  constructor(target: number) {
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => this.#join(client, target));
  }

  /** Where clients connect instead. It stays the same. */
  get port(): number {
    return this.#port;
  }

  /** Connections of clients that are open now. */
  get connections(): number {
    return this.#sockets.size / 2;
  }

  /** Ends every connection at once; new ones are let through. */
  cut(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  /** Ends every connection, and refuses new ones until {@link heal}. */
  async refuse(): Promise<void> {
    const closed = this.#server.listening ? once(this.#server, 'close') : undefined;
    if (closed !== undefined) this.#server.close();
    this.cut();
    await closed;
  }

  /** Lets bytes through late, or few at a time. */
  slow(slowness: Slowness): void {
    this.#slowness = slowness;
  }

  /** Swallows: connections stay open, and new ones are taken, but nothing comes through, in no direction. {@link heal} lets it. */
  blackHole(): void {
    if (this.#held !== undefined) return;
    let release = () => {};
    const until = new Promise<void>((resolve) => {
      release = resolve;
    });
    this.#held = { until, release };
  }

  /** Is a network as it should be again. */
  async heal(): Promise<void> {
    this.#slowness = {};
    this.#held?.release();
    this.#held = undefined;
    if (this.#server.listening) return;
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** For good. */
  async close(): Promise<void> {
    await this.refuse();
    this.#held?.release();
  }

  #join(client: Socket, port: number): void {
    const server = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(from);
      // Whatever ends one side ends the other; that is no error of this network's.
      from.on('error', () => {});
      from.once('close', () => {
        this.#sockets.delete(from);
        to.destroy();
      });
      void this.#pass(from, to);
    }
  }

  async #pass(from: Socket, to: Socket): Promise<void> {
    try {
      for await (const chunk of from.iterator({ destroyOnReturn: false })) {
        for (const part of this.#parts(chunk as Buffer)) {
          const { delayMs = 0, bytesPerSecond } = this.#slowness;
          const waitMs = delayMs + (bytesPerSecond === undefined ? 0 : (part.length / bytesPerSecond) * 1000);
          if (waitMs > 0) await sleep(waitMs);
          while (this.#held !== undefined) await this.#held.until;
          if (to.destroyed) return;
          if (!to.write(part)) await Promise.race([once(to, 'drain'), once(to, 'close')]);
        }
      }
      while (this.#held !== undefined) await this.#held.until;
      to.end();
    } catch {
      to.destroy();
    }
  }

  /** A tenth of a second's worth each, so that slow bytes come evenly. */
  #parts(chunk: Buffer): Buffer[] {
    const { bytesPerSecond } = this.#slowness;
    if (bytesPerSecond === undefined) return [chunk];
    const size = Math.max(1, Math.floor(bytesPerSecond / 10));
    return Array.from({ length: Math.ceil(chunk.length / size) }, (_, index) =>
      chunk.subarray(index * size, (index + 1) * size),
    );
  }
}
