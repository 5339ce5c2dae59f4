/** What GnuPG asks where its authority takes a certification back that has expired already. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { GNUPG_MISSING, GnuPg } from '../conformance/gnupg.js';
import { runCli } from '../helpers/cli.js';
import { tempFolder } from '../helpers/temp.js';

describe.skipIf(GNUPG_MISSING)('an authority in GnuPG (gpg has to be installed)', () => {
  it('revokes a certification that has expired: its maker could have made it again', async () => {
    const gnupg = await GnuPg.create();
    const other = await GnuPg.create();
    try {
      const folder = tempFolder();
      mkdirSync(join(folder, 'keys'), { mode: 0o700 });
      const authority = await gnupg.makeKey('Authority <authority@example.org>', 'ed25519');
      const developer = await other.makeKey('Developer <developer@example.org>', 'ed25519');
      await gnupg.gpg('--import', await gnupg.file('developer', await other.gpg('--export', developer)));
      await gnupg.ago(1800, '--default-cert-expire', 'seconds=600', '--quick-sign-key', developer);
      writeFileSync(join(folder, 'all.key'), await gnupg.gpg('--export', developer, authority));
      const env = { SIGSWEEP_KEY_FOLDER: join(folder, 'keys'), SIGSWEEP_ANCHOR: authority };
      const sigsweep = (...args: string[]) => runCli(args, { cwd: folder, env });
      expect(await sigsweep('keys', 'import', 'all.key')).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('has expired'),
      });
      const revoked = await sigsweep('keys', 'revoke', developer, '--gnupg-home', gnupg.home, '--yes');
      expect(revoked, revoked.stderr).toMatchObject({ code: 0 });
      const shown = await sigsweep('keys', 'show', developer);
      expect(shown.stdout).toContain(`revoked by ${authority}`);
    } finally {
      await gnupg.remove();
      await other.remove();
    }
  });
});
