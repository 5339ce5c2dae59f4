import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Severity, UnlistedClass } from '../types.js';
import type { Plant } from './damage.js';

interface DroppedFile {
  what: string;
  /** Whose folder the path begins in. */
  in: 'a module' | 'the web root';
  path: string;
  content: string;
  mode?: number;
  severity: Severity;
  class?: UnlistedClass;
}

/** Stands for a web shell. It is a comment: it does nothing wherever it runs. */
const MARKER = '<?php /* planted by the sigsweep demonstration */\n';

/** Names and places are those that intrusions have used. */
const DROPPED: readonly DroppedFile[] = [
  {
    what: 'a web shell in a module',
    in: 'a module',
    path: 'views/ajax.php',
    content: MARKER,
    severity: 'critical',
    class: 'code',
  },
  {
    what: 'the same web shell in a folder that is no module',
    in: 'the web root',
    path: 'admin/modules/h/ajax.php',
    content: MARKER,
    severity: 'critical',
    class: 'code',
  },
  {
    what: 'the same web shell in a folder of the web root',
    in: 'the web root',
    path: 'qzhvkbtr/xkdq.php',
    content: MARKER,
    severity: 'critical',
    class: 'code',
  },
  {
    what: 'PHP inside an image',
    in: 'a module',
    path: 'assets/images/logo_small.png',
    content: `\x89PNG\r\n\x1a\n${MARKER}`,
    severity: 'high',
  },
  {
    what: 'a dropped .htaccess',
    in: 'a module',
    path: '.htaccess',
    content: '# planted by the sigsweep demonstration\nRewriteEngine On\nRewriteRule .* config.php\n',
    severity: 'critical',
    class: 'server-config',
  },
  {
    what: 'a .user.ini that runs a file before every page',
    in: 'the web root',
    path: '.user.ini',
    content: '; planted by the sigsweep demonstration\nauto_prepend_file = sigsweep-demonstration.inc\n',
    severity: 'critical',
    class: 'server-config',
  },
  {
    what: 'a shell script in the web root',
    in: 'the web root',
    path: '.clean.sh',
    content: '#!/bin/sh\n# planted by the sigsweep demonstration\n',
    mode: 0o755,
    severity: 'critical',
    class: 'code',
  },
  {
    what: 'a program among the images',
    in: 'the web root',
    path: 'admin/images/sysupdate',
    // Begins as Linux programs do and goes on as none does: it cannot run.
    content: '\x7fELF\nplanted by the sigsweep demonstration\n',
    mode: 0o755,
    severity: 'high',
    class: 'executable',
  },
];

/** Files that do not belong. */
export const UNLISTED_DAMAGE: readonly Plant[] = DROPPED.map(
  ({ what, in: place, path, content, mode = 0o644, severity, class: unlistedClass }): Plant =>
    (system, victims) => {
      const module = place === 'a module' ? victims.next() : undefined;
      const file = join(module?.path ?? system.webRoot, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, Buffer.from(content, 'latin1'), { mode });
      return {
        what,
        where: file,
        ...(module === undefined ? {} : { module: module.name }),
        expect: { finding: 'unlisted', severity, ...(unlistedClass === undefined ? {} : { class: unlistedClass }) },
      };
    },
);
