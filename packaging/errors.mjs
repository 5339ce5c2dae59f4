/** A package cannot be built, for a reason that whoever started it can do something about. */
export class PackagingError extends Error {}
