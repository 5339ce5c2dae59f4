import { isMap, isNode, LineCounter, type Node, parseDocument, visit, type YAMLMap } from 'yaml';
import type { z } from 'zod';
import { tooDeepAt } from './depth.js';
import { FAULTS } from './words.js';

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
 * Reads YAML and checks it: one document, no key twice, no unknown key. An empty text is read as an empty map. No
 * message quotes a value, which may be a secret.
 * @param adviceOn what to say besides of a key that is not known.
 * @throws DocumentError
 */
export function parseYaml<Value>(
  text: string,
  schema: z.ZodType<Value>,
  adviceOn: (unknownKey: Path) => string | undefined = () => undefined,
): Document<Value> {
  const lines = new LineCounter();
  const deep = tooDeepAt(text);
  if (deep !== undefined) return fail([{ line: lineIn(text, deep), message: FAULTS.RESOURCE_EXHAUSTION }]);
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, version: '1.2', stringKeys: true });
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    fail(faults.map(({ code, pos }) => ({ line: lines.linePos(pos[0]).line, message: FAULTS[code] })));
  }
  const misread = misreadScalars(document.contents, lines);
  if (misread.length > 0) fail(misread);
  const lineOf = (path: Path): number => lineOfNode(nodeAt(document.contents, path), lines);
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 }) ?? {};
  } catch {
    return fail([{ line: 1, message: 'an alias (*) names an anchor (&) that is not there, or too many of them do' }]);
  }
  const checked = schema.safeParse(value);
  if (checked.success) return { value: checked.data, lineOf };
  return fail(checked.error.issues.flatMap((issue) => problemsOf(issue, document.contents, lines, adviceOn)));
}

function fail(problems: readonly Problem[]): never {
  throw new DocumentError([...problems].sort((a, b) => a.line - b.line).slice(0, MOST_PROBLEMS));
}

/**
 * What would not be taken as it is written. Numbers such as 007, 0x1F, 1e3, 1.10, or a fingerprint of digits alone:
 * whoever wrote them may have meant text. A key that a schema of any keys loses without a word. And NUL characters, which
 * no path and no argument of a program can hold, so that nothing behind this expects one.
 */
function misreadScalars(root: Node | null, lines: LineCounter): Problem[] {
  const problems: Problem[] = [];
  visit(root, {
    Scalar(position, { value, source, range }) {
      const line = range == null ? 1 : lines.linePos(range[0]).line;
      if (position === 'key' && value === '__proto__')
        problems.push({ line, message: `no key may be called ${value}` });
      if (typeof value === 'string' && value.includes('\0'))
        problems.push({ line, message: 'it holds a NUL character' });
      if (typeof value !== 'number' || String(value) === source) return;
      problems.push({ line, message: 'quote this if it is text, or write the number in plain decimal' });
    },
  });
  return problems;
}

function problemsOf(
  issue: z.core.$ZodIssue,
  root: Node | null,
  lines: LineCounter,
  adviceOn: (unknownKey: Path) => string | undefined,
): Problem[] {
  const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.slice(0, MOST_PROBLEMS).map((key) => {
      const unknown = [...path, key];
      const advice = adviceOn(unknown);
      return {
        line: lineOfNode(nodeAt(root, unknown), lines),
        message: `unknown key ${pathInWords(unknown)}${advice === undefined ? '' : `: ${advice}`}`,
      };
    });
  }
  const message = path.length === 0 ? messageOf(issue) : `${pathInWords(path)}: ${messageOf(issue)}`;
  return [{ line: lineOfNode(nodeAt(root, path), lines), message: inOneLine(message) }];
}

function messageOf(issue: z.core.$ZodIssue): string {
  // A key of a record says itself what is wrong with it.
  if (issue.code === 'invalid_key') return issue.issues.map(({ message }) => message).join(', ');
  if (issue.code === 'invalid_union') {
    const branches = issue.errors.flat();
    const fitting = branches.find(({ code }) => code !== 'invalid_type');
    if (fitting !== undefined) return messageOf(fitting);
    const expected = branches.flatMap((branch) => (branch.code === 'invalid_type' ? [branch.expected] : []));
    return expected.length === 0 ? issue.message : `Invalid input: expected ${expected.join(' or ')}`;
  }
  return issue.message.endsWith('received undefined') ? 'missing' : issue.message;
}

/** `alerts.pager.run[1]`: as people count. */
export function pathInWords(path: Path): string {
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

function lineIn(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

function inOneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ').trim();
}
