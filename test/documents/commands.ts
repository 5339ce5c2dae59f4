/** What documents tell a reader to type. */
import { readdirSync, readFileSync } from 'node:fs';

const ROOT = new URL('../../', import.meta.url);

/** Every document that tells people what to type, by its path in the project. */
export const DOCUMENTS: readonly string[] = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'bench/README.md',
  ...readdirSync(new URL('docs', ROOT))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

export function readDocument(path: string): string {
  return readFileSync(new URL(path, ROOT), 'utf8');
}

export interface Block {
  /** What stands behind the three backquotes. */
  readonly language: string;
  /** The number of its first line in the document. */
  readonly line: number;
  readonly text: string;
}

/** The fenced blocks of a document, from top to bottom. */
export function blocksOf(document: string): Block[] {
  const lines = document.split('\n');
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length; at++) {
    const language = /^```(\S*)$/.exec(lines[at] ?? '')?.[1];
    if (language === undefined) continue;
    const end = lines.indexOf('```', at + 1);
    if (end === -1) throw new Error(`the block in line ${at + 1} does not end`);
    blocks.push({ language, line: at + 2, text: lines.slice(at + 1, end).join('\n') });
    at = end;
  }
  return blocks;
}

export interface DocumentCommand {
  readonly line: number;
  /** As it is typed, without its comment. */
  readonly command: string;
}

/** The commands of the `sh` blocks. A line that ends in a backslash goes on in the next one. */
export function commandsOf(document: string): DocumentCommand[] {
  return blocksOf(document)
    .filter(({ language }) => language === 'sh')
    .flatMap(({ line, text }) => commandsIn(text, line));
}

function commandsIn(text: string, first: number): DocumentCommand[] {
  const commands: DocumentCommand[] = [];
  let begun = '';
  for (const [index, line] of text.split('\n').entries()) {
    const part = begun + withoutComment(line);
    begun = part.endsWith('\\') ? part.slice(0, -1) : '';
    if (begun === '' && part !== '') commands.push({ line: first + index, command: part });
  }
  return commands;
}

/** A comment begins at a `#` that stands behind a blank and outside of quotes. */
function withoutComment(line: string): string {
  const [typed = ''] = /^(?:'[^']*'|"[^"]*"|[^\s'"]+|\s+(?!#))*/.exec(line) ?? [];
  return line.startsWith('#') ? '' : typed.trimEnd();
}

/** The spans of code outside of blocks that begin with the program's name, as `sigsweep keys list`. */
export function inlineCommandsOf(document: string): string[] {
  const prose = document.replace(/^```.*?^```$/gms, '');
  return [...prose.matchAll(/`(?:sudo )?(sigsweep [^`]+)`/g)].map(([, command]) =>
    (command ?? '').replace(/\s+/g, ' '),
  );
}
