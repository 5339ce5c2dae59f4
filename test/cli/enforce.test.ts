import { existsSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { RevokedSystem } from '../enforce/system.js';
import { type CliResult, runCli } from '../helpers/cli.js';

interface JsonEnforcement {
  schema: string;
  exitCode: number;
  modules: { name: string; verdict: string; outcome: string; detail: string }[];
}

let made: RevokedSystem;
beforeEach(async () => {
  made = await RevokedSystem.make();
});

const enforcementOf = (result: CliResult) => result.json<JsonEnforcement>();
const outcomes = (result: CliResult) =>
  Object.fromEntries(enforcementOf(result).modules.map(({ name, outcome }) => [name, outcome]));

describe('without --yes', () => {
  it('the revoked modules are listed, with exit code 1, and nothing is run or written', async () => {
    const program = made.program();
    const { code, stdout, stderr } = await made.enforce('--command', `${program} --quiet`);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    const signer = made.revoked.fingerprint;
    const reason = `the trusted key ${made.system.anchorFingerprint} has revoked its certification of the signer ${signer}`;
    expect(stdout.split('\n')).toEqual([
      `module  version  verdict  ${'signer'.padEnd(40)}  reason`,
      `fax     17.0.1   revoked  ${signer}  ${reason}`,
      `zulu    17.0.1   revoked  ${signer}  ${reason}`,
      '',
      'fax   would be disabled',
      'zulu  would be disabled',
      '',
      `result  2 modules would be disabled by ${program} --quiet. Nothing was run: --yes does it.`,
      '',
    ]);
    expect(made.runs).toEqual([]);
    expect(existsSync(made.log)).toBe(false);
  });

  it('it is said that fwconsole would not be run for another system', async () => {
    const { code, stdout, stderr } = await made.enforce();
    expect(code).toBe(1);
    expect(stderr).toBe(
      `sigsweep: fwconsole is not run: it acts on the FreePBX that this machine's own configuration describes, not on ` +
        `${made.system.webRoot}; name a program of your own with --command\n`,
    );
    expect(stdout).toMatch(/^result {2}2 modules would be disabled\. Nothing was run, nor would it be with --yes\.$/m);
  });

  it('--dry-run wins over --yes, wherever that was said', async () => {
    const program = made.program();
    expect((await made.enforceBy(program, '--dry-run')).code).toBe(1);
    const env = { SIGSWEEP_ENFORCE_YES: 'true', SIGSWEEP_ENFORCE_COMMAND: program };
    const args = ['enforce', ...made.place, '--log', made.log];
    expect((await runCli([...args, '--dry-run'], { env })).code).toBe(1);
    expect(made.runs).toEqual([]);
    expect(existsSync(made.log)).toBe(false);
    expect((await runCli(args, { env })).code).toBe(0);
    expect(made.runs).toEqual([['fax'], ['zulu']]);
  });
});

describe('with --yes', () => {
  it('the revoked modules are disabled, one after the other, and no others', async () => {
    const { code, stdout, stderr } = await made.enforceBy(`${made.program()}  ma\tdisable`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(made.runs).toEqual([
      ['ma', 'disable', 'fax'],
      ['ma', 'disable', 'zulu'],
    ]);
    expect(stdout).toMatch(/^fax {3}disabled\nzulu {2}disabled\n\nresult {2}2 modules disabled, 0 not\.\n/m);
  });

  it('each is logged before and after', async () => {
    const program = made.program(`tail -n 1 "${made.log}" >"$1"`.replace('"$1"', `"${made.folder}/seen-$1"`));
    expect((await made.enforceBy(program)).code).toBe(0);
    const lines = made.logged;
    expect(lines.map(([, module, verdict, , command, outcome]) => [module, verdict, command, outcome])).toEqual([
      ['fax', 'revoked', program, 'begins'],
      ['fax', 'revoked', program, 'disabled'],
      ['zulu', 'revoked', program, 'begins'],
      ['zulu', 'revoked', program, 'disabled'],
    ]);
    for (const [time, , , reason] of lines) {
      expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      expect(reason).toContain('has revoked its certification');
    }
    expect(readFileSync(join(made.folder, 'seen-zulu'), 'utf8').split('\t').slice(1)).toEqual([
      ...(lines[2] ?? []).slice(1, -1),
      'begins\n',
    ]);
  });

  it('other verdicts count only when they are named', async () => {
    made.system.writeListed('cdr', 'functions.inc.php', '<?php // ours\n');
    made.system.writeInWebRoot('admin/modules/ours/module.xml', '<module><rawname>ours</rawname></module>\n');
    const program = made.program();
    expect(outcomes(await made.enforceBy(program, '--json'))).toEqual({ fax: 'disabled', zulu: 'disabled' });
    expect(outcomes(await made.enforceBy(program, '--json', '--verdict', 'tampered'))).toEqual({
      cdr: 'disabled',
      fax: 'disabled',
      zulu: 'disabled',
    });
    const both = await made.enforce('--json', '--command', program, '--verdict', 'tampered', '--verdict', 'unsigned');
    expect(outcomes(both)).toMatchObject({ cdr: 'would-be-disabled', ours: 'would-be-disabled' });
  });

  it.each(['good', 'unverified', 'evil'])('--verdict %s is refused', async (verdict) => {
    made.expectRefused(
      await made.enforceBy(made.program(), '--verdict', verdict),
      'give one of tampered, unsigned, invalid',
    );
  });

  it('there may be nothing to do', async () => {
    await made.system.sign('fax');
    await made.system.sign('zulu');
    const expected = { code: 0, stdout: 'result  no module was found to be revoked.\n', stderr: '' };
    expect(await made.enforce()).toMatchObject(expected);
    expect(await made.enforceBy(made.program())).toMatchObject(expected);
    expect(made.runs).toEqual([]);
  });

  it('a program that fails does not stop the next ones, and is quoted with nothing that a terminal obeys', async () => {
    const program = made.program(`[ "$1" = zulu ] || { printf 'no \\033]0;owned\\007\\nway\\n'; exit 5; }`);
    const { code, stdout } = await made.enforceBy(program);
    expect(code).toBe(3);
    expect(made.runs).toEqual([['fax'], ['zulu']]);
    const words = 'it failed with exit code 5, saying: no \\u{1b}]0;owned\\u{07}\\nway';
    expect(stdout).toContain(`fax   not disabled: ${words}\nzulu  disabled\n`);
    expect(stdout).toContain('result  1 module disabled, 1 not.');
    expect(made.logged.map((fields) => fields.at(-1))).toEqual(['begins', `failed: ${words}`, 'begins', 'disabled']);
  });

  it('a module that could not be verified is never disabled, and the scan is said to be incomplete', async () => {
    // Larger than any file that is hashed.
    truncateSync(made.system.listedPath('cdr', 'functions.inc.php'), 1024 ** 3 + 1);
    const { code, stdout } = await made.enforceBy(made.program(), '--verdict', 'tampered');
    expect(code).toBe(3);
    expect(made.runs).toEqual([['fax'], ['zulu']]);
    expect(stdout).toMatch(/^unverified, so never disabled: cdr: 1 listed file could not be verified$/m);
    expect(stdout).toMatch(/^result .* The scan is INCOMPLETE: what could not be read is not verified\.$/m);
    expect((await made.enforce('--command', made.program())).code).toBe(1);
    await made.system.sign('fax');
    await made.system.sign('zulu');
    expect(await made.enforce()).toMatchObject({
      code: 3,
      stdout: expect.stringContaining('no module was found to be revoked.'),
    });
  });
});

describe('names that somebody may have chosen', () => {
  const HOSTILE = ['--all', '-x', 'a b', 'x\ny', '\u001b[2J', '$(reboot)', ';reboot', '.hidden', 'ünsigned', "'"];

  it('are never handed to a program, but listed and said not to be disabled', async () => {
    const hostile = await RevokedSystem.make(Object.fromEntries(HOSTILE.map((name) => [name, {}])));
    await hostile.revoke(...HOSTILE);
    const { code, stdout } = await hostile.enforceBy(hostile.program());
    expect(code).toBe(3);
    expect(hostile.runs).toEqual([['fax'], ['zulu']]);
    expect(stdout).not.toContain('\u001b');
    for (const name of [
      '--all',
      '-x',
      'a b',
      'x\\ny',
      '\\u{1b}[2J',
      '$(reboot)',
      ';reboot',
      '.hidden',
      'ünsigned',
      "'",
    ]) {
      const line = stdout.split('\n').find((text) => text.startsWith(`${name} `) && text.includes('  not disabled: '));
      expect(line).toContain('FreePBX gives no module such a name: look at the folder, and move it away');
    }
    expect(hostile.logged.map(([, module]) => module)).toEqual(['fax', 'fax', 'zulu', 'zulu']);
    const json = enforcementOf(await hostile.enforce('--json'));
    expect(
      json.modules
        .filter(({ outcome }) => outcome === 'impossible')
        .map(({ name }) => name)
        .sort(),
    ).toEqual([...HOSTILE].sort());
  });

  it('that FreePBX does not work without are not disabled either', async () => {
    const essential = await RevokedSystem.make({ core: {}, Core: {} });
    await essential.revoke('framework', 'core', 'Core');
    const result = await essential.enforceBy(essential.program(), '--json');
    expect(result.code).toBe(3);
    expect(essential.runs).toEqual([['fax'], ['zulu']]);
    for (const name of ['core', 'Core', 'framework']) {
      expect(enforcementOf(result).modules).toContainEqual(
        expect.objectContaining({
          name,
          outcome: 'impossible',
          detail: 'FreePBX does not work without it: install it anew from a source that you trust',
        }),
      );
    }
  });
});

describe('JSON', () => {
  it('says all of it, and nothing else', async () => {
    const program = made.program('[ "$1" = fax ]');
    const { code, stderr, ...result } = await made.enforceBy(`${program} now`.replace(' now', ''), '--json');
    expect({ code, stderr }).toEqual({ code: 3, stderr: '' });
    const signer = made.revoked.fingerprint;
    const reason = expect.stringContaining('has revoked its certification') as string;
    const module = { version: '17.0.1', verdict: 'revoked', signer, reason };
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]{12}Z$/) as string;
    expect(result.json()).toStrictEqual({
      schema: 'sigsweep/enforce@1',
      tool: { name: 'sigsweep', version: expect.any(String) as string },
      startedAt: time,
      finishedAt: time,
      root: made.system.webRoot,
      dryRun: false,
      problem: null,
      complete: true,
      verdicts: ['revoked'],
      exitCode: 3,
      command: [program],
      notes: [],
      modules: [
        { name: 'fax', ...module, outcome: 'disabled', detail: '' },
        { name: 'zulu', ...module, outcome: 'failed', detail: 'it failed with exit code 1' },
      ],
      unverified: [],
    });
  });
});
