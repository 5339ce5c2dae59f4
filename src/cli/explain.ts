import { nearest } from '../config/nearest.js';
import { SigsweepError } from '../errors.js';
import { EXPLANATIONS, explanationOf } from '../explain/explain.js';
import { explanationLines, explanationList } from '../report/explanation.js';
import { print } from './output.js';
import { screenOf } from './terminal/screen.js';

/**
 * `sigsweep --explain CODE`.
 * @throws SigsweepError USAGE for a code that there is not
 */
export async function explain(code: string): Promise<void> {
  const { columns } = screenOf();
  if (code.toLowerCase() === 'list') return print(lines(explanationList(EXPLANATIONS, columns)));
  const explanation = explanationOf(code);
  if (explanation === undefined) throw unknownCode(code);
  return print(lines(explanationLines(explanation, columns)));
}

function unknownCode(code: string): SigsweepError {
  const codes = EXPLANATIONS.flatMap(({ explanations }) => explanations.map((one) => one.code));
  const meant = nearest(code, codes);
  const advice = meant === undefined ? '' : `did you mean ${meant}? `;
  return new SigsweepError(
    'USAGE',
    `there is no code '${code.slice(0, 100)}': ${advice}sigsweep --explain list shows all that there are`,
  );
}

function* lines(texts: Iterable<string>): Generator<string> {
  for (const text of texts) yield `${text}\n`;
}
