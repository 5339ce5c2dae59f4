/** Folders outside of modules are told apart so far down. */
const DEEPEST = 2;

/** The first folders of a path, each with its slash; '' for a file of the web root itself. */
export function areaFolder(path: string): string {
  return path
    .split('/', DEEPEST + 1)
    .slice(0, Math.min(DEEPEST, path.split('/', DEEPEST + 1).length - 1))
    .map((name) => `${name}/`)
    .join('');
}
