import { explanationOf } from '../../../explain/explain.js';
import type { Explanation } from '../../../explain/explanation.js';
import type { Report } from '../../../model.js';
import { FINDING_KINDS, UNLISTED_CLASSES, VERDICTS } from '../../../types.js';
import { kindInWords } from '../../changes.js';
import { placedFindings } from '../../findings.js';
import { h, type Markup } from '../markup.js';
import { codeOf } from '../model/code.js';

/** What the words of this report mean, and what to do about what they say. */
export function wordsSection(report: Report): Markup | null {
  const used = new Set<string>(report.modules.map(({ verdict }) => verdict).filter((verdict) => verdict !== 'good'));
  for (const { finding } of placedFindings(report)) used.add(codeOf(kindInWords(finding)));
  const known = [...VERDICTS, ...FINDING_KINDS, ...UNLISTED_CLASSES.map((name) => `unlisted-${name}`)];
  const explanations = known.filter((code) => used.has(code)).flatMap((code) => explanationOf(code) ?? []);
  if (explanations.length === 0) return null;
  return h(
    'section',
    { 'aria-labelledby': 'words-title', class: 'words' },
    h('h2', { id: 'words-title' }, 'What the words mean'),
    ...explanations.map(entry),
  );
}

function entry({ code, title, meaning, causes = [], todo }: Explanation): Markup {
  return h(
    'details',
    { id: `word-${code}` },
    h('summary', {}, h('b', {}, code.replace('unlisted-', 'unlisted ')), `: ${title}`),
    h('p', {}, meaning),
    causes.length > 0 && h('p', {}, 'Why it may be:'),
    causes.length > 0 && h('ul', {}, ...causes.map((cause) => h('li', {}, cause))),
    h('p', {}, h('b', {}, 'What to do: '), todo),
  );
}
