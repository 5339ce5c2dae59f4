import type { BytePath } from './bytepath.js';

/** A folder still to be listed. Holds no path: those of one deep chain together take gigabytes. */
export interface Waiting {
  /** `null` for the root. */
  readonly parent: Waiting | null;
  readonly name: BytePath;
  readonly depth: number;
  /** Length of its path below the root, in bytes. */
  readonly pathBytes: number;
  /** Device and inode, once the folder was entered. */
  identity?: string;
}

/**
 * Where a walk stands: the folders still to be listed, and those above them. Plain and flat, so that it crosses
 * threads however deep the folders are.
 */
export interface Frontier {
  /** One each for the folders waiting and those above them; the root's is ''. */
  readonly names: readonly BytePath[];
  /** Index of the parent; -1 for the root. A parent comes before its children. */
  readonly parents: readonly number[];
  /** Device and inode; '' where the folder was not entered yet. */
  readonly identities: readonly string[];
  /** Indices of the folders to be listed, the last one first. */
  readonly waiting: readonly number[];
}

/** The frontier of a walk that has not begun, at a folder below the root or at the root itself (''). */
export function frontierAt(start: BytePath): Frontier {
  const names = start === '' ? [start] : ['' as BytePath, ...(start.split('/') as BytePath[])];
  const indices = names.map((_, index) => index);
  return {
    names,
    parents: indices.map((index) => index - 1),
    identities: names.map(() => ''),
    waiting: indices.slice(-1),
  };
}

/** The folders that wait, linked to those above them. */
export function waitingOf({ names, parents, identities, waiting }: Frontier): Waiting[] {
  const nodes: Waiting[] = [];
  for (const [index, name] of names.entries()) {
    const parent = nodes[parents[index] ?? -1] ?? null;
    const identity = identities[index] ?? '';
    const node = below(parent, name);
    nodes.push(identity === '' ? node : { ...node, identity });
  }
  return waiting.map((index) => nodes[index]).filter((node) => node !== undefined);
}

/** A folder that waits, `name` in `parent`. */
export function below(parent: Waiting | null, name: BytePath): Waiting {
  if (parent === null) return { parent, name, depth: 0, pathBytes: name.length };
  const separator = parent.pathBytes === 0 ? 0 : 1;
  return { parent, name, depth: parent.depth + 1, pathBytes: parent.pathBytes + separator + name.length };
}

/** Deals the waiting folders out to up to so many frontiers. */
export function split(waiting: readonly Waiting[], parts: number): Frontier[] {
  const size = Math.ceil(waiting.length / parts);
  const frontiers: Frontier[] = [];
  for (let start = 0; start < waiting.length; start += size) frontiers.push(flat(waiting.slice(start, start + size)));
  return frontiers;
}

function flat(waiting: readonly Waiting[]): Frontier {
  const nodes: Waiting[] = [];
  const indices = new Map<Waiting, number>();
  const indexOf = (node: Waiting): number => {
    const missing: Waiting[] = [];
    for (let at: Waiting | null = node; at !== null && !indices.has(at); at = at.parent) missing.push(at);
    for (const at of missing.reverse()) indices.set(at, nodes.push(at) - 1);
    return indices.get(node) ?? -1;
  };
  const found = waiting.map(indexOf);
  return {
    names: nodes.map(({ name }) => name),
    parents: nodes.map(({ parent }) => (parent === null ? -1 : (indices.get(parent) ?? -1))),
    identities: nodes.map(({ identity }) => identity ?? ''),
    waiting: found,
  };
}
