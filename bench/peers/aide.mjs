import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { numberIn, setUp } from './peer.mjs';

/** Only contents and kinds are compared, which is the least that answers the question. */
const RULE = 'ftype+sha256';

/** @type {import('./peer.mjs').Peer} */
export const aide = {
  name: 'aide --check',
  programs: ['aide'],
  version: ['aide', '--version'],
  prepare: async (context) => {
    const { tree, folder } = context;
    const configuration = join(folder, 'aide.conf');
    const database = join(folder, 'database');
    writeFileSync(
      configuration,
      [
        `database_in=file:${database}`,
        `database_out=file:${database}.new`,
        'gzip_dbout=no',
        'report_url=stdout',
        // Paths in rules are regular expressions: `f` takes regular files only.
        `${tree.root.replaceAll(/[^\w/-]/g, '\\$&')}/ f ${RULE}`,
        '',
      ].join('\n'),
    );
    const entries = await setUp(context, ['aide', `--config=${configuration}`, '--init']);
    renameSync(`${database}.new`, database);
    if (numberIn(entries, ENTRIES) !== tree.made.allFiles) throw new Error('its database does not hold every file');
    return {
      argv: ['aide', `--config=${configuration}`, '--check'],
      files: tree.made.allFiles,
      seen: (output) => {
        if (!output.includes('found NO differences')) throw new Error('it reports differences');
        return numberIn(output, ENTRIES);
      },
    };
  },
};

const ENTRIES = /Number of entries:\s*(\d+)/;
