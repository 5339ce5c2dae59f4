import { SEVERITIES } from '../../../types.js';
import { groupDigits } from '../../../words.js';
import { type Child, h, type Markup } from '../markup.js';
import type { Findings } from '../wire/decode.js';
import { severityWord } from './severity.js';

/** What a reader can choose of the findings. */
export function controls(findings: Findings, compared: boolean): Markup {
  const exempted = findings.exempted.reduce((sum, one) => sum + one, 0);
  return h(
    'form',
    { class: 'controls', role: 'search', 'aria-label': 'Findings' },
    h(
      'div',
      { class: 'control grow' },
      h('label', { for: 'words' }, 'Search'),
      h('input', {
        type: 'search',
        id: 'words',
        name: 'words',
        placeholder: 'part of a path, or the start of a hash',
        autocomplete: 'off',
        spellcheck: 'false',
      }),
    ),
    h(
      'div',
      { class: 'control' },
      h('label', { for: 'what' }, 'Kind'),
      h(
        'select',
        { id: 'what', name: 'what' },
        h('option', { value: '' }, 'all kinds'),
        ...findings.whats.map((what) => h('option', { value: what }, what)),
      ),
    ),
    fieldset('Group by', radio('module', 'module', true), radio('content', 'identical content', false)),
    fieldset('Severity', ...severities(findings)),
    (compared || exempted > 0) &&
      fieldset(
        'Show',
        compared && check('newOnly', 'yes', false, 'only new'),
        exempted > 0 && check('exempted', 'yes', false, `exempted too (${groupDigits(exempted)})`),
      ),
  );
}

function severities(findings: Findings): Markup[] {
  const numbers = SEVERITIES.map(() => 0);
  for (const [index, severity] of findings.severity.entries()) {
    if (findings.exempted[index] === 0) numbers[severity] = (numbers[severity] ?? 0) + 1;
  }
  return SEVERITIES.flatMap((severity, place) => {
    const number = numbers[place] ?? 0;
    const exists = number > 0 || findings.severity.includes(place);
    return exists ? [check('severity', String(place), true, severityWord(severity), ` ${groupDigits(number)}`)] : [];
  });
}

function fieldset(legend: string, ...children: readonly Child[]): Markup {
  return h('fieldset', {}, h('legend', {}, legend), ...children);
}

function check(name: string, value: string, checked: boolean, ...label: readonly Child[]): Markup {
  return h(
    'label',
    { class: 'choice' },
    h('input', { type: 'checkbox', name, value, checked }),
    h('span', {}, ...label),
  );
}

function radio(value: string, label: string, checked: boolean): Markup {
  return h(
    'label',
    { class: 'choice' },
    h('input', { type: 'radio', name: 'group', value, checked }),
    h('span', {}, label),
  );
}
