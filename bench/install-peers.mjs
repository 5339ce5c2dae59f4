#!/usr/bin/env node
/** Installs, on Debian and its kin, what `npm run bench` compares with. */
import { spawnSync } from 'node:child_process';
import { findProgram } from './measure/programs.mjs';

const PACKAGES = [
  ...['aide', 'hashdeep', 'php-cli', 'gnupg', 'openssl', 'mawk'],
  // The limit program, and what measures CPU time and memory.
  ...['gcc', 'libc6-dev', 'libssl-dev', 'time'],
];

const COMMANDS = [['update'], ['install', '-y', '--no-install-recommends', ...PACKAGES]];

/** Why it cannot be done here; `null` where it can. */
function problem() {
  if (findProgram('apt-get') === null)
    return `there is no apt-get here: install what you can of ${PACKAGES.join(', ')}`;
  return process.getuid?.() === 0 ? null : `only root may install: sudo apt-get install ${PACKAGES.join(' ')}`;
}

const why = problem();
if (why !== null) {
  process.stderr.write(`${why}\nnpm run bench leaves out what is not installed.\n`);
  process.exitCode = 1;
} else {
  for (const command of COMMANDS) {
    const { status } = spawnSync('apt-get', command, {
      stdio: 'inherit',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    process.exitCode = status ?? 1;
    if (status !== 0) break;
  }
}
