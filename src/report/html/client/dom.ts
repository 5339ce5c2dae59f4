import type { Markup } from '../markup.js';

const SVG = 'http://www.w3.org/2000/svg';

/** Nodes of markup. Texts become text: nothing is ever read as HTML. */
export function nodeOf(markup: Markup | string, namespace?: string): Node {
  if (typeof markup === 'string') return document.createTextNode(markup);
  const own = markup.tag === 'svg' ? SVG : namespace;
  const element = own === undefined ? document.createElement(markup.tag) : document.createElementNS(own, markup.tag);
  for (const [name, value] of Object.entries(markup.attributes)) {
    if (value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? '' : String(value));
  }
  for (const child of markup.children) element.append(nodeOf(child, own));
  return element;
}

/** Puts markup in the place of all that an element holds. */
export function fill(element: Element, ...content: readonly (Markup | string)[]): void {
  element.replaceChildren(...content.map((one) => nodeOf(one)));
}

/** The element with this id. @throws Error where the page has none */
export function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no ${id}`);
  return element;
}

/** The nearest element around an event's target that has an attribute, with the attribute's value. */
export function near(event: Event, attribute: string): { element: HTMLElement; value: string } | null {
  const target = event.target instanceof Element ? event.target.closest(`[${attribute}]`) : null;
  if (target === null) return null;
  return { element: target as HTMLElement, value: target.getAttribute(attribute) ?? '' };
}
