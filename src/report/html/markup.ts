/**
 * Elements as data. What a page shows is made by functions from data to markup; the report is written from it as text,
 * and the page's own script makes nodes of it. Nothing that a scanned tree chose is ever read as HTML by either.
 */
export interface Markup {
  readonly tag: string;
  readonly attributes: Attributes;
  readonly children: readonly (Markup | string)[];
}

/** `true` writes the name alone, `undefined` and `false` leave it out. */
export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** What may stand in an element; `null`, `undefined` and `false` stand for nothing. */
export type Child = Markup | string | null | undefined | false | readonly Child[];

/** An element. Tags and names of attributes come from our own code only. */
export function h(tag: string, attributes: Attributes = {}, ...children: readonly Child[]): Markup {
  return { tag, attributes, children: [...flat(children)] };
}

function* flat(children: readonly Child[]): Generator<Markup | string> {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    if (typeof child === 'string' || !Array.isArray(child)) yield child as Markup | string;
    else yield* flat(child);
  }
}

/** Elements that have no end. */
const VOID = new Set(['input', 'link', 'meta', 'br', 'col']);

/** The markup as HTML. */
export function htmlOf(markup: Markup | string): string {
  if (typeof markup === 'string') return escapeHtml(markup);
  const { tag, attributes, children } = markup;
  let html = `<${tag}`;
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    html += value === true ? ` ${name}` : ` ${name}="${escapeHtml(String(value))}"`;
  }
  html += '>';
  if (VOID.has(tag)) return html;
  for (const child of children) html += htmlOf(child);
  return `${html}</${tag}>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text that means itself, in an element and in an attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
