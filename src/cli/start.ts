#!/usr/bin/env node
import { findLayout } from '../scan/system/layout.js';

// What `npm start` runs: the command line as given; without arguments this machine's FreePBX, or else a demonstration.
if (process.argv.length === 2) process.argv.push(hasFreepbx() ? 'scan' : 'demo');
await import('./main.js');

function hasFreepbx(): boolean {
  try {
    findLayout({});
    return true;
  } catch {
    process.stderr.write('sigsweep: there is no FreePBX on this machine, so here is a demonstration\n');
    return false;
  }
}
