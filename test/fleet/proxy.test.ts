import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { proxyForTest, type TestProxy } from './proxy.js';

let proxy: TestProxy;

/** Behind the network something says everything back. */
beforeEach(async () => {
  const echo = createServer((socket) => socket.on('error', () => {}).pipe(socket));
  echo.listen(0, '127.0.0.1');
  await once(echo, 'listening');
  onTestFinished(() => void echo.close());
  proxy = await proxyForTest((echo.address() as AddressInfo).port);
});

async function open(): Promise<Socket> {
  const socket = connect(proxy.port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  return socket.on('error', () => {});
}

async function answer(socket: Socket, text: string): Promise<string> {
  socket.write(text);
  return hear(socket, text.length);
}

function hear(socket: Socket, length: number): Promise<string> {
  return new Promise((resolve) => {
    let heard = '';
    const listen = (part: Buffer) => {
      heard += part;
      if (heard.length < length) return;
      socket.off('data', listen);
      resolve(heard);
    };
    socket.on('data', listen);
  });
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('close', () => resolve());
  });
}

describe('the network between', () => {
  it('lets everything through, ends included', async () => {
    const socket = await open();
    const large = 'x'.repeat(1_000_000);
    expect(await answer(socket, large)).toBe(large);
    expect(proxy.connections).toBe(1);
    socket.end();
    await closed(socket);
    await expect.poll(() => proxy.connections).toBe(0);
  });

  it('cut, ends what is open and takes what is new', async () => {
    const socket = await open();
    await answer(socket, 'one');
    const end = closed(socket);
    proxy.cut();
    await end;
    expect(await answer(await open(), 'two')).toBe('two');
  });

  it('refusing, takes nobody until it is healed, on the same port', async () => {
    const port = proxy.port;
    const socket = await open();
    await Promise.all([closed(socket), proxy.refuse()]);
    await expect(open()).rejects.toThrow('ECONNREFUSED');
    await proxy.heal();
    expect(proxy.port).toBe(port);
    expect(await answer(await open(), 'again')).toBe('again');
  });

  it('as a black hole, holds everything open and lets nothing through until it is healed', async () => {
    const socket = await open();
    proxy.blackHole();
    let heard = '';
    socket.on('data', (part) => {
      heard += String(part);
    });
    socket.write('held');
    const other = await open();
    other.write('also');
    await sleep(100);
    expect([heard, socket.closed]).toEqual(['', false]);
    await proxy.heal();
    await expect.poll(() => heard).toBe('held');
    expect(await hear(other, 4)).toBe('also');
  });

  it('slow, is late by what it is told, there and back', async () => {
    const socket = await open();
    proxy.slow({ delayMs: 50 });
    const from = performance.now();
    expect(await answer(socket, 'late')).toBe('late');
    expect(performance.now() - from).toBeGreaterThan(90);
    proxy.slow({ bytesPerSecond: 10_000 });
    const then = performance.now();
    expect(await answer(socket, 'x'.repeat(2000))).toHaveLength(2000);
    expect(performance.now() - then).toBeGreaterThan(190);
  });
});
