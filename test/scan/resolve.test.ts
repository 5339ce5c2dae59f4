import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { fromText } from '../../src/files/bytepath.js';
import { LinkResolver, resolveInside } from '../../src/scan/system/resolve.js';
import { tempFolder } from '../helpers/temp.js';

const IS_ROOT = process.getuid?.() === 0;

/** What stands for `/`. */
let root: string;
let links: LinkResolver;
beforeEach(() => {
  root = tempFolder();
  mkdirSync(join(root, 'srv/real'), { recursive: true });
  writeFileSync(join(root, 'srv/real/file'), '');
  links = new LinkResolver(fromText(root));
});

const link = (path: string, target: string) => symlinkSync(target, join(root, path));
/** Where a path ends, as a path inside the root; `null` where nobody can say. */
const inside = (path: string) => links.resolve(fromText(path))?.slice(root.length) ?? null;

/** `/link1` → `/link2` → … → `/srv/real`: so many links. */
function chain(length: number): void {
  for (let index = 1; index <= length; index++) {
    link(`link${index}`, index === length ? '/srv/real' : `/link${index + 1}`);
  }
}

describe('a path inside a root', () => {
  it('is resolved as a process there would, its links included', () => {
    link('absolute', '/srv/real');
    link('srv/up', '../../../../srv');
    link('dangling', 'srv/nothing/below');
    expect(inside('/absolute/file')).toBe('/srv/real/file');
    expect(inside('/absolute/../up/real/./file')).toBe('/srv/real/file');
    expect(inside('/../../etc')).toBe('/etc');
    expect(inside('/dangling/it')).toBe('/srv/nothing/below/it');
    expect(inside('/srv/real/file/below')).toBe('/srv/real/file/below');
    expect(inside('/')).toBe('/');
  });

  it('may have as many links as Linux follows', () => {
    chain(41);
    expect(inside('/link2')).toBe('/srv/real');
    expect(inside('/link1')).toBeNull();
    link('loop', 'loop');
    expect(inside('/loop')).toBeNull();
  });

  it('may have a thousand components, those of its links included', () => {
    const detour = (length: number) => 'srv/../'.repeat(length / 2);
    expect(inside(`${detour(998)}srv`)).toBe('/srv');
    expect(inside(`${detour(1000)}srv`)).toBeNull();
    link('a', `${detour(500)}srv`);
    link('b', `${detour(500)}a`);
    expect(inside('a')).toBe('/srv');
    expect(inside('b')).toBeNull();
  });

  it.each(['/proc', '/proc/self/cwd', 'srv/../proc/1/root/srv', '/dev/fd/3', '/dev/stdin', '/dev/stdout/../stderr'])(
    'is for each process another one: %s',
    (path) => {
      expect(inside(path)).toBeNull();
      link('to', `/${path}/srv/real`);
      link('on', 'to');
      expect(inside('/on/file')).toBeNull();
    },
  );

  it('may have such names in other places', () => {
    for (const path of ['/srv/proc/self', '/srv/dev/fd', '/dev/null', '/dev/fdx', '/process']) {
      expect(inside(path)).toBe(path);
    }
  });

  it.skipIf(IS_ROOT)('is unknown behind a folder that may not be looked into', () => {
    link('srv/real/on', '/srv');
    chmodSync(join(root, 'srv/real'), 0);
    expect(inside('/srv/real/on')).toBeNull();
    chmodSync(join(root, 'srv/real'), 0o755);
    expect(inside('/srv/real/on')).toBe('/srv');
  });

  it('is unknown where a link lies in a procfs, wherever that is mounted', () => {
    links = new LinkResolver(fromText('/proc'));
    root = '/proc';
    expect(inside('/self/cwd')).toBeNull();
    expect(inside('/sys')).toBe('/sys');
  });

  it('is the same for the whole life of a resolver, and looked at again by the next', () => {
    link('a', 'srv/real');
    expect(inside('/a')).toBe('/srv/real');
    rmSync(join(root, 'a'));
    link('a', 'srv');
    expect(inside('/a')).toBe('/srv/real');
    expect(resolveInside(fromText(root), fromText('/a'))).toBe(join(root, 'srv'));
  });
});

describe('a configured folder that nobody can resolve', () => {
  it('is a place that cannot be opened, in another root: the kernel would lead out of it', () => {
    chain(41);
    expect(resolveInside(fromText(root), fromText('/link2/file'))).toBe(join(root, 'srv/real/file'));
    expect(resolveInside(fromText(root), fromText('/link1'))).toBe('/dev/null/link1');
    expect(resolveInside(fromText(root), fromText('/proc/self/cwd'))).toBe('/dev/null/proc/self/cwd');
  });

  it('is left to the kernel, in this system', () => {
    expect(resolveInside(fromText(''), fromText('/proc/self/cwd'))).toBe('/proc/self/cwd');
    expect(resolveInside(fromText(''), fromText(join(root, 'srv/../srv')))).toBe(join(root, 'srv'));
  });
});

describe('links that are made to cost time', () => {
  const MANY = 1000;

  /** Milliseconds for so many links to each of these targets in turn. */
  function timeOf(targetOf: (index: number) => string): number {
    const start = performance.now();
    for (let index = 0; index < MANY; index++) inside(targetOf(index));
    return performance.now() - start;
  }

  it('long ways through long chains', () => {
    mkdirSync(join(root, 'd'));
    for (let index = 0; index < 39; index++) link(`long${index}`, `${'d/../'.repeat(810)}long${index + 1}`);
    for (let index = 0; index < 39; index++) link(`short${index}`, `${'d/../'.repeat(10)}short${index + 1}`);
    expect(timeOf(() => '/long0')).toBeLessThan(2000);
    expect(timeOf(() => '/short0')).toBeLessThan(2000);
  });

  it('many names that no other link has, at the end of a deep path', () => {
    const deep = 'd/'.repeat(500);
    mkdirSync(join(root, deep), { recursive: true });
    const names = (index: number) => Array.from({ length: 240 }, (_, at) => `${index}-${at}/..`).join('/');
    // Past what a resolver remembers nothing is looked up any more: as much again takes no time.
    const first = timeOf((index) => `${deep}${names(index)}`);
    const second = timeOf((index) => `${deep}${names(MANY + index)}`);
    expect(first + second).toBeLessThan(15_000);
    expect(inside('/srv/real')).toBeNull();
  });
});
