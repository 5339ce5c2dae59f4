import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MODULE_CHANGE_KINDS } from '../src/changes.js';
import { describeInterface } from '../src/cli/interface/describe.js';
import { allCommands, pathOf } from '../src/cli/interface/interface.js';
import { makeProgram } from '../src/cli/program.js';
import { FINDING_KINDS, SEVERITIES, UNLISTED_CLASSES, VERDICTS } from '../src/types.js';
import { blocksOf, DOCUMENTS as COMMAND_DOCUMENTS, inlineCommandsOf } from './documents/commands.js';

const ROOT = new URL('..', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, ROOT), 'utf8');
const DOCUMENTS = [...COMMAND_DOCUMENTS, 'ARCHITECTURE.md', 'CHANGELOG.md'];

/** Paths of this project as documents write them: `src/…`, `examples/…`, `README.md`; links of a document are relative to it. */
const PROJECT_PATH =
  /(?:`|\()(?:\.\.\/)?((?:src|workers|bench|test|schema|docs|examples|\.ci)\/[\w./-]*|[A-Z]+\.md|\w+\.json)(?:`|\))/g;

describe.each(DOCUMENTS)('%s', (document) => {
  it('names only files that exist', () => {
    const named = [...read(document).matchAll(PROJECT_PATH)].map(([, path]) => path ?? '');
    const missing = named.filter((path) => path !== 'report.json' && !existsSync(new URL(path, ROOT)));
    expect(missing).toEqual([]);
  });

  it('links to what is there', () => {
    const links = [...read(document).matchAll(/\]\(([^)\s]+)\)/g)].map(
      ([, target]) => new URL(target ?? '', new URL(document, ROOT)),
    );
    const broken = links.filter((link) => link.protocol === 'file:' && !leadsSomewhere(link));
    expect(broken.map(({ pathname, hash }) => pathname + hash)).toEqual([]);
  });
});

function leadsSomewhere(link: URL): boolean {
  const file = new URL(link.pathname, ROOT);
  if (!existsSync(file)) return false;
  return link.hash === '' || anchorsOf(readFileSync(file, 'utf8')).includes(link.hash.slice(1));
}

/** What a heading is called in an address, and what was named by hand. */
function anchorsOf(document: string): string[] {
  const headings = [...document.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    (heading ?? '')
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
  return [...headings, ...[...document.matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id ?? '')];
}

it('docs/findings.md explains every word of a report', () => {
  const findings = read('docs/findings.md');
  for (const word of [...VERDICTS, ...SEVERITIES, ...FINDING_KINDS, ...UNLISTED_CLASSES])
    expect(findings).toContain(`| \`${word}\` |`);
});

describe('blocks', () => {
  const blocks = COMMAND_DOCUMENTS.flatMap((document) =>
    blocksOf(read(document)).map((block) => ({ document, ...block })),
  );

  it('of JSON are such, unless something is left out of them', () => {
    const given = blocks.filter(({ language, text }) => language === 'json' && !text.includes('…'));
    for (const { text } of given) expect(() => JSON.parse(text)).not.toThrow();
  });

  it('are in a language that a test looks at (of TypeScript test/examples compiles them), or output of the program', () => {
    const looked = ['', 'sh', 'yaml', 'ts', 'json', 'xml'];
    const others = blocks.filter(({ language, document }) => !looked.includes(language) && document !== 'docs/api.md');
    expect(others.map(({ document, line, language }) => `${document}:${line}: ${language}`)).toEqual([]);
  });
});

describe('what the documents say of commands', () => {
  const commands = allCommands(describeInterface(makeProgram())).filter(({ path }) => path.at(-1) !== 'help');

  /** Where a command is described: that of the longest beginning of its words counts. */
  const PLACES: Readonly<Record<string, string>> = {
    '': 'docs/troubleshooting.md docs/configuration.md docs/upgrading.md',
    scan: 'docs/scanning.md',
    verify: 'docs/scanning.md',
    demo: 'docs/scanning.md',
    sign: 'docs/publishing.md',
    pack: 'docs/publishing.md',
    keys: 'docs/keys.md',
    enforce: 'docs/keys.md',
    exempt: 'docs/exemptions.md',
    history: 'docs/nightly.md',
    show: 'docs/nightly.md',
    diff: 'docs/nightly.md',
    report: 'docs/nightly.md',
    alert: 'docs/nightly.md',
    schedule: 'docs/nightly.md',
    config: 'docs/configuration.md',
    agent: 'docs/fleet.md',
    fleet: 'docs/fleet.md',
    bench: 'docs/performance.md',
    doctor: 'docs/troubleshooting.md',
    completion: 'docs/troubleshooting.md',
    man: 'docs/troubleshooting.md',
  };

  it.each(commands.map((command) => ({ command: pathOf(command), ...command })))(
    'sigsweep $command and all its options are described',
    ({ command, path, options }) => {
      const text = textOf(`${PLACES[path[0] ?? '']} docs/scanning.md`);
      expect(text.includes(command)).toBe(true);
      const missing = options.filter(({ long }) => long !== '--help' && !text.includes(long));
      expect(missing.map(({ long }) => long)).toEqual([]);
    },
  );

  it('commands within sentences are such, with options that they have', () => {
    const wrong = COMMAND_DOCUMENTS.flatMap((document) =>
      inlineCommandsOf(read(document)).map((command) => `${document}: ${complaintOf(command)}`),
    );
    expect(wrong.filter((complaint) => !complaint.endsWith(': '))).toEqual([]);
  });

  /** What is wrong with `sigsweep keys list --json`; nothing for a right one. */
  function complaintOf(typed: string): string {
    const words = typed.split(' ').slice(1);
    const candidates = commands.filter(({ path }) => path.every((word, index) => word === words[index]));
    const command = candidates.toSorted((one, other) => other.path.length - one.path.length)[0];
    if (command === undefined) return `${typed} is no command`;
    const next = words[command.path.length];
    if (command.commands.length > 0 && /^[a-z]/.test(next ?? '')) return `${typed} is no command`;
    const known = [...command.options, ...command.hiddenOptions].map(({ long }) => long);
    const end = words.indexOf('--');
    const given = words.slice(0, end === -1 ? undefined : end).filter((word) => word.startsWith('--'));
    const unknown = given.filter((option) => !known.includes(option.replace(/=.*/, '')));
    return unknown.length === 0 ? '' : `${typed} has no ${unknown.join(', ')}`;
  }
});

function textOf(documents: string): string {
  return documents.split(' ').map(read).join('\n');
}

describe('the JSON schema', () => {
  const schema = JSON.parse(read('schema/scan.schema.json'));

  it('knows the whole vocabulary', () => {
    const { module, finding, changes } = schema.definitions;
    expect(module.properties.verdict.enum).toEqual(VERDICTS);
    expect(finding.properties.kind.enum).toEqual(FINDING_KINDS);
    expect(changes.properties.modules.items.properties.kinds.items.enum).toEqual(MODULE_CHANGE_KINDS);
    expect(finding.properties.severity.enum).toEqual(SEVERITIES);
    expect(finding.properties.class.enum).toEqual(UNLISTED_CLASSES);
  });
});
