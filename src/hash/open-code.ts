/** Languages whose files `codeEndsOpen` reads. */
export type Language = 'php' | 'js' | 'css' | 'json';

/** The text ends inside of a string or comment. */
const UNFINISHED = -1;
/** The text is not what this reader takes it for. */
const DOUBT = -2;

/** How far a heredoc's closing label may be indented. */
const MAX_INDENTATION = 200;

const CLOSERS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

const PHP_OPENING = /<\?(?:php\b|=|\s)/gi;
/** Labels longer than anybody writes are not searched for. */
const PHP_HEREDOC = /<<<[ \t]{0,8}(["']?)([A-Za-z_]\w{0,63})\1\r?\n/y;
const REGULAR_EXPRESSION_MAY_FOLLOW =
  /(?:^|[(,=:[!&|?{;+\-*%<>~^]|(?:^|[^\w$.])(?:return|typeof|case|in|of|do|else|void|throw|delete))\s*$/;

/**
 * Whether code ends inside an open bracket, string or block comment. Knows just enough of each language to pass over
 * what brackets may hide in. False when in doubt; linear in the length of the text.
 */
export function codeEndsOpen(text: string, language: Language): boolean {
  /** The closers of what is open; a quote stands for a string that goes on after the `}` of an interpolation. */
  const open: string[] = [];
  let at = language === 'php' ? afterPhpOpening(text, 0) : 0;
  while (at < text.length) {
    const character = text[at] ?? '';
    const closer = CLOSERS[character];
    if (closer !== undefined) {
      open.push(closer);
      at += 1;
    } else if (character === ')' || character === ']' || character === '}') {
      const expected = open.pop();
      at += 1;
      if (character === '}' && isQuote(expected)) at = afterString(text, at, expected, language, open);
      else if (expected !== character) return false;
    } else if (isQuote(character)) {
      at = afterString(text, at + 1, character, language, open);
    } else {
      at = afterOther(text, at, character, language);
    }
    if (at === UNFINISHED) return true;
    if (at === DOUBT) return false;
  }
  return open.length > 0;
}

function isQuote(character: string | undefined): character is string {
  return character === '"' || character === "'" || character === '`';
}

/** The position after a string whose content starts at `at`, or after the `{` of code within it. */
function afterString(text: string, at: number, quote: string, language: Language, open: string[]): number {
  const interpolation = language === 'php' ? '{$' : '${';
  const interpolates = language === 'php' ? quote !== "'" : language === 'js' && quote === '`';
  const mayBreak = language === 'php' || quote === '`';
  for (let index = at; index < text.length; index += 1) {
    const character = text[index];
    if (character === '\\') index += 1;
    else if (character === quote) return index + 1;
    else if (character === '\n' && !mayBreak) return DOUBT;
    else if (interpolates && character === interpolation[0] && text[index + 1] === interpolation[1]) {
      open.push(quote);
      return index + 2;
    }
  }
  return UNFINISHED;
}

/** The position after a comment, a heredoc, a regular expression, a passage outside of PHP, or one other character. */
function afterOther(text: string, at: number, character: string, language: Language): number {
  const next = text[at + 1];
  if (language === 'json') return at + 1;
  if (character === '/' && next === '*') return after(text, '*/', at + 2);
  if (language === 'css') return at + 1;
  if (character === '/' && next === '/') return afterLineComment(text, at, language);
  if (language === 'js') {
    const isExpression = character === '/' && REGULAR_EXPRESSION_MAY_FOLLOW.test(text.slice(Math.max(0, at - 16), at));
    return isExpression ? afterRegularExpression(text, at + 1) : at + 1;
  }
  if (character === '#') return afterLineComment(text, at, language);
  if (character === '?' && next === '>') return afterPhpOpening(text, at + 2);
  if (character === '<' && next === '<') return afterHeredoc(text, at);
  // What follows it is data in any form.
  if (character === '_' && text.startsWith('__halt_compiler', at)) return DOUBT;
  return at + 1;
}

function after(text: string, ending: string, from: number): number {
  const index = text.indexOf(ending, from);
  return index < 0 ? UNFINISHED : index + ending.length;
}

/** In PHP a line comment ends where PHP does, too. */
function afterLineComment(text: string, at: number, language: Language): number {
  for (let index = at; index < text.length; index += 1) {
    if (text[index] === '\n') return index + 1;
    if (language === 'php' && text[index] === '?' && text[index + 1] === '>') return index;
  }
  return text.length;
}

function afterPhpOpening(text: string, from: number): number {
  PHP_OPENING.lastIndex = from;
  return PHP_OPENING.test(text) ? PHP_OPENING.lastIndex : text.length;
}

function afterHeredoc(text: string, at: number): number {
  PHP_HEREDOC.lastIndex = at;
  const label = PHP_HEREDOC.exec(text)?.[2];
  if (label === undefined) return at + 1;
  for (let index = text.indexOf(label, PHP_HEREDOC.lastIndex); index >= 0; index = text.indexOf(label, index + 1)) {
    const indented = /\n[ \t]*$/.test(text.slice(Math.max(0, index - MAX_INDENTATION), index));
    if (indented && !/\w/.test(text[index + label.length] ?? '')) return index + label.length;
  }
  return UNFINISHED;
}

function afterRegularExpression(text: string, from: number): number {
  let inClass = false;
  for (let index = from; index < text.length; index += 1) {
    const character = text[index];
    if (character === '\n') return DOUBT;
    if (character === '\\') index += 1;
    else if (character === '[') inClass = true;
    else if (character === ']') inClass = false;
    else if (character === '/' && !inClass) return index + 1;
  }
  return UNFINISHED;
}
