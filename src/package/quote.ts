/** How much of a name is quoted, in bytes. */
const MOST_QUOTED = 200;

/** A name for an error message; reports escape what they print. */
export function quote(name: string): string {
  const shown = name.length > MOST_QUOTED ? `${name.slice(0, MOST_QUOTED)}…` : name;
  return `'${shown.replaceAll('\0', '\\0')}'`;
}
