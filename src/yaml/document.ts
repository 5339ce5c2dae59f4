import { isMap, isNode, LineCounter, type Node, parseDocument, type YAMLMap } from 'yaml';
import type { z } from 'zod';

/** One thing that is wrong with a file that a person wrote, and where. */
export interface Problem {
  /** From 1. */
  readonly line: number;
  readonly message: string;
}

/** A text that is not what its schema asks for. */
export class DocumentError extends Error {
  override readonly name = 'DocumentError';

  /** @param problems at least one, in the order of their lines. */
  constructor(readonly problems: readonly Problem[]) {
    super(problems.map(({ line, message }) => `line ${line}: ${message}`).join('; '));
  }
}

/** Where something stands in a document: keys and indexes from its root. */
export type Path = readonly (string | number)[];

/** A document that is what its schema asks for. */
export interface Document<Value> {
  readonly value: Value;
  /** The line of what stands at a path, from 1. */
  lineOf(path: Path): number;
}

/** Problems after the first few only tire whoever reads them. */
const MOST_PROBLEMS = 5;

/**
 * Reads YAML and checks it: one document, no key twice, no unknown key. An empty text is read as an empty map.
 * @throws DocumentError
 */
export function parseYaml<Value>(text: string, schema: z.ZodType<Value>): Document<Value> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, version: '1.2' });
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    fail(faults.map(({ message, pos }) => ({ line: lines.linePos(pos[0]).line, message: inOneLine(message) })));
  }
  const lineOf = (path: Path): number => lineOfNode(nodeAt(document.contents, path), lines);
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 }) ?? {};
  } catch (error) {
    return fail([{ line: 1, message: inOneLine(error instanceof Error ? error.message : String(error)) }]);
  }
  const checked = schema.safeParse(value);
  if (checked.success) return { value: checked.data, lineOf };
  return fail(checked.error.issues.flatMap((issue) => problemsOf(issue, document.contents, lines)));
}

function fail(problems: readonly Problem[]): never {
  throw new DocumentError([...problems].sort((a, b) => a.line - b.line).slice(0, MOST_PROBLEMS));
}

function problemsOf(issue: z.core.$ZodIssue, root: Node | null, lines: LineCounter): Problem[] {
  const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      line: lineOfNode(nodeAt(root, [...path, key]), lines),
      message: `unknown key ${inWords([...path, key])}`,
    }));
  }
  const message = path.length === 0 ? issue.message : `${inWords(path)}: ${issue.message}`;
  return [{ line: lineOfNode(nodeAt(root, path), lines), message: inOneLine(message) }];
}

function inWords(path: Path): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part + 1}]` : part))
    .join('.')
    .replaceAll('.[', '[');
}

/** The deepest node on the way to a path: what is missing is missing there. A map's entry is named by its key. */
function nodeAt(root: Node | null, path: Path): Node | null {
  let node = root;
  for (const part of path) {
    const next: unknown = isMap(node) ? keyOrValue(node, part, part === path.at(-1)) : childOf(node, part);
    if (!isNode(next)) return node;
    node = next;
  }
  return node;
}

function keyOrValue(map: YAMLMap, key: string | number, wantsKey: boolean): unknown {
  const pair = map.items.find((item) => isNode(item.key) && String(item.key) === String(key));
  return wantsKey ? pair?.key : pair?.value;
}

function childOf(node: Node | null, part: string | number): unknown {
  return node !== null && 'get' in node && typeof node.get === 'function' ? node.get(part, true) : undefined;
}

function lineOfNode(node: Node | null, lines: LineCounter): number {
  return node?.range == null ? 1 : lines.linePos(node.range[0]).line;
}

function inOneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ').trim();
}
