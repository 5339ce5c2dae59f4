/** Why work that others had a part in did not succeed: its message is one line, with nothing in it that a terminal obeys. */
export class WorkError extends Error {
  override readonly name: string = 'WorkError';
}
