/** Section "The file system", as far as it is about what stands in a listed file's place when the scan begins. */
import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRoot, succeeds } from '../files/temporary.js';
import type { JsonFinding } from '../helpers/report.js';

/** One way to replace `views/page.php` or its folder in a module's folder. `outside` holds the genuine bytes. */
export interface FileVector {
  readonly case: number;
  readonly name: string;
  readonly replace: (module: string, outside: string) => void;
  /** The one finding about `views/page.php`; none where it stays good. */
  readonly finding: Partial<JsonFinding> | null;
  readonly verdict: 'tampered' | 'good';
  /** Why it cannot be tried here. */
  readonly skip?: string | undefined;
}

export const LISTED = 'views/page.php';

const needsRoot = isRoot ? undefined : 'needs root';
const typeChanged = (note: string): Pick<FileVector, 'finding' | 'verdict'> => ({
  finding: { kind: 'type-changed', path: LISTED, severity: 'critical', note },
  verdict: 'tampered',
});

function inPlaceOf(module: string, make: (file: string) => void): void {
  const file = join(module, LISTED);
  rmSync(file);
  make(file);
}

export const fileVectors: readonly FileVector[] = [
  {
    case: 75,
    name: 'a link to identical bytes outside',
    replace: (module, outside) => inPlaceOf(module, (file) => symlinkSync(join(outside, 'page.php'), file)),
    ...typeChanged('symbolic link'),
  },
  {
    case: 75,
    name: 'a link to identical bytes in the same folder',
    replace: (module) => {
      renameSync(join(module, LISTED), join(module, 'views/other.php'));
      symlinkSync('other.php', join(module, LISTED));
    },
    ...typeChanged('symbolic link'),
  },
  {
    case: 75,
    name: 'a link to a FIFO that nobody writes to',
    replace: (module, outside) => {
      execFileSync('mkfifo', [join(outside, 'fifo')]);
      inPlaceOf(module, (file) => symlinkSync(join(outside, 'fifo'), file));
    },
    ...typeChanged('symbolic link'),
  },
  {
    case: 75,
    name: 'a link to itself',
    replace: (module) => inPlaceOf(module, (file) => symlinkSync('page.php', file)),
    ...typeChanged('symbolic link'),
  },
  {
    case: 75,
    name: 'a directory',
    replace: (module) => inPlaceOf(module, (file) => mkdirSync(file)),
    ...typeChanged('folder'),
  },
  {
    case: 75,
    name: 'a FIFO',
    replace: (module) => inPlaceOf(module, (file) => void execFileSync('mkfifo', [file])),
    ...typeChanged('FIFO'),
  },
  {
    case: 75,
    name: 'a socket',
    replace: (module) => inPlaceOf(module, (file) => void execFileSync('python3', ['-c', BIND, file])),
    ...typeChanged('socket'),
    skip: succeeds('python3', '--version') ? undefined : 'needs python3',
  },
  ...(
    [
      ['the null device', 'c', '1', '3', 'character device'],
      ['a terminal', 'c', '5', '0', 'character device'],
      ['a disk', 'b', '7', '200', 'block device'],
    ] as const
  ).map(([name, type, major, minor, note]) => ({
    case: 75,
    name,
    replace: (module: string) => inPlaceOf(module, (file) => void execFileSync('mknod', [file, type, major, minor])),
    ...typeChanged(note),
    skip: needsRoot,
  })),
  {
    case: 76,
    name: 'its folder replaced by a link to an identical one outside',
    replace: (module, outside) => {
      rmSync(join(module, 'views'), { recursive: true });
      symlinkSync(outside, join(module, 'views'));
    },
    ...typeChanged('parent folder is a symbolic link'),
  },
  {
    case: 76,
    name: 'its folder replaced by a link to itself, moved within the module',
    replace: (module) => {
      renameSync(join(module, 'views'), join(module, '.views'));
      symlinkSync('.views', join(module, 'views'));
    },
    ...typeChanged('parent folder is a symbolic link'),
  },
  {
    case: 84,
    name: 'a hard link to identical bytes outside',
    replace: (module, outside) => inPlaceOf(module, (file) => linkSync(join(outside, 'page.php'), file)),
    finding: null,
    verdict: 'good',
  },
  {
    case: 84,
    name: 'a hard link to other bytes outside',
    replace: (module, outside) => {
      writeFileSync(join(outside, 'secret'), 'secret');
      inPlaceOf(module, (file) => linkSync(join(outside, 'secret'), file));
    },
    finding: { kind: 'altered', path: LISTED, severity: 'critical', size: 6 },
    verdict: 'tampered',
  },
];

const BIND = 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])';

/** Makes every read of the file visible: its access time lies before its modification, so that relatime writes it. */
export function watchAccess(file: string): void {
  utimesSync(file, 1, 2);
}
