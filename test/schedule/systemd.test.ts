import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SigsweepError } from '../../src/errors.js';
import type { ScheduleSettings } from '../../src/schedule/settings.js';
import { systemdUnits } from '../../src/schedule/systemd.js';
import { tempFolder } from '../helpers/temp.js';
import { hasTool, runTool } from '../helpers/tools.js';
import { ODD_WORDS, PROGRAM, settings } from './settings.js';

const NO_SYSTEMD = !hasTool('systemd-analyze');

const VARIANTS: readonly (readonly [string, Partial<ScheduleSettings>, number])[] = [
  ['alone', {}, 2.0],
  ['with the network', { needs: { network: true, sendmail: false, command: false } }, 2.0],
  ['with folders to write to', { writable: ['/var/lib/node exporter', '/srv/100%'] }, 2.0],
  ['with the mail system', { needs: { network: false, sendmail: true, command: false } }, 3.0],
];

/** Writes the units to a folder, with a program that is there: systemd-analyze looks. */
function written(changes: Partial<ScheduleSettings>, node = process.execPath): { service: string; timer: string } {
  const folder = tempFolder();
  const { service, timer } = systemdUnits(settings(changes), { node, main: PROGRAM.main });
  const files = { service: join(folder, 'sigsweep.service'), timer: join(folder, 'sigsweep.timer') };
  writeFileSync(files.service, service);
  writeFileSync(files.timer, timer);
  return files;
}

/** The words of a line, as systemd.service(5) says that they are read. */
function wordsOf(line: string): string[] {
  expect(line).toMatch(/^(?:"(?:[^"\\]|\\["\\])*"(?: |$))+$/);
  const words = [...line.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, word]) => word ?? '');
  return words.map((word, index) => {
    const text = word.replace(/\\(.)/g, '$1');
    // A specifier or a variable would be one of these signs that stands alone.
    expect(text.replaceAll('%%', '')).not.toContain('%');
    if (index === 0) return text.replaceAll('%%', '%');
    expect(text.replaceAll('$$', '')).not.toContain('$');
    return text.replaceAll('%%', '%').replaceAll('$$', '$');
  });
}

function settingOf(unit: string, name: string): string {
  const values = unit.split('\n').filter((line) => line.startsWith(`${name}=`));
  expect(values).toHaveLength(1);
  return values[0]?.slice(name.length + 1) ?? '';
}

describe.each(VARIANTS)('the units %s', (_, changes, exposure) => {
  it.skipIf(NO_SYSTEMD)('pass systemd-analyze verify (of systemd), without a warning', () => {
    const { service, timer } = written(changes);
    expect(runTool('systemd-analyze', ['verify', service, timer])).toBe('');
  });

  it.skipIf(NO_SYSTEMD)(`are rated at most ${exposure} by systemd-analyze security (of systemd)`, () => {
    const { service } = written(changes);
    const threshold = `--threshold=${exposure * 10}`;
    const rating = runTool('systemd-analyze', ['security', '--offline=true', threshold, '--no-pager', service]);
    expect(rating).toMatch(/Overall exposure level for sigsweep\.service: \d/);
  });
});

describe('the service', () => {
  it('gives every word to the program as it is', () => {
    const { service } = systemdUnits(settings({ scan: [...ODD_WORDS, 'a\\b\\\\', '\\x41'] }), PROGRAM);
    expect(wordsOf(settingOf(service, 'ExecStart'))).toEqual([
      PROGRAM.node,
      PROGRAM.main,
      'scan',
      '--quiet',
      ...ODD_WORDS,
      'a\\b\\\\',
      '\\x41',
    ]);
  });

  it('gives any word to the program as it is', () => {
    const text = fc.string({ unit: 'grapheme' }).filter((word) => !/[\p{Cc}\ufffd]/u.test(word));
    const plain = text.filter((word) => !/["'\\]/.test(word));
    fc.assert(
      fc.property(fc.array(text), plain, (scan, name) => {
        const { service } = systemdUnits(settings({ scan }), { node: `/${name}`, main: '/m' });
        expect(wordsOf(settingOf(service, 'ExecStart'))).toEqual([`/${name}`, '/m', 'scan', '--quiet', ...scan]);
      }),
    );
  });

  it.skipIf(NO_SYSTEMD)('finds a program under any name (needs systemd-analyze)', () => {
    const folder = join(tempFolder(), 'a b %n %% $HOME $$ ü;');
    mkdirSync(folder);
    const node = join(folder, 'node');
    writeFileSync(node, '#!/bin/sh\n', { mode: 0o755 });
    expect(runTool('systemd-analyze', ['verify', written({}, node).service])).toBe('');
    expect(() => runTool('systemd-analyze', ['verify', written({}, `${node}2`).service])).toThrow(/not executable/);
  });

  it.each(['a\nExecStartPre=/bin/sh', '\r', '\0', '\u0085', 'caf\ufffd'])('refuses the word %j', (word) => {
    for (const changes of [{ scan: [word] }, { writable: [`/${word}`] }]) {
      expect(() => systemdUnits(settings(changes), PROGRAM)).toThrow(SigsweepError);
    }
    expect(() => systemdUnits(settings(), { ...PROGRAM, main: word })).toThrow(/control character/);
  });

  it.each(['"', "'", '\\'])('refuses Node in a folder with %s in its name, as systemd does', (sign) => {
    expect(() => systemdUnits(settings(), { ...PROGRAM, node: `/opt/a${sign}b/node` })).toThrow(
      /systemd runs no program/,
    );
  });

  it('may write its state and what it is told to, and nothing else', () => {
    expect(systemdUnits(settings(), PROGRAM).service).not.toContain('ReadWritePaths');
    const { service } = systemdUnits(settings({ writable: ['/srv/a b', '/srv/100%'] }), PROGRAM);
    expect(wordsOf(settingOf(service, 'ReadWritePaths'))).toEqual(['/srv/a b', '/srv/100%']);
    expect(settingOf(service, 'ProtectSystem')).toBe('strict');
    expect(settingOf(service, 'StateDirectory')).toBe('sigsweep');
  });

  it('has no network and one capability unless alerts need more', () => {
    const { service } = systemdUnits(settings(), PROGRAM);
    expect(settingOf(service, 'PrivateNetwork')).toBe('yes');
    expect(settingOf(service, 'RestrictAddressFamilies')).toBe('AF_UNIX');
    expect(settingOf(service, 'CapabilityBoundingSet')).toBe('CAP_DAC_READ_SEARCH');
    const online = systemdUnits(
      settings({ needs: { network: true, sendmail: false, command: false } }),
      PROGRAM,
    ).service;
    expect(online).not.toContain('PrivateNetwork');
    expect(settingOf(online, 'CapabilityBoundingSet')).toBe('CAP_DAC_READ_SEARCH');
    expect(settingOf(online, 'NoNewPrivileges')).toBe('yes');
  });

  it('fails with every exit code but 0', () => {
    expect(systemdUnits(settings(), PROGRAM).service).not.toMatch(/^SuccessExitStatus/m);
  });
});

describe('the timer', () => {
  it('runs every night at its time, later by a delay of its own, and makes up for a night missed', () => {
    const { timer } = systemdUnits(settings({ at: '23:05', splaySeconds: 90 }), PROGRAM);
    expect(settingOf(timer, 'OnCalendar')).toBe('*-*-* 23:05:00');
    expect(settingOf(timer, 'RandomizedDelaySec')).toBe('90s');
    expect(settingOf(timer, 'Persistent')).toBe('true');
  });

  it.skipIf(NO_SYSTEMD)('has a calendar that systemd-analyze reads', () => {
    const { timer } = systemdUnits(settings(), PROGRAM);
    const said = runTool('systemd-analyze', ['calendar', '--iterations=2', settingOf(timer, 'OnCalendar')]);
    expect(said.match(/ 02:30:00/g)?.length).toBeGreaterThanOrEqual(2);
  });
});
