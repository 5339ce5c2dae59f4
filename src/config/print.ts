import { escapeControls, safeJson } from '../report/escape.js';
import { TOOL } from '../tool.js';
import { describeChannel } from './channels.js';
import type { ConfigFile } from './file.js';
import { type Given, type Layer, nameOf, resolve, type Setting, type Source } from './setting.js';

/** Names the contract of the JSON form. */
const SCHEMA = 'sigsweep/config@1';

/** The configuration for a person: name, where it comes from, value; the values last, as they may be long. */
export function renderConfig(settings: readonly Setting[], layers: readonly Layer[], config?: ConfigFile): string {
  const rows = [
    ...settings.map((setting) => {
      const given = resolve(setting, layers);
      return { name: nameOf(setting), from: sourceInWords(given.source), values: valuesInWords(setting, given) };
    }),
    ...channelsOf(config).map(({ name, line, description }) => ({
      name: `alerts.${name}`,
      from: `line ${line}`,
      values: [description],
    })),
  ];
  const nameWidth = Math.max(...rows.map(({ name }) => name.length));
  const fromWidth = Math.max(...rows.map(({ from }) => from.length));
  const lines = rows.flatMap(({ name, from, values }) =>
    values.map((value, index) => {
      const head = index === 0 ? `${name.padEnd(nameWidth)}  ${from.padEnd(fromWidth)}` : '';
      return `${head.padEnd(nameWidth + 2 + fromWidth)}  ${value}`.trimEnd();
    }),
  );
  return [config?.file ?? 'no configuration file', '', ...lines].map((line) => `${escapeControls(line)}\n`).join('');
}

/** The configuration as one JSON document. */
export function configJson(settings: readonly Setting[], layers: readonly Layer[], config?: ConfigFile): string {
  return `${safeJson({
    schema: SCHEMA,
    tool: TOOL,
    file: config?.file ?? null,
    settings: settings.map((setting) => {
      const given = resolve(setting, layers);
      return { section: setting.section, key: setting.key, value: shown(setting, given), source: given.source };
    }),
    channels: channelsOf(config),
  })}\n`;
}

function channelsOf(config: ConfigFile | undefined) {
  return Object.entries(config?.alerts ?? {}).map(([name, channel]) => ({
    name,
    type: channel.type,
    line: config?.lineOf(['alerts', name]) ?? 0,
    description: describeChannel(channel),
  }));
}

/** As somebody would write it. What is not given is off where it is a flag, and nothing otherwise. */
function shown({ form, key }: Setting, { value, written }: Given): unknown {
  const what = written ?? value ?? (form === 'flag' ? false : null);
  if (typeof what !== 'string') return what;
  if (key === TOKEN) return HIDDEN;
  // rediss://USER:PASSWORD@HOST
  return what.replace(/^(\w+:\/\/[^/]*?:).*@/s, `$1${HIDDEN}@`);
}

/** The one setting that is a secret as a whole. */
const TOKEN = 'token';

const HIDDEN = '***';

function sourceInWords(source: Source): string {
  switch (source.kind) {
    case 'default':
      return 'default';
    case 'file':
      return `line ${source.line}`;
    case 'environment':
      return source.variable;
  }
}

function valuesInWords(setting: Setting, given: Given): string[] {
  const what = shown(setting, given);
  if (what === null) return ['-'];
  if (Array.isArray(what))
    return setting.form === 'joined' ? [what.join(',')] : what.length === 0 ? ['-'] : what.map(String);
  if (typeof what === 'object') return Object.entries(what).map(([name, item]) => `${name}=${item}`);
  return [String(what)];
}
