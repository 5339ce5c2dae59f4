/**
 * Spreadsheets run what looks like a formula, wherever a table came from. A cell that one could take for a formula
 * begins with an apostrophe, which means text to all of them; so does one that begins with an apostrophe itself, so that
 * taking one away gives back what was there.
 */

/** The last is the minus sign of mathematics, which some spreadsheets read as the other. */
const BEGINS_FORMULA = /^[=+\-@\u2212]/;

/** Spreadsheets of many languages separate columns by semicolons: what follows one may become a cell of its own. */
const SPLIT_FORMULA = /;(?=[\s"']*[=+\-@\uff1d\uff0b\uff0d\uff20\u2212\ufe62\ufe63\ufe66\ufe6b])/g;

/** One cell, quoted as RFC 4180 says where it has to be, that no spreadsheet takes for a formula. */
export function csvCell(text: string): string {
  const inert = `${isTakenForFormula(text) ? "'" : ''}${text.replace(SPLIT_FORMULA, '\\u{3b}')}`;
  return /[",;\s]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}

/** White space may be skipped, and full-width and small signs are signs to some spreadsheets: their plain form decides. */
function isTakenForFormula(text: string): boolean {
  const begin = text.trimStart().slice(0, 1).normalize('NFKC');
  return text.startsWith("'") || BEGINS_FORMULA.test(begin) || /^[\t\r]/.test(text);
}
