import { fileURLToPath } from 'node:url';
import { makeGnupgHome } from './gnupg-home.mjs';
import { numberIn } from './peer.mjs';

const SCRIPT = fileURLToPath(new URL('module-check.php', import.meta.url));

/** @type {import('./peer.mjs').Peer} */
export const php = {
  name: 'PHP, as FreePBX',
  programs: ['php', 'gpg'],
  version: ['php', '--version'],
  prepare: async (context) => {
    const { tree } = context;
    return {
      argv: ['php', SCRIPT, tree.root, tree.made.webRoot],
      env: { GNUPGHOME: await makeGnupgHome(context) },
      files: tree.made.listedFiles,
      seen: (output) => {
        const modules = numberIn(output, /(\d+) modules good/);
        if (modules !== tree.made.modules) throw new Error(`it verified ${modules} of ${tree.made.modules} modules`);
        return numberIn(output, /(\d+) files good/);
      },
    };
  },
};
