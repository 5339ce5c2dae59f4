import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../helpers/cli.js';
import { tempFolder } from '../helpers/temp.js';

let file: string;
beforeEach(() => {
  file = join(tempFolder(), 'config.yaml');
});

function write(yaml: string): void {
  writeFileSync(file, yaml, { mode: 0o644 });
}

const run = (args: readonly string[]) => runCli(args, { env: { SIGSWEEP_CONFIG: file } });

describe('every option of scan', () => {
  it('that can be given again is a list or a map, and no other', async () => {
    const { stdout } = await runCli(['scan', '--help']);
    const repeatable = [...stdout.replace(/\n {20,}/g, ' ').matchAll(/^ {2}--([\w-]+) .*\(repeatable\)/gm)].map(
      ([, name]) => name ?? '',
    );
    expect(repeatable).toEqual(expect.arrayContaining(['keyring', 'anchor', 'module', 'map', 'report']));
    for (const name of repeatable) {
      write(name === 'map' || name === 'report' ? `${name}: {}` : `${name}: []`);
      expect(await run(['config', 'check'])).toMatchObject({ code: 0, stderr: '' });
    }
    for (const name of ['root', 'revoked', 'output', 'threads', 'policy', 'max-rate', 'nice', 'quiet']) {
      write(`${name}: []`);
      expect((await run(['config', 'check'])).stderr).toContain(`line 1: ${name}: give`);
    }
  });

  it('is a setting', async () => {
    const { stdout } = await runCli(['scan', '--help']);
    const options = [...stdout.matchAll(/^ {2}(?:-\w, )?--(?:no-)?([\w-]+)/gm)].map(([, name]) => name ?? '');
    const { settings } = (await runCli(['config', 'print', '--json'])).json<{
      settings: { section: string | null; key: string }[];
    }>();
    const keys = settings.filter(({ section }) => section === null).map(({ key }) => key);
    // With whom a scan is shared is said each time: a queue that is configured is an agent's.
    const saidEachTime = ['help', 'queue', 'queue-password-file', 'queue-ca', 'insecure', 'fleet-folder'];
    expect(options.filter((name) => !keys.includes(name))).toEqual(expect.arrayContaining(saidEachTime));
    expect(options.filter((name) => !keys.includes(name) && !saidEachTime.includes(name))).toEqual([]);
    for (const never of ['help', 'version', 'config']) expect(keys).not.toContain(never);
  });
});

describe('the example', () => {
  const example = readFileSync(new URL('../../examples/config.yaml', import.meta.url), 'utf8');
  /** With everything that stands behind a single #. */
  const all = example.replace(/^# ?(?=[ \w-]+:(?: |$))/gm, (mark, at: number) =>
    at < example.indexOf('# ---') ? mark : '',
  );

  it('says nothing as it is', async () => {
    write(example);
    expect(await run(['config', 'check'])).toMatchObject({ code: 0, stdout: `${file}: ok\n` });
  });

  it('is right in every line, and names every setting of scan', async () => {
    write(all);
    const printed = await run(['config', 'print', '--json']);
    const { settings, channels } = printed.json<{
      settings: { section: string | null; key: string; source: { kind: string } }[];
      channels: { type: string }[];
    }>();
    const unset = settings.filter(({ section, source }) => section === null && source.kind !== 'file');
    // The tests' own environment says it, and goes before.
    expect(unset.map(({ key }) => key)).toEqual(['key-folder', 'state']);
    for (const key of ['key-folder', 'state']) expect(all).toMatch(new RegExp(`^${key}: `, 'm'));
    expect(channels.map(({ type }) => type)).toEqual(['mail', 'webhook', 'syslog', 'command']);
  });
});
