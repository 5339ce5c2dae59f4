/** An element of a document, and no more of it than a `module.xml` needs. */
export interface XmlElement {
  readonly name: string;
  /** Where it begins, from 1. */
  readonly line: number;
  /** All text in it, in other elements too. */
  readonly text: string;
  readonly children: readonly XmlElement[];
}

type Tell = (problem: string) => void;

/** What XML 1.0 does not allow anywhere, which the library lets pass. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
const NO_CHARACTER = /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/;
/** What of a document is no markup and no text that may hold references. */
const LITERAL = /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>/g;
/** An ampersand that begins none of the references a document without a DOCTYPE can have. */
const NO_REFERENCE = /&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});)/;
const REFERENCE = /&#(?:x([0-9A-Fa-f]{1,6})|([0-9]{1,7}));/g;

const ELEMENT = 1;

/**
 * Parses a document as strictly as PHP does: well-formed, UTF-8, and without a DOCTYPE, which could define what else it
 * says.
 * @param tell gets each problem, with its line where it has one.
 * @returns `null` where there was a problem.
 */
export async function parseXml(bytes: Buffer, tell: Tell): Promise<XmlElement | null> {
  const text = decode(bytes);
  if (text === null) {
    tell('it is not UTF-8 text');
    return null;
  }
  const root = await parse(text, tell);
  if (root === null) return null;
  // Not before it is known to be well-formed: what does not end would be searched for again and again.
  const problems = textProblems(text);
  for (const problem of problems) tell(problem);
  return problems.length > 0 ? null : root;
}

function decode(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function textProblems(text: string): string[] {
  const problems: string[] = [];
  const encoding = /^<\?xml[^>]*\sencoding\s*=\s*["']([^"'>]*)/.exec(text)?.[1];
  if (encoding !== undefined && !/^utf-?8$/i.test(encoding)) problems.push('line 1: the encoding must be UTF-8');
  const control = NO_CHARACTER.exec(text);
  if (control !== null) problems.push(`line ${lineOf(text, control.index)}: it holds a control character`);
  // As long as what it replaces, so that places stay what they are.
  const markup = text.replace(LITERAL, (literal) => literal.replace(/[^\n]/g, ' '));
  const bare = NO_REFERENCE.exec(markup);
  if (bare !== null) problems.push(`line ${lineOf(text, bare.index)}: & must be written as &amp;`);
  const end = markup.indexOf(']]>');
  if (end >= 0) problems.push(`line ${lineOf(text, end)}: ]]> ends no CDATA section`);
  for (const { 0: reference, 1: hex, 2: decimal, index } of markup.matchAll(REFERENCE)) {
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    if (isCharacter(code)) continue;
    problems.push(`line ${lineOf(text, index)}: ${reference} is no character`);
    // The first, as of the others: to count lines for each would take hours where there are a million.
    break;
  }
  return problems;
}

function isCharacter(code: number): boolean {
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return false;
  return !NO_CHARACTER.test(String.fromCodePoint(code));
}

/** Loaded only where a module is published. */
async function parse(text: string, tell: Tell): Promise<XmlElement | null> {
  const { DOMParser, ParseError } = await import('@xmldom/xmldom');
  const problems: string[] = [];
  try {
    const parser = new DOMParser({
      // Whatever the library would pass over or put right is a reason to refuse it.
      onError: (_level, message, context) => {
        problems.push(inWords(message, context.locator?.lineNumber));
      },
    });
    const document = parser.parseFromString(text, 'text/xml');
    if (document.doctype !== null) problems.push('it must have no DOCTYPE');
    const root = document.documentElement;
    if (problems.length === 0 && root !== null) return elementOf(root);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    // Told already where the library has said it before.
    if (problems.length === 0) problems.push(inWords(error.message, error.locator?.lineNumber));
  }
  for (const problem of problems) tell(problem);
  return null;
}

function inWords(message: string, line: number | undefined): string {
  const [first = ''] = message.split('\n');
  return line === undefined || line < 1 ? first : `line ${line}: ${first}`;
}

/** As far as the library's elements are used. */
interface DomNode {
  readonly nodeType: number;
  readonly nodeName: string;
  readonly textContent: string | null;
  readonly lineNumber?: number;
  readonly firstChild: DomNode | null;
  readonly nextSibling: DomNode | null;
}

/** With its children, and theirs as far as they are counted. */
function elementOf(node: DomNode, depth = 0): XmlElement {
  const children: XmlElement[] = [];
  for (let child = node.firstChild; child !== null && depth < 2; child = child.nextSibling) {
    if (child.nodeType === ELEMENT) children.push(elementOf(child, depth + 1));
  }
  return { name: node.nodeName, line: node.lineNumber ?? 0, text: node.textContent ?? '', children };
}

function lineOf(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}
