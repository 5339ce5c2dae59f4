import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { AGENT_SERVICE, agentUnit } from '../../src/schedule/agent-unit.js';
import { PROGRAM } from '../schedule/settings.js';

it('the service that stands among the examples is the one that packages bring, for a program that npm installed', () => {
  const example = readFileSync(new URL(`../../examples/systemd/${AGENT_SERVICE}`, import.meta.url), 'utf8');
  expect(example.slice(example.indexOf('[Unit]'))).toBe(agentUnit({ ...PROGRAM, node: '/usr/bin/node' }));
});
