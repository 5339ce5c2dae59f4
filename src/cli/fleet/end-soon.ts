/** How long a connection that was given up may hold the program, in milliseconds. */
const LONGEST = 3000;

/**
 * To be called when all is done. What stands at the other end need not be a Redis: BullMQ waits for answers that never
 * come, and so would the program.
 */
export function endSoon(): void {
  setTimeout(() => process.exit(), LONGEST).unref();
}
