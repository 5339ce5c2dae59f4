#!/usr/bin/env node
try {
  const { runProgram } = await import('./program.js');
  await runProgram(process.argv.slice(2));
} catch (error) {
  // A part of the program could not be loaded, for want of descriptors most likely. Node's own exit code for that is 1,
  // which would say that there are findings.
  process.stderr.write(`sigsweep: cannot start: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
