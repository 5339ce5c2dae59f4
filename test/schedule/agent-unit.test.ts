import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tokenText } from '../../src/fleet/token.js';
import { AGENT_SERVICE, agentUnit } from '../../src/schedule/agent-unit.js';
import { REDIS_MISSING, redisForTest } from '../fleet/redis.js';
import { SmallCoordinator } from '../fleet/small-coordinator.js';
import { tempFolder } from '../helpers/temp.js';
import { hasTool, runTool } from '../helpers/tools.js';
import { PROGRAM } from './settings.js';
import { besideSystemd, CAN_RUN_SYSTEMD, INSIDE, NODE_INSIDE } from './systemd-manager.js';

function written(): string {
  const file = join(tempFolder(), AGENT_SERVICE);
  writeFileSync(file, agentUnit({ node: process.execPath, main: PROGRAM.main }));
  return file;
}

describe('the service of a host of a fleet', () => {
  it.skipIf(!hasTool('systemd-analyze'))(
    'passes systemd-analyze verify and security (of systemd), as others do',
    () => {
      const file = written();
      expect(runTool('systemd-analyze', ['verify', file])).toBe('');
      const rating = runTool('systemd-analyze', ['security', '--offline=true', '--threshold=20', '--no-pager', file]);
      expect(rating).toMatch(/Overall exposure level for sigsweep-agent\.service: \d/);
    },
  );

  it('runs the agent with nothing but what the configuration says, and is tried again for ever', () => {
    const unit = agentUnit(PROGRAM);
    expect(unit).toContain(`\nExecStart="${PROGRAM.node}" "${PROGRAM.main}" "agent"\n`);
    expect(unit).toMatch(/^StartLimitIntervalSec=0$/m);
    expect(unit).toMatch(/^Restart=on-failure$/m);
    expect(() => agentUnit({ ...PROGRAM, main: '/a\nExecStartPre=/bin/sh' })).toThrow(/control character/);
  });

  it.skipIf(!CAN_RUN_SYSTEMD)('connects, and lets nobody connect to it (needs systemd, and root)', (context) => {
    const folder = tempFolder();
    for (const name of ['units', 'out']) mkdirSync(join(folder, name));
    writeFileSync(join(folder, 'out/attempts.cjs'), ATTEMPTS);
    const program = { node: NODE_INSIDE, main: `${INSIDE.out}/attempts.cjs` };
    writeFileSync(join(folder, 'units', AGENT_SERVICE), agentUnit(program));
    const run = besideSystemd(
      `systemctl start ${AGENT_SERVICE}
      for wait in $(seq 100); do said=$(find /srv/home -name said); [ -n "$said" ] && break; sleep 0.1; done
      cp "$said" /srv/out/said`,
      folder,
    );
    if (run === null) return context.skip('no manager of systemd starts here');
    expect(run).toMatchObject({ status: 0 });
    expect(JSON.parse(readFileSync(join(folder, 'out/said'), 'utf8'))).toEqual({
      listen: 'EPERM',
      listenLocally: 'EPERM',
      // Nobody is there; but it was asked.
      connect: 'ECONNREFUSED',
      elsewhere: 'EROFS',
      thread: 'runs',
    });
  });

  it.skipIf(!CAN_RUN_SYSTEMD || REDIS_MISSING !== undefined)(
    `asks to be taken into its fleet (needs systemd, root and Redis)`,
    async (context) => {
      const redis = await redisForTest();
      const coordinator = new SmallCoordinator(redis.url(), 'pbx-1');
      const folder = tempFolder();
      for (const name of [`units/${AGENT_SERVICE}.d`, 'out']) mkdirSync(join(folder, name), { recursive: true });
      writeFileSync(join(folder, 'out/token'), tokenText(coordinator.token()), { mode: 0o600 });
      const settings = { queue: redis.url(), 'token-file': `${INSIDE.out}/token` };
      writeFileSync(join(folder, 'out/config.yaml'), JSON.stringify({ agent: settings }));
      const program = { node: NODE_INSIDE, main: `${INSIDE.app}/dist/program/cli/main.js` };
      writeFileSync(join(folder, 'units', AGENT_SERVICE), agentUnit(program));
      // A user's manager has the folder of the service's state elsewhere than root's.
      const own = ['SIGSWEEP_STATE=%S/sigsweep', 'SIGSWEEP_AGENT_AGENT_FOLDER=%S/sigsweep/agent'];
      const lines = [
        `Environment=SIGSWEEP_CONFIG=${INSIDE.out}/config.yaml ${own.join(' ')}`,
        `StandardError=file:${INSIDE.out}/said`,
      ];
      writeFileSync(join(folder, `units/${AGENT_SERVICE}.d/test.conf`), ['[Service]', ...lines, ''].join('\n'));
      const run = besideSystemd(
        `systemctl start ${AGENT_SERVICE}
        for wait in $(seq 100); do [ "$(redis-cli -p ${redis.port} llen sigsweep:host:pbx-1:reports:wait)" = 1 ] && break; sleep 0.1; done
        systemctl stop ${AGENT_SERVICE}
        systemctl show ${AGENT_SERVICE} --property=Result,ExecMainStatus`,
        folder,
      );
      if (run === null) return context.skip('no manager of systemd starts here');
      expect(readFileSync(join(folder, 'out/said'), 'utf8')).toMatch(/pbx-1 asks to be taken into the fleet of redis:/);
      expect(run.stdout).toBe('Result=success\nExecMainStatus=0\n');
      expect((await coordinator.next('enrol')).from).toBe('pbx-1');
    },
  );
});

/** What the service may do and what not, written to the only folder where it may write. */
const ATTEMPTS = `
const { createServer, connect } = require('node:net');
const { renameSync, writeFileSync } = require('node:fs');
const { Worker } = require('node:worker_threads');
const state = process.env.STATE_DIRECTORY;
const listening = (where) => new Promise((resolve) => {
  createServer().on('error', (error) => resolve(error.code)).listen(where, () => resolve('listens'));
});
const connecting = () => new Promise((resolve) => {
  connect(1, '127.0.0.1').on('error', (error) => resolve(error.code)).on('connect', () => resolve('connects'));
});
const thread = () => new Promise((resolve) => {
  new Worker('', { eval: true }).on('error', (error) => resolve(error.message)).on('exit', () => resolve('runs'));
});
const elsewhere = () => {
  try {
    writeFileSync('/etc/sigsweep-test', '');
    return 'written';
  } catch (error) {
    return error.code;
  }
};
(async () => {
  const said = {
    listen: await listening({ port: 0, host: '127.0.0.1' }),
    listenLocally: await listening(state + '/socket'),
    connect: await connecting(),
    elsewhere: elsewhere(),
    thread: await thread(),
  };
  writeFileSync(state + '/new', JSON.stringify(said));
  renameSync(state + '/new', state + '/said');
  process.exit();
})();
`;
