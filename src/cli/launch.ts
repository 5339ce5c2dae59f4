import { setFlagsFromString } from 'node:v8';

/** Runs the program with the command line of this process. Never throws: what goes wrong is an exit code. */
export async function launch(): Promise<void> {
  // A scan lives for a second or a few, and its time goes to calls of the system: compiling functions into each other
  // costs more than it brings, 6 % of a scan (bench/README.md).
  setFlagsFromString('--max-inlined-bytecode-size-cumulative=100');
  try {
    const { runProgram } = await import('./program.js');
    await runProgram(process.argv.slice(2));
  } catch (error) {
    // A part of the program could not be loaded, for want of descriptors most likely. Node's own exit code for that is
    // 1, which would say that there are findings.
    const why = error instanceof Error ? error.message : String(error);
    process.stderr.write(`sigsweep: cannot start: ${why} [INTERNAL]\n`);
    process.exitCode = 2;
  }
}
