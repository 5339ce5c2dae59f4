import { type BytePath, join } from './bytepath.js';

/** Folders whose path is no longer than this are always listed. Genuine paths have less than 256 bytes. */
export const ORDINARY_PATH_BYTES = 512;

/** A folder still to be listed. Holds no long path: those of one deep chain together take gigabytes. */
export interface Waiting {
  /** `null` for the root. */
  readonly parent: Waiting | null;
  readonly name: BytePath;
  readonly depth: number;
  /** Length of its path below the root, in bytes. */
  readonly pathBytes: number;
  /** The path itself where it is no longer than {@link ORDINARY_PATH_BYTES}. */
  readonly path: BytePath | null;
  /** Which folder it is, once it was entered; -1 until then. */
  device: number;
  inode: Inode;
}

/** An inode number, exact: file systems give out 64 bits. */
export type Inode = number | bigint;

/**
 * Where a walk stands: the folders still to be listed, and those above them. Plain and flat, so that it crosses
 * threads however deep the folders are.
 */
export interface Frontier {
  /** One each for the folders waiting and those above them; the root's is ''. */
  readonly names: readonly BytePath[];
  /** Index of the parent; -1 for the root. A parent comes before its children. */
  readonly parents: readonly number[];
  /** Device and inode; -1 where the folder was not entered yet. */
  readonly devices: readonly number[];
  readonly inodes: readonly Inode[];
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
    devices: names.map(() => -1),
    inodes: names.map(() => -1),
    waiting: indices.slice(-1),
  };
}

/** The folders that wait, linked to those above them. */
export function waitingOf({ names, parents, devices, inodes, waiting }: Frontier): Waiting[] {
  const nodes: Waiting[] = [];
  for (const [index, name] of names.entries()) {
    const node = below(nodes[parents[index] ?? -1] ?? null, name);
    node.device = devices[index] ?? -1;
    node.inode = inodes[index] ?? -1;
    nodes.push(node);
  }
  return waiting.map((index) => nodes[index]).filter((node) => node !== undefined);
}

/** A folder that waits, `name` in `parent`. */
export function below(parent: Waiting | null, name: BytePath): Waiting {
  const above = parent === null || parent.pathBytes === 0 ? 0 : parent.pathBytes + 1;
  const pathBytes = above + name.length;
  const isShort = pathBytes <= ORDINARY_PATH_BYTES && parent?.path !== null;
  const path = isShort ? join(parent?.path ?? ('' as BytePath), name) : null;
  return { parent, name, depth: parent === null ? 0 : parent.depth + 1, pathBytes, path, device: -1, inode: -1 };
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
    devices: nodes.map(({ device }) => device),
    inodes: nodes.map(({ inode }) => inode),
    waiting: found,
  };
}
