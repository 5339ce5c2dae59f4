/** The benchmark cannot go on, for a reason that whoever started it can do something about. */
export class BenchError extends Error {}

/** A Ctrl-C came, or a SIGTERM. */
export class Interrupted extends Error {}
