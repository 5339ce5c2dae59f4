import type { Report } from '../../../model.js';
import { countInWords, groupDigits } from '../../../words.js';
import { isExempted } from '../../advice.js';

/** What the numbers hold that stands in no list; '' where everything does. */
export function countedInWords({ modules, tree, summary }: Report): string {
  const parts: string[] = [];
  const weak = modules.filter(({ signature }) => signature?.warnings.includes('weak-digest')).length;
  if (weak > 0) parts.push(`${countInWords(weak, 'signature')} made with SHA-1, as FreePBX's own still are (low)`);
  const lists = [tree.findings, ...modules.map(({ findings }) => findings)];
  const infos = lists.reduce(
    (sum, list) => sum + list.filter((one) => one.severity === 'info' && !isExempted(one)).length,
    0,
  );
  const counted = summary.findings.info - infos;
  if (counted > 0) parts.push(`${groupDigits(counted)} harmless unlisted files (info)`);
  return parts.length === 0 ? '' : `Only counted: ${parts.join(', ')}.`;
}
