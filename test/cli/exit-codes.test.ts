import { truncateSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromText } from '../../src/files/bytepath.js';
import { MAX_HASHED_FILE_BYTES } from '../../src/limits.js';
import { SEVERITIES, type Severity } from '../../src/types.js';
import { type CliResult, runCli } from '../helpers/cli.js';
import { reportOf, scanSystem } from '../helpers/report.js';
import { makeSystem, type TestSystem } from '../helpers/system.js';

/** A file that nobody signed, as bad as its name here says, and nothing else that is wrong. */
const FILES: Readonly<Record<Severity, { path: string; content: string }>> = {
  critical: { path: 'shell.php', content: '<?php // nobody signed this\n' },
  high: { path: 'tool', content: '#!/bin/sh\n' },
  medium: { path: 'notes.txt', content: 'see <?php\n' },
  low: { path: 'install.log', content: 'done\n' },
  info: { path: 'node_modules/a/index.js', content: '1\n' },
};

const systems = new Map<Severity | 'clean', TestSystem>();

async function madeSystem(severity: Severity | 'clean'): Promise<TestSystem> {
  const system = await makeSystem({ modules: { cdr: { 'functions.inc.php': '<?php\n' } } });
  systems.set(severity, system);
  if (severity !== 'clean') system.writeInWebRoot(FILES[severity].path, FILES[severity].content);
  return system;
}

function scan(severity: Severity | 'clean', ...args: string[]): Promise<CliResult> {
  const system = systems.get(severity);
  if (system === undefined) throw new Error(`no system for ${severity}`);
  return runCli(['scan', system.webRoot, '--anchor', system.anchorFingerprint, '--keyring', system.keyring, ...args]);
}

beforeAll(async () => {
  for (const severity of ['clean', ...SEVERITIES] as const) await madeSystem(severity);
});
afterAll(() => {
  for (const system of systems.values()) system.cleanup();
});

describe('exit codes', () => {
  it.each(SEVERITIES)(
    '%s is found from --fail-on of its own severity down, and by nothing stricter',
    async (severity) => {
      const index = SEVERITIES.indexOf(severity);
      const stricter = SEVERITIES[index - 1];
      const [own, above, lowest] = await Promise.all([
        scan(severity, '--fail-on', severity),
        stricter === undefined ? undefined : scan(severity, '--fail-on', stricter),
        scan(severity, '--fail-on', 'info', '--format', 'json'),
      ]);
      expect(own.code).toBe(1);
      expect(own.stdout).toMatch(/^result {4}NOT clean\.$/m);
      expect(above?.code ?? 0).toBe(0);
      expect(lowest.code).toBe(1);
      expect(reportOf(lowest).summary.findings[severity]).toBe(1);
    },
  );

  it('is high by default', async () => {
    expect(await Promise.all(SEVERITIES.map(async (severity) => (await scan(severity)).code))).toEqual([1, 1, 0, 0, 0]);
  });

  it('is 0 for a clean system, whatever counts', async () => {
    expect((await scan('clean', '--fail-on', 'info')).code).toBe(0);
  });

  it('is 3 when something could not be read and nothing else counts', async () => {
    const system = await makeSystem({ modules: { cdr: { 'functions.inc.php': '<?php\n' } } });
    try {
      // Larger than what is hashed, so that not even root reads it. It takes no room on the disk.
      truncateSync(system.writeListed('cdr', 'large.bin', ''), MAX_HASHED_FILE_BYTES + 1);
      await system.sign('cdr', { entries: [[fromText('large.bin'), '0'.repeat(64)]] });
      const report = await scanSystem(system, ['--fail-on', 'critical']);
      expect(report).toMatchObject({ exitCode: 3, complete: false });
      expect(report.modules).toMatchObject([
        { verdict: 'unverified', findings: [{ kind: 'unreadable', severity: 'high' }] },
      ]);
      expect(await scanSystem(system)).toMatchObject({ exitCode: 1, complete: false });
    } finally {
      system.cleanup();
    }
  });
});

describe('--quiet', () => {
  it('prints nothing when clean, and the report otherwise', async () => {
    expect(await scan('clean', '--quiet')).toMatchObject({ code: 0, stdout: '', stderr: '' });
    expect(await scan('low', '--quiet', '--format', 'json')).toMatchObject({ code: 0, stdout: '', stderr: '' });
    const bad = await scan('critical', '--quiet');
    expect(bad).toMatchObject({ code: 1, stderr: '' });
    expect(bad.stdout).toContain('shell.php');
  });

  it('is about what counts', async () => {
    expect((await scan('low', '--quiet', '--fail-on', 'low')).stdout).toContain('install.log');
  });
});

describe('a clean system', () => {
  it('has a text report of six lines', async () => {
    const { stdout, stderr } = await scan('clean');
    expect(stderr).toBe('');
    expect(stdout.split('\n')).toEqual([
      expect.stringMatching(/^sigsweep \d+\.\d+\.\d+ {2}\/.+\/var\/www\/html {2}\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      '',
      'modules   1: 1 good',
      expect.stringMatching(/^files {5}2 listed, 2 hashed, 0 not checked; \d+ B read in \d+\.\d\d s$/),
      'unlisted  none',
      'findings  none',
      'result    clean.',
      '',
    ]);
  });
});
