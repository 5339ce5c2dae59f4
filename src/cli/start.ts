#!/usr/bin/env node
import { findLayout } from '../scan/layout.js';
import { runProgram } from './program.js';

/** What `npm start` runs: the command line as given; without arguments this machine's FreePBX, or else a demonstration. */
const given = process.argv.slice(2);
await runProgram(given.length > 0 ? given : [hasFreepbx() ? 'scan' : 'demo']);

function hasFreepbx(): boolean {
  try {
    findLayout({});
    return true;
  } catch {
    process.stderr.write('sigsweep: there is no FreePBX on this machine, so here is a demonstration\n');
    return false;
  }
}
