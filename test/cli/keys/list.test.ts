import { beforeAll, describe, expect, it } from 'vitest';
import { certify, revokeCertification, revokeKey } from '../../../src/openpgp/certify.js';
import { makeTempFolder, removeFolder } from '../../helpers/temp.js';
import { ForgedKey, uint } from '../../openpgp/forge.js';
import { certify as forgedCertification, publicKey } from '../../openpgp/forge-keys.js';
import { type Cast, day, makeCast, makeKey, trusting, World } from './world.js';

let cast: Cast;
beforeAll(async () => {
  cast = await makeCast();
});

describe('keys list', () => {
  it('says of each key whose it is, what it is worth and why, and where it comes from', async () => {
    const { anchor, dev, certified } = cast;
    const world = new World();
    const stranger = await makeKey('Stranger', { type: 'nistP256', expiresInSeconds: 86_400 });
    world.keep(anchor.publicKey(), certified);
    const given = world.publicFile('stranger', stranger.publicKey());
    const { code, stdout, stderr } = await world.keys(['list', '--keyring', given, ...trusting(anchor)]);
    const entries: Record<string, string> = {
      [anchor.fingerprint]:
        `${anchor.fingerprint}  anchor     Ed25519     made 2025-01-01, does not expire\n` +
        `  Anchor <anchor@example.org>\n  why:  The key ${anchor.fingerprint} is an anchor.\n` +
        `  from: ${world.keptFile(anchor.fingerprint)}\n`,
      [dev.fingerprint]:
        `${dev.fingerprint}  certified  Ed25519     made 2025-01-01, does not expire\n` +
        '  Developer <developer@example.org>\n' +
        `  why:  The trusted key ${anchor.fingerprint} certified the signer ${dev.fingerprint} on 2025-01-02.\n` +
        `  from: ${world.keptFile(dev.fingerprint)}\n`,
      [stranger.fingerprint]:
        `${stranger.fingerprint}  expired    NIST P-256  made 2025-01-01, expires 2025-01-02\n` +
        '  Stranger <stranger@example.org>\n' +
        `  why:  The key ${stranger.fingerprint} has expired.\n  from: ${given}\n`,
    };
    const sorted = Object.keys(entries)
      .sort()
      .map((name) => entries[name]);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: sorted.join(''), stderr: '' });
  });

  it('without an anchor nothing counts, and without a key it says how to get one', async () => {
    const world = new World();
    expect(await world.keys(['list'])).toMatchObject({
      code: 0,
      stdout: '',
      stderr: 'sigsweep: no key is at hand: sigsweep keys import FILE keeps one\n',
    });
    expect((await world.keys(['list', '--json'])).json()).toEqual({ schema: 'sigsweep/keys@1', keys: [] });
    world.keep(cast.certified);
    expect(await world.described(cast.dev.fingerprint)).toMatchObject({ trust: 'untrusted' });
    const missing = await world.described(cast.dev.fingerprint, cast.anchor);
    expect(missing).toMatchObject({ trust: 'unknown', reason: expect.stringContaining('is not in the keyring') });
  });

  it('lets no user ID speak to the terminal or make up a line', async () => {
    const world = new World();
    const key = new ForgedKey('ed25519');
    const hostile = 'a\u001b[2J\u202Eb\nkept\u0007\u009b \\ \u{E0041}';
    world.keep(publicKey(key, Buffer.concat([Buffer.from(hostile), Buffer.from([0xff])]).toString('latin1')));
    const escaped = 'a\\u{1b}[2J\\u{202e}b\\nkept\\u{07}\\u{9b} \\\\ \\u{e0041}\\xff';
    for (const command of [['list'], ['show', key.fingerprint], ['anchors', '--anchor', key.fingerprint]]) {
      const { stdout } = await world.keys(command);
      expect(stdout).toContain(escaped);
      expect(stdout).toMatch(/^[\n\x20-\x7e]+$/);
    }
    const json = await world.keys(['list', '--json']);
    expect(json.stdout).toMatch(/^[\n\x20-\x7e\ufffd]+$/);
    expect(json.json<{ keys: { userIds: { userId: string }[] }[] }>().keys[0]?.userIds[0]?.userId).toBe(
      `${hostile}\ufffd`,
    );
  });

  it('says of a key with more junk than can be judged that it cannot be, and judges the others (exit code 3)', async () => {
    const world = new World();
    const [anchor, hostile] = [new ForgedKey('ed25519'), new ForgedKey('ed25519')];
    const junk = Array.from({ length: 1001 }, (_, index) =>
      forgedCertification(anchor, hostile, 'Hostile', { created: 1_500_000_000 + index }),
    );
    const name = hostile.fingerprint;
    world.keep(publicKey(anchor, 'Anchor'), publicKey(hostile, 'Hostile', ...junk));
    const listed = await world.keys(['list', '--anchor', anchor.fingerprint]);
    const refused = `sigsweep: the key ${name} carries more signatures than can be checked\n`;
    expect(listed).toMatchObject({ code: 3, stderr: refused });
    expect(listed.stdout).toMatch(new RegExp(`^${anchor.fingerprint} +anchor`));
    expect(listed.stdout).not.toContain('Hostile');
    const own = Array.from({ length: 1001 }, (_, index) =>
      forgedCertification(hostile, hostile, 'Hostile', { created: 1_500_000_000 + index }),
    );
    world.keep(publicKey(hostile, 'Hostile', ...own));
    const anchors = await world.keys(['anchors', '--anchor', name]);
    expect(anchors).toMatchObject({ code: 3, stderr: refused });
    expect(anchors.stdout).toContain(
      `${name}  given with --anchor or configured\n  cannot be judged, and so counts for nothing\n`,
    );
  });
});

describe('keys show', () => {
  it('tells user IDs, certifications and subkeys apart', async () => {
    const { anchor, dev } = cast;
    const world = new World();
    const second = await makeKey('Second');
    let key = await certify(dev.publicKey(), anchor, { date: day(1), expiresInSeconds: 10 * 365 * 86_400 });
    key = await certify(key, second, { date: day(1) });
    key = await revokeCertification(key, second, { date: day(2) });
    world.keep(anchor.publicKey(), second.publicKey(), key);
    const { code, stdout } = await world.keys(['show', dev.fingerprint, ...trusting(anchor, second)]);
    expect(code).toBe(0);
    expect(stdout.split('\n').slice(1)).toEqual([
      `  why:  The trusted key ${anchor.fingerprint} certified the signer ${dev.fingerprint} on 2025-01-02, until 2034-12-31.`,
      '  user ID Developer <developer@example.org>',
      `    certified by ${anchor.fingerprint} on 2025-01-02, until 2034-12-31`,
      `    revoked by ${second.fingerprint} on 2025-01-03`,
      `  from: ${world.keptFile(dev.fingerprint)}`,
      '',
    ]);
    const short = await world.keys(['show', dev.fingerprint.slice(-16)]);
    expect(short).toMatchObject({ code: 2, stderr: expect.stringContaining('give all 40 hex digits') });
    const pasted = dev.fingerprint.toLowerCase().replace(/(.{4})/g, '$1 ');
    expect((await world.keys(['show', pasted])).stdout).toContain(dev.fingerprint);
    const unknown = await world.keys(['show', 'A'.repeat(40)]);
    expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('import it with sigsweep keys import') });
  });

  it('says that an owner has revoked a key, wherever the revocation came from', async () => {
    const { anchor, dev, certified } = cast;
    const world = new World();
    world.keep(anchor.publicKey(), certified);
    const revoked = world.publicFile('revoked', await revokeKey(dev, { date: day(3) }));
    expect(await world.described(dev.fingerprint, anchor)).toMatchObject({ trust: 'certified' });
    const { stdout } = await world.keys(['show', dev.fingerprint, '--keyring', revoked, ...trusting(anchor)]);
    expect(stdout).toContain(`${dev.fingerprint}  revoked `);
    expect(stdout).toContain('was revoked by its owner');
    const list = world.file('list', `# out\n${dev.fingerprint}\n`);
    expect((await world.keys(['show', dev.fingerprint, '--revoked', list, ...trusting(anchor)])).stdout).toContain(
      'is on the list of revoked keys',
    );
  });
});

describe('keys export', () => {
  it('prints a public key, or writes it to a file, and nothing else', async () => {
    const { dev, certified } = cast;
    const world = new World();
    world.keep(certified);
    const printed = await world.keys(['export', dev.fingerprint]);
    expect(printed).toMatchObject({ code: 0, stderr: '' });
    expect(printed.stdout).toBe(world.kept(dev.fingerprint));
    const output = `${world.dir}/out.asc`;
    expect(await world.keys(['export', dev.fingerprint, '--output', output])).toMatchObject({ code: 0, stdout: '' });
    const again = new World();
    expect(await again.keys(['import', output])).toMatchObject({ code: 0 });
    expect(again.kept(dev.fingerprint)).toBe(printed.stdout);
    const folder = makeTempFolder();
    removeFolder(folder);
    expect(await world.keys(['export', dev.fingerprint, '--output', `${folder}/x`])).toMatchObject({ code: 2 });
  });
});

describe('keys anchors', () => {
  it('names those built in and those given, and says what keeps one from counting', async () => {
    const world = new World();
    const old = await makeKey('Old', { expiresInSeconds: 86_400 });
    world.keep(old.publicKey());
    const { code, stdout } = await world.keys(['anchors', ...trusting(old)]);
    expect(code).toBe(0);
    expect(stdout).toContain(
      "0BDE0BFA09946D732091E26E1588A7366BD35B34  FreePBX's, built in\n" +
        '  its key is not at hand: nothing that it certified can be judged\n',
    );
    expect(stdout).toContain(
      `${old.fingerprint}  given with --anchor or configured\n  Old <old@example.org>\n` +
        `  does not count: The key ${old.fingerprint} has expired.\n  from: ${world.keptFile(old.fingerprint)}\n`,
    );
  });

  it('a name is a whole fingerprint', async () => {
    const forged = uint(0, 4).toString('hex');
    expect(await new World().keys(['anchors', '--anchor', forged])).toMatchObject({ code: 2 });
  });
});
