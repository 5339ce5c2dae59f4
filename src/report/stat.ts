/** The moment of a file's time; `null` where it lies outside what a date can hold. */
export function isoTime(milliseconds: number): string | null {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

/** The permission bits of a mode, four octal digits. */
export function permissions(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, '0');
}
