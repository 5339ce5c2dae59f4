import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blocksOf, commandsOf, DOCUMENTS, type DocumentCommand, readDocument } from './commands.js';
import { CHECKED, ELSEWHERE, EXPECTATIONS, filledIn } from './expectations.js';
import { keepCommand, runInSandbox, SANDBOX_MISSING, type Typed } from './sandbox.js';
import { makeWorld, type World } from './world.js';

const ROOT = new URL('../../', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, ROOT), 'utf8');

/** A busy machine needs a second for what takes an idle one a fifth. */
const PATIENCE_MS = 240_000;

const isRunHere = (typed: string) => ![...ELSEWHERE, ...CHECKED].some(({ command }) => command.test(typed));
const expectationOf = (command: string) => EXPECTATIONS.find((expectation) => expectation.command.test(command));

/** What runs here, by document. What another one has shown, with `sudo` or without, is not run again: a process costs time. */
const HERE = whatRunsHere();

function whatRunsHere(): { document: string; commands: DocumentCommand[] }[] {
  const shown = new Set<string>();
  const here = [...DOCUMENTS].reverse().map((document) => {
    const commands = commandsOf(readDocument(document)).filter(
      ({ command }) => isRunHere(command) && !shown.has(unprivileged(command)),
    );
    for (const { command } of commands) shown.add(unprivileged(command));
    return { document, commands };
  });
  return here.filter(({ commands }) => commands.length > 0);
}

function unprivileged(command: string): string {
  return command.replace(/^sudo /, '');
}

describe.skipIf(SANDBOX_MISSING)(`every command that documents name is run (${SANDBOX_MISSING ?? 'as root'})`, () => {
  let world: World;
  beforeAll(async () => {
    world = await makeWorld();
    // Two nights have passed when somebody reads a document.
    const night = { command: 'sigsweep scan --quiet' };
    const nights = await runInSandbox(world, [night, night, { command: keepCommand('/var/lib/sigsweep') }]);
    expect(nights.map(({ code }) => code)).toEqual([1, 1, 0]);
  }, PATIENCE_MS);
  afterAll(() => world.remove());

  it.concurrent('configurations and exemptions', { timeout: PATIENCE_MS }, async () => {
    const blocks = DOCUMENTS.flatMap((document) =>
      blocksOf(readDocument(document)).map((block) => ({ document, ...block })),
    );
    const given = blocks.filter(({ language }) => language === 'yaml');
    expect(given.length).toBeGreaterThan(2);
    const outcomes = await runInSandbox(
      world,
      given.map(({ text }) => checkOf(text)),
    );
    const said = given.map(({ document, line }, index) => ({ place: `${document}:${line}`, ...outcomes[index] }));
    expect(said.filter(({ code }) => code !== 0)).toEqual([]);
  });

  it.concurrent.each(HERE)('$document', { timeout: PATIENCE_MS }, async ({ document, commands }) => {
    const typed = commands.map(({ command }) => ({
      command: filledIn(command, world),
      before: expectationOf(command)?.before ?? '',
    }));
    const outcomes = await runInSandbox(world, typed);
    const wrong = commands.flatMap((command, index) => {
      const { code, output } = outcomes[index] ?? { code: -1, output: 'it was not run' };
      const expected = expectationOf(command.command)?.codes ?? [0];
      return expected.includes(code)
        ? []
        : [`${place(document, command)}: ${code} instead of ${expected.join(' or ')}\n${output}`];
    });
    expect(wrong.join('\n')).toBe('');
  });
});

const NEXT_MONTH = new Date(Date.now() + 30 * 24 * 60 * 60 * 1000).toISOString().slice(0, 10);

/** Files that configurations name. */
const SECRETS = `umask 077
echo https://hooks.example.org/services/T0/B0/X >/etc/sigsweep/slack.url
echo secret >/etc/sigsweep/mail.password
echo secret >/etc/sigsweep/hook.key`;

describe('what cannot run here', () => {
  const everything = DOCUMENTS.flatMap((document) => commandsOf(readDocument(document)));

  it.each(ELSEWHERE)('$command stands in a document, and runs by $file', ({ command, file, text }) => {
    expect(everything.some((typed) => command.test(typed.command))).toBe(true);
    expect(read(file)).toContain(text);
  });

  it.each(EXPECTATIONS)('$command stands in a document: $why', ({ command }) => {
    expect(everything.some((typed) => command.test(typed.command))).toBe(true);
  });

  it.each(CHECKED)('$command stands in a document, with options that $usage names', ({ command, usage }) => {
    const typed = everything.map((each) => each.command).filter((each) => command.test(each));
    expect(typed).not.toEqual([]);
    const options = typed.flatMap((each) => each.match(/(?<= )--\w[\w-]*/g) ?? []);
    const text = read(usage);
    expect(options.filter((option) => !text.includes(option))).toEqual([]);
  });

  it('scripts of npm and of Node that documents name are there', () => {
    const { scripts } = JSON.parse(read('package.json'));
    const named = everything.map(({ command }) => /^(?:npm run|node) (\S+)/.exec(command)?.[1] ?? 'package.json');
    expect(named.filter((name) => scripts[name] === undefined && !existsSync(new URL(name, ROOT)))).toEqual([]);
  });
});

/** How the program itself checks what stands in a block. */
function checkOf(yaml: string): Typed {
  const isExemptions = yaml.startsWith('exemptions:');
  const file = isExemptions ? '/etc/sigsweep/exemptions.yaml' : '/root/checked.yaml';
  const text = yaml.replace('64 lower-case hex digits', 'a'.repeat(64)).replace(/\d{4}-\d\d-\d\d/g, NEXT_MONTH);
  return {
    before: `cat >${file} <<'END'\n${text}\nEND\n${SECRETS}`,
    command: isExemptions ? 'sigsweep exempt --list' : `sigsweep config check ${file}`,
  };
}

function place(document: string, { line, command }: DocumentCommand): string {
  return `${document}:${line}: ${command}`;
}
