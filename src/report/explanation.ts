import type { ExplanationGroup } from '../explain/explain.js';
import type { Explanation } from '../explain/explanation.js';
import { displayWidth } from './layout/width.js';
import { wrap } from './layout/wrap.js';

/** Texts are read badly on longer lines, whatever the terminal holds. */
const WIDEST = 100;

/**
 * What a code means, for a person.
 * @param columns of the terminal; `undefined` for whole paragraphs on a line
 */
export function* explanationLines(explanation: Explanation, columns: number | undefined): Generator<string> {
  const width = columns === undefined ? undefined : Math.min(columns, WIDEST);
  const { code, title, meaning, causes = [], todo } = explanation;
  yield* wrap(`${code}: ${title}`, width, 2);
  yield '';
  yield* wrap(meaning, width);
  if (causes.length > 0) {
    yield '';
    yield 'Why it may be:';
    for (const cause of causes) yield* wrap(`  - ${cause}`, width, 4);
  }
  yield '';
  yield 'What to do:';
  yield* wrap(`  ${todo}`, width, 2);
}

/** Every code with its title, by kind. */
export function* explanationList(groups: readonly ExplanationGroup[], columns: number | undefined): Generator<string> {
  const codes = groups.flatMap(({ explanations }) => explanations.map(({ code }) => code));
  const widest = Math.max(...codes.map(displayWidth));
  for (const [index, { title, explanations }] of groups.entries()) {
    if (index > 0) yield '';
    yield title;
    for (const one of explanations) yield* wrap(`  ${one.code.padEnd(widest)}  ${one.title}`, columns, widest + 4);
  }
}
