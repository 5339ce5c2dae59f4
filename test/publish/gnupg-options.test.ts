import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { GNUPG_MISSING } from '../conformance/gnupg.js';
import { Keystore } from './keystore.js';
import { OLD_SIGNATURE, Publisher, withoutTime } from './publisher.js';

let publisher: Publisher;
let keystore: Keystore;
let key: string;
beforeEach(async () => {
  publisher = await Publisher.begin({ 'a.php': 'a', '-dash.php': 'b' });
  keystore = await Keystore.begin(publisher);
  key = await keystore.makeCertified('key');
});

describe.skipIf(GNUPG_MISSING)("options of the user's own in gpg.conf (gpg has to be installed)", () => {
  /** All at once, but for those that exclude each other. */
  const OPTIONS: readonly (readonly string[])[] = [
    ['comment from me', 'emit-version', 'digest-algo SHA1', 'default-sig-expire 1d', 'sig-notation !a@example.org=b'],
    ['not-dash-escaped', 'textmode', 'use-agent', 'default-key OTHER', 'verbose', 'status-fd 1', 'logger-fd 1'],
    ['local-user OTHER', 'encrypt-to OTHER', 'digest-algo MD5', 'sig-policy-url https://example.org/'],
    ['dry-run', 'list-only', 'disable-pubkey-algo eddsa', 'export-options export-minimal', 'no-such-option'],
    ['output FOLDER/out', 'personal-digest-preferences SHA1', 'weak-digest SHA256', 'passphrase x'],
  ];

  it.each(OPTIONS)('%s, and what stands beside it, changes nothing', async (...options) => {
    const other = await keystore.make('other');
    const text = options.join('\n').replaceAll('OTHER', other).replaceAll('FOLDER', publisher.folder);
    keystore.configure(`${text}\n`);
    const module = await publisher.signed(keystore.arguments);
    expect(module).toMatchObject({
      verdict: 'good',
      listed: 3,
      signature: { signer: key, digest: 'sha256', warnings: [] },
    });
    const signed = readFileSync(publisher.signature, 'latin1');
    expect(signed).toMatch(
      /^-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n[\s\S]*\n-----BEGIN PGP SIGNATURE-----\n\n/,
    );
    expect(signed).toContain('\n- -dash.php = ');
    // Neither now nor later: nothing in it says when it ends.
    keystore.configure('');
    const [block = ''] = /-----BEGIN PGP SIGNATURE[\s\S]*/.exec(signed) ?? [];
    const file = await keystore.gnupg.file('signature', Buffer.from(block));
    const listing = (await keystore.gnupg.gpg('--list-packets', file)).toString();
    expect(listing).toMatch(/digest algo 8/);
    expect(listing).not.toMatch(/sig expires|notation|policy/);
  });

  it('the same text comes out as with a key in a file', async () => {
    const file = publisher.writeSecret('key.asc', await keystore.gnupg.gpg('--armor', '--export-secret-keys', key));
    await publisher.signed(keystore.arguments);
    const byGnupg = publisher.text;
    await publisher.signed(['--key', file]);
    expect(withoutTime(publisher.text)).toBe(withoutTime(byGnupg));
  });
});

describe.skipIf(GNUPG_MISSING)('a gpg that puts out something else (gpg has to be installed)', () => {
  /** The true gpg, which puts out what it says in `$out`, and one that is told something else in an argument's place. */
  const HEAD = `#!/bin/sh
PATH="$USUAL_PATH"
case "$*" in *--clearsign*) ;; *) exec gpg "$@" ;; esac
replaced() {
  from="$1" to="$2"; shift 2
  for each; do shift; [ "$each" = "$from" ] && each="$to"; set -- "$@" "$each"; done
  gpg "$@"
}
out=$(mktemp)
trap 'rm "$out"' EXIT
`;

  /** Signs with a script in the place of gpg. */
  async function refusedWith(script: string, ...args: readonly string[]): Promise<string> {
    const bin = join(publisher.folder, 'bin');
    mkdirSync(bin);
    const path = process.env.PATH ?? '';
    writeFileSync(join(bin, 'gpg'), `${HEAD}${script}\n`, { mode: 0o755 });
    const env = { PATH: `${bin}:${path}`, USUAL_PATH: path };
    publisher.write('module.sig', OLD_SIGNATURE);
    const result = await publisher.sign([...keystore.arguments, ...args], { env });
    expect(result).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/^sigsweep: .+\n$/) });
    expect(readFileSync(publisher.signature, 'utf8')).toBe(OLD_SIGNATURE);
    return result.stderr;
  }

  it.each([
    ['nothing', 'cat >/dev/null', /^.* does not hold, nothing was written: The file is empty/],
    ['what it was given', 'cat', /does not hold, nothing was written: /],
    [
      'another text',
      'sed "s/^a.php = ../&00/; s/00\\(.*\\)..$/\\1/" | gpg "$@"',
      /another text or another key was signed with/,
    ],
    ['the text without a line', 'grep -v "^a.php = " | gpg "$@"', /another text or another key was signed with/],
    [
      'a signature altered on the way',
      'gpg "$@" >"$out"; sed "s/^a.php/b.php/" "$out"',
      /The signature does not match/,
    ],
    ['text before it', 'echo hello; gpg "$@"', /does not hold, nothing was written: /],
    ['text behind it', 'gpg "$@"; echo hello', /does not hold, nothing was written: /],
    ['two of them', 'gpg "$@" >"$out"; cat "$out" "$out"', /does not hold, nothing was written: /],
    ['a weak digest', 'gpg "$@" --digest-algo SHA1', /The signature uses SHA-1/],
    ['a detached signature', 'replaced --clearsign --detach-sign "$@"', /does not hold, nothing was written: /],
    ['an inline-signed message', 'replaced --clearsign --sign "$@"', /does not hold, nothing was written: /],
    ['half of it, and success', 'gpg "$@" >"$out"; head -c 600 "$out"', /does not hold, nothing was written: /],
    ['all of it, and failure', 'gpg "$@"; exit 2', /gpg: it failed and did not say why/],
    ['words for the terminal', 'printf "gpg: \\033[2Jx\\n" >&2; exit 2', /gpg: \\u\{1b\}\[2Jx \[\w+\]$/m],
    ['more words than anybody reads', 'head -c 300000 /dev/zero | tr "\\0" x >&2; exit 2', /gpg: x+ \[\w+\]$/m],
  ])('%s: nothing is written', async (_what, script, said) => {
    expect(await refusedWith(script)).toMatch(said);
  });

  it('a signature by another key that counts: nothing is written', async () => {
    const other = await keystore.makeCertified('other');
    const said = await refusedWith(`replaced ${key}! ${other}! "$@"`, '--signer', key);
    expect(said).toMatch(/another text or another key was signed with/);
  });
});
