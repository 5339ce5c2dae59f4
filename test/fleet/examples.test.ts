import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { coordinatorUser, hostUser } from '../../src/fleet/acl.js';
import { example } from './example-redis.js';

interface Compose {
  readonly services: {
    readonly redis: { readonly volumes: string[]; readonly ports: string[]; readonly command: string[] };
  };
  readonly volumes: Record<string, null>;
}

describe('examples/redis', () => {
  it('has the users that sigsweep says Redis needs, who have no password yet and are not let in', () => {
    const off = (line: string) => line.replace(/ on #[0-9a-f]{64} /, ' off ');
    expect(example('users.acl').trimEnd().split('\n')).toEqual([
      'user default off',
      'user administrator off ~* &* +@all',
      off(coordinatorUser('')),
      off(hostUser('pbx-1', '')),
      off(hostUser('store-1', '', { store: true })),
    ]);
  });

  it('mounts what is there, read-only, and lets nobody in but by TLS', () => {
    const { services, volumes } = parse(example('docker-compose.yml'), { strict: true }) as Compose;
    const mounts = services.redis.volumes.map((volume) => volume.split(':'));
    const files = mounts.filter(([source]) => source?.startsWith('./'));
    // Certificates are made for each server: docs/fleet.md.
    expect(files.map(([source]) => source)).toEqual(['./redis.conf', './users.acl', './tls']);
    expect(files.every(([, , how]) => how === 'ro')).toBe(true);
    for (const [source] of files.filter(([source]) => source !== './tls')) {
      expect(existsSync(new URL(`../../examples/redis/${source}`, import.meta.url))).toBe(true);
    }
    expect(mounts.filter(([source]) => !source?.startsWith('./')).map(([source]) => source)).toEqual(
      Object.keys(volumes),
    );
    // All that the configuration names lies where it is mounted.
    const named = [...example('redis.conf').matchAll(/^[a-z-]+ (\/etc\/\S+)$/gm)].map(([, path]) => String(path));
    expect(named).toHaveLength(4);
    for (const path of named) {
      expect(files.some(([, target]) => path === target || path.startsWith(`${target}/`))).toBe(true);
    }
    expect(services.redis.command.slice(0, 2)).toEqual(['redis-server', files[0]?.[1]]);
    expect(example('redis.conf')).toMatch(/^port 0\ntls-port 6379$/m);
    expect(services.redis.ports).toEqual(['6379:6379']);
  });
});
