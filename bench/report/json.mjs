/** JSON that people can read and the project's formatter leaves as it is: on one line whatever fits there. */

const WIDTH = 120;
const INDENT = '  ';

/** @param {unknown} value */
export function readableJson(value) {
  return `${write(value, '', 0)}\n`;
}

/** @param {unknown} value @param {string} indent @param {number} taken of the line: by what stands before and behind @returns {string} */
function write(value, indent, taken) {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const line = onOneLine(value);
  if (indent.length + taken + line.length <= WIDTH) return line;
  const inner = indent + INDENT;
  const lines = Array.isArray(value)
    ? value.map((item) => write(item, inner, 1))
    : Object.entries(value).map(([key, item]) => `"${key}": ${write(item, inner, key.length + 5)}`);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return `${open}\n${lines.map((text) => inner + text).join(',\n')}\n${indent}${close}`;
}

/** @param {unknown} value @returns {string} */
function onOneLine(value) {
  if (Array.isArray(value)) return `[${value.map(onOneLine).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, item]) => `"${key}": ${onOneLine(item)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}
