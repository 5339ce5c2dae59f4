import { Findings } from '../wire/decode.js';
import type { PageData, Piece } from '../wire/format.js';
import { byId } from './dom.js';

/** What the report's writer put into the page. */
export function readPage(): PageData {
  return JSON.parse(byId('page-data').textContent ?? '') as PageData;
}

/** All findings; the texts that they were read from are let go, which is half of what a large page would hold. */
export function readFindings(): Findings {
  const pieces: Piece[] = [];
  for (const element of document.querySelectorAll('.findings-data')) {
    pieces.push(JSON.parse(element.textContent ?? '') as Piece);
    element.remove();
  }
  return new Findings(pieces);
}
