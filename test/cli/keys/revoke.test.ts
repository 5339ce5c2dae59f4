import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { certify } from '../../../src/openpgp/certify.js';
import { generateKey, type SecretKey } from '../../../src/openpgp/secret-key.js';
import { SubpacketType } from '../../../src/openpgp/signature-packet.js';
import { ForgedKey } from '../../openpgp/forge.js';
import { publicKey, revokeCertification } from '../../openpgp/forge-keys.js';
import { TERMINAL_MISSING, Terminal } from '../terminal.js';
import { type Cast, day, keyringOf, makeCast, makeKey, trusting, World } from './world.js';

let cast: Cast;
let anchor: SecretKey;
let dev: SecretKey;
let world: World;
let key: string;

beforeAll(async () => {
  cast = await makeCast();
  ({ anchor, dev } = cast);
});

beforeEach(async () => {
  world = new World();
  world.keep(anchor.publicKey(), cast.certified);
  key = await world.secretFile(anchor);
});

function revoke(fingerprint: string, ...more: string[]) {
  return world.keys(['revoke', fingerprint, '--key', key, ...trusting(anchor), ...more]);
}

/** What the newest signature of a type on the kept key says of its reason: the code, then the text. */
function reasonIn(fingerprint: string, type: number): string | undefined {
  const certificate = keyringOf(world.kept(fingerprint)).get(fingerprint);
  const all = [
    certificate?.signatures,
    ...[...(certificate?.userIds.values() ?? [])].map(({ signatures }) => signatures),
  ];
  const made = all.flatMap((set) => [...(set?.values() ?? [])]).find((signature) => signature.type === type);
  return made?.subpackets.find((part) => part.type === SubpacketType.RevocationReason)?.body.toString('latin1');
}

describe('keys revoke, a certification', () => {
  it('takes it back, with a reason and a comment, and prints the key that carries the revocation', async () => {
    const { code, stdout, stderr } = await revoke(
      ...[dev.fingerprint, '--yes', '--reason', 'invalid-user-id', '--comment', 'left\nus: é'],
    );
    expect(code).toBe(0);
    expect(stderr).toBe(
      `sigsweep: revoked the certification of ${dev.fingerprint} by ${anchor.fingerprint}\n` +
        `sigsweep: The trusted key ${anchor.fingerprint} has revoked its certification of the signer ${dev.fingerprint}.\n`,
    );
    expect(stdout).toBe(world.kept(dev.fingerprint));
    expect(await world.described(dev.fingerprint, anchor)).toMatchObject({ trust: 'revoked' });
    expect(reasonIn(dev.fingerprint, 0x30)).toBe(`\x20${Buffer.from('left\nus: é').toString('latin1')}`);
    const again = await revoke(dev.fingerprint, '--yes');
    expect(again).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('or has taken that back already'),
    });
  });

  it('takes back those of every user ID, expired ones and those for its own use too', async () => {
    const other = await makeKey('Other');
    const both = await certify(other.publicKey(), anchor, { date: day(1), exportable: false });
    world.keep(both);
    expect(await revoke(other.fingerprint, '--yes')).toMatchObject({ code: 0 });
    const expired = await makeKey('Third');
    world.keep(await certify(expired.publicKey(), anchor, { date: day(1), expiresInSeconds: 9 }));
    expect(await revoke(expired.fingerprint, '--yes')).toMatchObject({ code: 0 });
    expect(await world.described(expired.fingerprint, anchor)).toMatchObject({ trust: 'revoked' });
  });

  it('is asked about, and done only for a whole "yes"', async () => {
    const before = world.kept(dev.fingerprint);
    const silent = await revoke(dev.fingerprint);
    expect(silent).toMatchObject({ code: 2, stdout: '' });
    expect(world.kept(dev.fingerprint)).toBe(before);
    if (TERMINAL_MISSING !== undefined) return;
    const args = `--key ${key} --key-folder ${world.folder} --anchor ${anchor.fingerprint}`;
    const question = `Revoke the certification of ${dev.fingerprint} by ${anchor.fingerprint}? (yes or no) `;
    for (const [answer, code, trust] of [
      ['y', 2, 'certified'],
      ['Yes', 0, 'revoked'],
    ] as const) {
      const terminal = new Terminal(`$SIGSWEEP keys revoke ${dev.fingerprint} ${args} >/dev/null`, {
        isTyped: true,
        columns: 250,
      });
      await terminal.answer(question, `${answer}\r`);
      expect(await terminal.ended, answer).toMatchObject({ code });
      expect(await world.described(dev.fingerprint, anchor)).toMatchObject({ trust });
    }
  });

  it('has the reasons of certifications only, and of what was certified only', async () => {
    for (const reason of ['superseded', 'compromised', 'retired']) {
      const wrong = await revoke(dev.fingerprint, '--yes', '--reason', reason);
      expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('give invalid-user-id, or none') });
    }
    expect(await revoke(dev.fingerprint, '--yes', '--reason', 'whim')).toMatchObject({ code: 2 });
    const stranger = await makeKey('Stranger');
    world.keep(stranger.publicKey());
    const none = await revoke(stranger.fingerprint, '--yes');
    expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining('has not certified') });
    const unknown = await revoke('A'.repeat(40), '--yes');
    expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('there is no key') });
    expect(await world.described(dev.fingerprint, anchor)).toMatchObject({ trust: 'certified' });
  });

  it('is not prevented by junk that somebody put on the key', async () => {
    const forged = new ForgedKey('ed25519');
    const junk = Array.from({ length: 1001 }, (_, index) =>
      revokeCertification(forged, forged, 'Another', { created: 1_500_000_000 + index }),
    );
    // By the name of the anchor, and by nobody who has its key.
    const claim = (packet: Buffer) =>
      Buffer.from(packet.toString('hex').replaceAll(forged.keyId.toLowerCase(), anchor.keyId.toLowerCase()), 'hex');
    const genuine = await certify(publicKey(forged, 'Forged'), anchor, { date: day(1) });
    world.keep(Buffer.concat([genuine, ...junk.map(claim)]));
    expect((await world.keys(['list', ...trusting(anchor)])).code).toBe(3);
    const { code, stdout } = await revoke(forged.fingerprint, '--yes');
    expect(code).toBe(0);
    // What is kept already stays; what comes out of it is judged as revoked elsewhere.
    const elsewhere = new World();
    elsewhere.keep(anchor.publicKey());
    await elsewhere.keys(['import', elsewhere.file('out', stdout)]);
    expect((await elsewhere.keys(['show', forged.fingerprint, ...trusting(anchor)])).stdout).toContain('revoked');
  });
});

describe('keys revoke, a whole key', () => {
  it('ends it for ever, with a reason', async () => {
    const own = await world.secretFile(dev);
    const args = ['revoke', dev.fingerprint, '--key', own, ...trusting(anchor)];
    const wrong = await world.keys([...args, '--yes', '--reason', 'invalid-user-id']);
    expect(wrong).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('give superseded, compromised or retired'),
    });
    const { code, stdout, stderr } = await world.keys([
      ...args,
      '--yes',
      '--reason',
      'compromised',
      '--comment',
      'stolen',
    ]);
    expect(code).toBe(0);
    expect(stderr).toContain(`revoked the key ${dev.fingerprint} itself, which cannot be undone\n`);
    expect(reasonIn(dev.fingerprint, 0x20)).toBe('\x02stolen');
    expect(await world.described(dev.fingerprint, anchor)).toMatchObject({ trust: 'revoked' });
    // Certified again it is revoked as before.
    const certifying = ['certify', dev.fingerprint, '--fingerprint', dev.fingerprint, '--key', key];
    expect(await world.keys(certifying)).toMatchObject({ code: 2, stderr: expect.stringContaining('was revoked') });
    // An older copy takes nothing away.
    const old = world.publicFile('old', cast.certified);
    expect(await world.keys(['import', old])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('was revoked'),
    });
    expect(world.kept(dev.fingerprint)).toBe(stdout);
  });

  it('of an anchor ends what it certified', async () => {
    expect(await revoke(anchor.fingerprint, '--yes', '--reason', 'retired')).toMatchObject({ code: 0 });
    expect(await world.described(dev.fingerprint, anchor)).toMatchObject({ trust: 'revoked' });
  });

  it('takes an expired key too, and one that nobody kept', async () => {
    const fresh = await generateKey({ name: 'Fresh', created: day(0), expiresInSeconds: 60 });
    const own = await world.secretFile(fresh);
    expect(await world.keys(['revoke', fresh.fingerprint, '--key', own, '--yes'])).toMatchObject({ code: 0 });
    expect(await world.described(fresh.fingerprint)).toMatchObject({ trust: 'revoked' });
  });
});
