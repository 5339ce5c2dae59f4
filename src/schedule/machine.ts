import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Machine } from './files.js';
import { thisProgram } from './program.js';

/** What would be scheduled on this machine. */
export function thisMachine(): Machine {
  return { program: thisProgram(), id: machineId() };
}

function machineId(): string {
  try {
    return readFileSync('/etc/machine-id', 'utf8');
  } catch {
    return hostname();
  }
}
