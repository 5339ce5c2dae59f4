import { describe, expect, it } from 'vitest';
import { EXPLANATIONS, explanationOf } from '../../src/explain/explain.js';
import { severityOfListed, severityOfUnlisted } from '../../src/scan/unlisted/classify.js';
import { severityOfVerdict } from '../../src/scan/verdict.js';
import { FINDING_KINDS, SEVERITIES, type Severity, UNLISTED_CLASSES, VERDICTS } from '../../src/types.js';
import { runCli } from '../helpers/cli.js';

const ALL = EXPLANATIONS.flatMap(({ explanations }) => explanations);
const textOf = ({ title, meaning, causes = [], todo }: (typeof ALL)[number]) => [title, meaning, ...causes, todo];

it('explains every word that reports and exit codes use', () => {
  const words = [...VERDICTS, ...FINDING_KINDS, ...SEVERITIES, ...UNLISTED_CLASSES.map((name) => `unlisted-${name}`)];
  for (const word of [...words, 'weak-digest', 'exempted', '0', '1', '2', '3', '130', '143']) {
    expect(explanationOf(word), word).toMatchObject({ code: word });
  }
});

it('gives each code once, and takes it however it is written', () => {
  const codes = ALL.map(({ code }) => code.toLowerCase());
  expect(new Set(codes).size).toBe(codes.length);
  for (const code of ['TAMPERED', ' Tampered ', 'unlisted code', 'unlisted_code', 'Code', 'keyring-unreadable']) {
    expect(explanationOf(code), code).toBeDefined();
  }
  for (const code of ['', 'tamper', 'constructor', '4', 'unlisted-']) expect(explanationOf(code), code).toBeUndefined();
});

it.each(ALL)('$code: is plain text, in sentences', (explanation) => {
  for (const text of textOf(explanation)) expect(text).toMatch(/^[\x20-\x7e]+$/);
  expect(explanation.title).not.toMatch(/\.$/);
  expect(explanation.meaning).toMatch(/\.$/);
  expect(explanation.todo).toMatch(/\.$/);
});

describe('what the texts say is so', () => {
  const meaningOf = (code: string) => explanationOf(code)?.meaning ?? '';
  const named = (text: string, severity: Severity) => expect(text.toLowerCase()).toContain(severity);

  it('of severities', () => {
    for (const name of UNLISTED_CLASSES) named(meaningOf(`unlisted-${name}`), severityOfUnlisted(name));
    for (const kind of ['altered', 'missing', 'type-changed'] as const) {
      for (const code of [true, false]) named(meaningOf(kind), severityOfListed(kind, code));
    }
    for (const verdict of VERDICTS) {
      const severity = severityOfVerdict(verdict, 'some' as never);
      if (severity !== null && severity !== 'medium') expect(meaningOf(severity), severity).toContain(verdict);
    }
    expect(severityOfVerdict('unsigned', 'core' as never)).toBe('critical');
    named(meaningOf('unsigned'), 'critical');
    named(meaningOf('unsigned'), 'medium');
  });

  it('of commands and options', async () => {
    const manual = (await runCli(['man'])).stdout.replaceAll('\\-', '-').replaceAll(/\\f[BIR]/g, '');
    const texts = ALL.flatMap(textOf).join('\n');
    const commands = [
      ...texts.matchAll(/sigsweep ([a-z]+(?: (?:test|check|print|status|import|show|refresh|request))?)\b/g),
    ];
    expect(commands.length).toBeGreaterThan(20);
    for (const [, command] of commands) {
      // Words that follow the program's name in a sentence, and are no commands.
      if (['itself', 'that', 'say'].includes(command ?? '')) continue;
      expect(new RegExp(`^\\.SS "sigsweep ${command}[ "]`, 'm').test(manual), command).toBe(true);
    }
    for (const [option] of texts.matchAll(/--[a-z][a-z-]+/g)) {
      if (!['--armor', '--export', '--fingerprint', '--list-secret-keys'].includes(option))
        expect(manual.includes(option), option).toBe(true);
    }
  });
});

describe('sigsweep --explain', () => {
  it('prints what a code means and what to do', async () => {
    const { code, stdout, stderr } = await runCli(['--explain', 'TAMPERED']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^tampered: .+\n\n.+\.\n\nWhy it may be:\n( {2}- .+\n)+\nWhat to do:\n {2}.+\.\n$/);
  });

  it('lists all codes', async () => {
    const { stdout } = await runCli(['--explain', 'list']);
    for (const { code, title } of ALL)
      expect(stdout).toMatch(new RegExp(`^ {2}${code} +${title.replace(/[.()]/g, '.')}$`, 'm'));
  });

  it('names the nearest one for a slip, and is an error that can be explained', async () => {
    expect(await runCli(['--explain', 'keyring-unreadabel'])).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(
        /^sigsweep: .*'keyring-unreadabel': did you mean KEYRING_UNREADABLE\? .*--explain list.*\[USAGE\]\n$/,
      ),
    });
  });
});
