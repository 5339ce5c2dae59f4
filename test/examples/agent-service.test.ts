import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { systemdUnits } from '../../src/schedule/systemd.js';
import { tempFolder } from '../helpers/temp.js';
import { hasTool, runTool } from '../helpers/tools.js';
import { PROGRAM, settings } from '../schedule/settings.js';

const UNIT = readFileSync(new URL('../../examples/systemd/sigsweep-agent.service', import.meta.url), 'utf8');

/** What a service of systemd may do: the lines that are neither about itself nor about its time. */
function hardening(unit: string): string[] {
  const service = unit.slice(unit.indexOf('# Calls come first.'));
  return service
    .split('\n')
    .filter((line) => /^\w+=/.test(line) && !/^(?:WantedBy|RestrictAddressFamilies)=/.test(line));
}

it('the service of the agent is held to what the nightly one is, and may use the network', () => {
  const needs = { network: true, sendmail: false, command: false };
  const { service } = systemdUnits(settings({ needs }), PROGRAM);
  expect(hardening(UNIT)).toEqual(hardening(service));
  expect(UNIT).toContain(service.match(/^RestrictAddressFamilies=.*$/m)?.[0]);
});

it.skipIf(!hasTool('systemd-analyze'))('systemd takes it as it is', () => {
  const file = join(tempFolder(), 'sigsweep-agent.service');
  writeFileSync(file, UNIT.replace('/usr/bin/sigsweep', process.execPath));
  expect(runTool('systemd-analyze', ['verify', file])).toBe('');
});
