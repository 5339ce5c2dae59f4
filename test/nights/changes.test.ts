import { rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { moduleXml } from '../../src/demo/modules.js';
import { fromText } from '../../src/files/bytepath.js';
import { certify } from '../../src/openpgp/certify.js';
import { generateKey } from '../../src/openpgp/secret-key.js';
import { KEYS_CREATED } from '../helpers/keys.js';
import { moduleOf } from '../helpers/report.js';
import { Unattended } from './unattended.js';

/** The lines of a report about what changed. */
function changesIn(report: string): string[] {
  const lines = report.split('\n');
  const from = lines.findIndex((line) => line.startsWith('changes '));
  const length = lines.slice(from + 1).findIndex((line) => !line.startsWith('          '));
  return lines.slice(from, from + 1 + length).map((line) => line.slice(10));
}

async function begin(): Promise<Unattended> {
  const unattended = await Unattended.begin();
  await unattended.release('cdr', '17.0.2', '2025-06-01');
  await unattended.scan(0);
  return unattended;
}

describe('findings', () => {
  it('are new, still there, and gone, in the report, marked', async () => {
    const unattended = await begin();
    const shell = unattended.intrude();
    expect(changesIn(await unattended.scan(1))).toEqual([
      expect.stringMatching(/^1 new, 0 gone, 0 still there since scan 1 of \d{4}-\d\d-\d\d \d\d:\d\d UTC$/),
    ]);
    unattended.system.writeInWebRoot('own.php', '<?php // own\n');
    const both = await unattended.scan(1);
    expect(changesIn(both)[0]).toMatch(/^1 new, 0 gone, 1 still there since scan 2 /);
    expect(both).toMatch(/ajax\.php {2}since \d{4}-\d\d-\d\d$/m);
    expect(both).toMatch(/own\.php {2}new$/m);
    rmSync(shell);
    const { changes, tree } = await unattended.report();
    expect(changes).toMatchObject({ since: { scan: 3 }, added: 0, still: 1, gone: [{ module: 'cdr', file: shell }] });
    expect(tree.findings).toMatchObject([{ path: 'own.php', firstSeen: expect.any(String) }]);
  });

  it('of a first scan are compared with nothing, and not called new', async () => {
    const unattended = await Unattended.begin();
    unattended.intrude();
    const report = await unattended.scan(1);
    expect(report).not.toContain('changes ');
    expect(report).toMatch(/ajax\.php$/m);
  });

  it('are not gone after a scan that was interrupted, and that is compared with by none', async () => {
    const unattended = await begin();
    const shell = unattended.intrude();
    const { firstSeen } = moduleOf(await unattended.report(), 'cdr').findings[0] ?? {};
    const { system } = unattended;
    // Seconds of work at this rate, which the signal ends.
    truncateSync(system.writeListed('framework', 'large.bin', ''), 50_000_000);
    await system.sign('framework', { paths: ['module.xml'], entries: [[fromText('large.bin'), '0'.repeat(64)]] });
    const held = await unattended.held(['--max-rate', '1', '--format', 'json']);
    await held.cli.send('SIGINT');
    held.goOn();
    expect((await held.cli.ended).code).toBe(130);
    rmSync(system.listedPath('framework', 'large.bin'));
    await system.sign('framework', { paths: ['module.xml'] });

    const { changes, modules } = await unattended.report();
    expect(changes).toMatchObject({ since: { scan: 2 }, gone: [] });
    const again = modules.flatMap(({ findings }) => findings).find(({ file }) => file === shell);
    expect(again?.firstSeen).toBe(firstSeen);
    const history = JSON.parse((await unattended.run(['history', '--json'])).stdout);
    expect(history.scans.map(({ complete }: { complete: boolean }) => complete)).toEqual([true, true, false, true]);
  });

  it('of a scan of single modules end nothing elsewhere', async () => {
    const unattended = await begin();
    unattended.intrude();
    await unattended.scan(1);
    expect(changesIn(await unattended.scan(0, ['--module', 'core']))[0]).toMatch(/^0 new, 0 gone, 0 still there/);
    expect(changesIn(await unattended.scan(1))).toEqual([expect.stringMatching(/^0 new, 0 gone, 1 .*since scan 2 /)]);
  });

  it('that a scan of a single module saw first are new to the next whole one', async () => {
    const unattended = await begin();
    unattended.intrude();
    await unattended.scan(1, ['--module', 'cdr']);
    const whole = await unattended.scan(1);
    expect(changesIn(whole)[0]).toMatch(/^1 new, 0 gone, 0 still there since scan 1 /);
    expect(whole).toMatch(/ajax\.php {2}new$/m);
  });
});

describe('a module', () => {
  it('that is upgraded, with what its files were, is explained', async () => {
    const unattended = await begin();
    await unattended.release('cdr', '17.0.3', '2025-07-01');
    expect(changesIn(await unattended.scan(0))).toEqual([
      expect.stringMatching(/^0 new, 0 gone, 0 still there/),
      'cdr: upgraded, 17.0.2 to 17.0.3, which explains its files',
    ]);
    expect((await unattended.report()).changes).toMatchObject({ modules: [], added: 0 });
  });

  it('that is downgraded is found, until somebody says that it may be', async () => {
    const unattended = await begin();
    await unattended.release('cdr', '17.0.1', '2025-03-01');
    const found = await unattended.scan(1);
    expect(changesIn(found)).toContain('cdr: downgraded, 17.0.2 to 17.0.1: its signature is older than before');
    expect(found).toMatch(/^ {2}high {6}downgraded {14}module\.sig {2}\(signed 2025-03-01; .*2025-06-01\) {2}new$/m);
    const { changes } = await unattended.report();
    expect(changes).toMatchObject({ modules: [], added: 0, still: 1 });

    const choice = ['exempt', '--scan', 'last', '--module', 'cdr', '--path', 'module.sig'];
    const why = ['--reason', 'the new one breaks calls', '--author', 'jane', '--expires', '30d'];
    expect(await unattended.run([...choice, ...why])).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^sigsweep: taken from scan \d+ of [^\n]+\n$/),
    });
    const { exitCode, summary } = await unattended.report();
    expect({ exitCode, exempted: summary.exempted }).toEqual({ exitCode: 0, exempted: 1 });
    // Another release is another thing, however old.
    await unattended.release('cdr', '17.0.0', '2025-02-01');
    await unattended.scan(1);
    await unattended.release('cdr', '17.0.3', '2025-07-01');
    await unattended.scan(0);
  });

  it('with another signer, without a signature, new and gone is told', async () => {
    const unattended = await begin();
    const { system } = unattended;
    const second = await generateKey({ name: 'Second', email: 'second@example.org', created: KEYS_CREATED });
    system.writeKey(await certify(second.publicKey(), system.anchor, { date: KEYS_CREATED }), 'second');
    await system.sign('cdr', { key: second });
    rmSync(join(system.modulePath('core'), 'module.sig'));
    system.writeListed('extra', 'module.xml', moduleXml('extra', '17.0.2'));
    await system.sign('extra', { paths: ['module.xml'] });
    const lines = changesIn(await unattended.scan(1));
    expect(lines.slice(1)).toEqual([
      expect.stringMatching(
        `^cdr: upgraded.*; signed by ${second.fingerprint}, before by ${system.signer.fingerprint}$`,
      ),
      'core: unsigned, before good',
      'extra: new, 17.0.2, good',
    ]);
    system.remove(system.modulePath('extra').slice(system.dir.length + 1));
    const { changes } = await unattended.report();
    expect(changes?.modules).toMatchObject([{ module: 'extra', kinds: ['vanished'], after: null }]);
  });
});
