import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { COORDINATOR_USER, coordinatorUser, hostUser } from '../../src/fleet/acl.js';
import { isHostName } from '../../src/fleet/names.js';
import { sha256 } from '../../src/sha256.js';

const allowedIn = (line: string) => [...line.matchAll(/ \+(\S+)/g)].map(([, command]) => command ?? '').toSorted();
const keysIn = (line: string) => [...line.matchAll(/ ~(\S+)/g)].map(([, pattern]) => pattern);

/** Scripts of BullMQ for what the fleet does not do: other kinds of queues, pausing, browsing and cleaning whole queues. */
const UNUSED = /^(?:relay|obliterate|pause|paginate|cleanJobsInSet|drain|removeOrphanedJobs|getMetrics)/;

/** What is sent by BullMQ and its client beside scripts. */
const SENT = ['bzpopmin', 'client|setname', 'discard', 'eval', 'evalsha', 'exec', 'info', 'multi'];

/** The commands that BullMQ's scripts call. */
function calledByScripts(): Set<string> {
  const load = createRequire(import.meta.url);
  const scripts: { name: string; content: string }[] = Object.values(load('bullmq/dist/cjs/scripts'));
  const used = scripts.filter(({ name }) => !UNUSED.test(name));
  const called = used.flatMap(({ content }) => [...content.matchAll(/call\(\s*["']([A-Za-z]+)["']/g)]);
  return new Set(called.map(([, name]) => String(name).toLowerCase()));
}

describe('the line of a user in the ACL file', () => {
  const host = hostUser('pbx-1', 'secret');

  it('has the password as its SHA-256 alone, and takes an older one away', () => {
    expect(host).toMatch(/^user sigsweep-pbx-1 reset on #[0-9a-f]{64} resetchannels resetkeys ~/);
    expect(host).toContain(`#${sha256(Buffer.from('secret'))} `);
    expect(host).not.toContain('secret');
  });

  it('reaches the keys of the host, of stores where it works on them, of the whole fleet for the coordinator', () => {
    expect(keysIn(host)).toEqual(['sigsweep:host:pbx-1:*']);
    expect(keysIn(hostUser('pbx-1', '', { store: true }))).toEqual(['sigsweep:host:pbx-1:*', 'sigsweep:store:*']);
    expect(keysIn(coordinatorUser(''))).toEqual(['sigsweep:*']);
  });

  it('allows what BullMQ asks of Redis and nothing else', () => {
    const asked = calledByScripts();
    expect(asked.size).toBeGreaterThan(40);
    expect(allowedIn(host)).toEqual([...new Set([...asked, ...SENT, 'script|exists', 'script|load'])].toSorted());
    expect(allowedIn(coordinatorUser(''))).toEqual([...allowedIn(host), 'hstrlen'].toSorted());
  });

  it('allows the coordinator what scripts of its own call', () => {
    const folder = new URL('../../src/fleet/', import.meta.url);
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
    const called = files.flatMap((file) => {
      const text = readFileSync(new URL(file, folder), 'utf8');
      return [...text.matchAll(/redis\.p?call\('([A-Z]+)'/g)].map(([, name]) => String(name).toLowerCase());
    });
    expect(called.length).toBeGreaterThan(5);
    const allowed = allowedIn(coordinatorUser(''));
    expect(called.filter((name) => !allowed.includes(name))).toEqual([]);
  });

  it('gives no host the name of the coordinator', () => {
    expect(['', 'a', 'coordinator', '@coordinator'].filter(isHostName).map((name) => hostUser(name, ''))).toEqual([
      expect.stringMatching(/^user sigsweep-a /),
      expect.stringMatching(/^user sigsweep-coordinator /),
    ]);
    expect(coordinatorUser('')).toMatch(new RegExp(`^user ${COORDINATOR_USER} `));
  });
});
