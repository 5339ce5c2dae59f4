import { type CST, Parser } from 'yaml';

/** Lists and maps inside each other; what people write has about five. */
const MAX_DEPTH = 50;

/**
 * Where a text first nests lists and maps deeper than anybody writes, as an offset in it; `undefined` when nowhere.
 * Reading such a text into a document goes down call by call, and can exhaust the stack.
 */
export function tooDeepAt(text: string): number | undefined {
  for (const document of new Parser().parse(text)) {
    const waiting: [CST.Token, number][] = [[document, 0]];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [token, depth] = next;
      if (depth > MAX_DEPTH) return token.offset;
      for (const inner of tokensIn(token)) waiting.push([inner, 'items' in inner ? depth + 1 : depth]);
    }
  }
  return undefined;
}

function tokensIn(token: CST.Token): CST.Token[] {
  if (token.type === 'document') return token.value === undefined ? [] : [token.value];
  if (!('items' in token)) return [];
  return token.items.flatMap(({ key, value }) => [key, value]).filter((inner) => inner != null);
}
