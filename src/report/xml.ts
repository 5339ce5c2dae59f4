import { escapeControls } from './escape.js';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Nothing to escape: ASCII without controls and what has a meaning in XML. */
const PLAIN = /^[ !#-%(-;=?-~]*$/;

/**
 * Text for an element or an attribute. What XML 1.0 does not allow (most controls, halves of characters, U+FFFE) is
 * escaped in our own manner, as is everything else that must not be shown; our own line ends in an element stay.
 */
export function xmlText(text: string): string {
  return text.split('\n').map(xmlLine).join('\n');
}

/** An element's attributes, in their order, with a space before each; those without a value are left out. */
export function xmlAttributes(attributes: Readonly<Record<string, string | number | undefined>>): string {
  return Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}="${xmlLine(String(value))}"`)
    .join('');
}

function xmlLine(text: string): string {
  if (PLAIN.test(text)) return text;
  return escapeControls(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
