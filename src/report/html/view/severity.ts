import type { Severity } from '../../../types.js';
import { h, type Markup } from '../markup.js';

/** A shape for each, so that colour is never all that tells them apart. */
const SHAPES: Record<Severity, string> = {
  critical: 'M1 1h10v10H1z',
  high: 'M6 0.3 11.7 6 6 11.7 0.3 6z',
  medium: 'M6 1 11.6 11H0.4z',
  low: 'M6 1.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9z',
  info: 'M6 2a4 4 0 1 1 0 8 4 4 0 0 1 0-8zm0 1.6a2.4 2.4 0 1 0 0 4.8 2.4 2.4 0 0 0 0-4.8z',
};

/** The shape alone, beside a word that says the same. */
export function severityMark(severity: Severity): Markup {
  return h(
    'svg',
    {
      class: `mark s-${severity}`,
      viewBox: '0 0 12 12',
      width: 12,
      height: 12,
      'aria-hidden': 'true',
      focusable: 'false',
    },
    h('path', { d: SHAPES[severity] }),
  );
}

/** The shape and the word. */
export function severityWord(severity: Severity): Markup {
  return h('span', { class: `severity s-${severity}` }, severityMark(severity), severity);
}
