import { inChunks } from '../files/write.js';

/**
 * Prints a report as fast as its reader takes it, so that a large one does not pile up in memory. Ends quietly when the
 * reader is gone; whoever listens for errors of standard output says what else went wrong.
 */
export async function print(parts: Iterable<string>): Promise<void> {
  const { stdout } = process;
  for (const chunk of inChunks(parts)) {
    if (stdout.destroyed || stdout.errored !== null) return;
    if (!stdout.write(chunk)) await drained(stdout);
  }
}

function drained(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      for (const event of ['drain', 'error', 'close']) stream.off(event, done);
      resolve();
    };
    for (const event of ['drain', 'error', 'close']) stream.once(event, done);
  });
}
