import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MODULE_CHANGE_KINDS } from '../src/changes.js';
import { FINDING_KINDS, SEVERITIES, UNLISTED_CLASSES, VERDICTS } from '../src/types.js';
import { runCli } from './helpers/cli.js';

const ROOT = new URL('..', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, ROOT), 'utf8');
const DOCUMENTS = [
  'README.md',
  'ARCHITECTURE.md',
  'SECURITY.md',
  'CHANGELOG.md',
  'docs/nightly.md',
  'docs/exemptions.md',
  'docs/publishing.md',
  'docs/keys.md',
  'docs/formats.md',
  'docs/api.md',
];

/** Paths of this project as documents write them: `src/…`, `examples/…`, `README.md`; links of a document are relative to it. */
const PROJECT_PATH =
  /(?:`|\()(?:\.\.\/)?((?:src|workers|bench|test|schema|docs|examples|\.ci)\/[\w./-]*|[A-Z]+\.md|\w+\.json)(?:`|\))/g;

describe.each(DOCUMENTS)('%s', (document) => {
  it('names only files that exist', () => {
    const named = [...read(document).matchAll(PROJECT_PATH)].map(([, path]) => path ?? '');
    const missing = named.filter((path) => path !== 'report.json' && !existsSync(new URL(path, ROOT)));
    expect(missing).toEqual([]);
  });
});

describe('README.md', () => {
  const readme = read('README.md');

  it('describes every option of scan, verify and bench', async () => {
    const help = await Promise.all(['scan', 'verify', 'bench'].map((command) => runCli([command, '--help'])));
    const options = help.flatMap(({ stdout }) =>
      [...stdout.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(([, name]) => name ?? ''),
    );
    expect(options.length).toBeGreaterThan(20);
    const missing = options.filter((option) => option !== '--help' && !readme.includes(`\`${option}`));
    expect(missing).toEqual([]);
  });

  it('explains every verdict and severity', () => {
    for (const word of [...VERDICTS, ...SEVERITIES]) expect(readme).toContain(`| \`${word}\` |`);
  });
});

describe('what the documents say of commands', () => {
  const SIGNER = ['sign', 'pack'];
  const KEYS = ['list', 'show', 'anchors', 'import', 'export', 'refresh', 'generate', 'request', 'certify', 'revoke'];
  const COMMANDS: readonly (readonly [command: readonly string[], document: string])[] = [
    ...SIGNER.map((command) => [[command], 'docs/publishing.md'] as const),
    ...KEYS.map((command) => [['keys', command], 'docs/keys.md'] as const),
    [['enforce'], 'docs/keys.md'],
  ];

  it.each(COMMANDS)('%j: every option is described in %s or in README.md', async (command, document) => {
    const { stdout } = await runCli([...command, '--help']);
    const options = [...stdout.matchAll(/^ {2}(--[\w-]+)/gm)].map(([, name]) => name ?? '');
    const text = read(document) + read('README.md');
    expect(options.filter((option) => option !== '--help' && !text.includes(option))).toEqual([]);
  });
});

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
