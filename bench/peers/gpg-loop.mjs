import { fileURLToPath } from 'node:url';
import { makeGnupgHome } from './gnupg-home.mjs';
import { numberIn } from './peer.mjs';

const SCRIPT = fileURLToPath(new URL('gpg-loop.sh', import.meta.url));

/** @type {import('./peer.mjs').Peer} */
export const gpgLoop = {
  name: 'gpg + sha256sum -c',
  programs: ['sh', 'awk', 'gpg', 'sha256sum'],
  version: ['gpg', '--version'],
  prepare: async (context) => {
    const { tree, folder } = context;
    return {
      argv: ['sh', SCRIPT, tree.root, tree.made.webRoot, folder],
      env: { GNUPGHOME: await makeGnupgHome(context) },
      files: tree.made.listedFiles,
      seen: (output) => {
        const modules = numberIn(output, /^modules (\d+)$/m);
        if (modules !== tree.made.modules) throw new Error(`it verified ${modules} of ${tree.made.modules} modules`);
        return numberIn(output, /^files (\d+)$/m);
      },
    };
  },
};
