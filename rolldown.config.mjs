import { defineConfig } from 'rolldown';

/**
 * The program and its worker as they are installed: our own code in few files, because Node takes about a millisecond
 * for each that it loads, and as long again in every thread. Libraries stay packages of their own. The worker is
 * CommonJS: a thread then never starts the loader of modules, which costs it 15 ms.
 */
const shared = {
  platform: 'node',
  // get-east-asian-width is none of them: what every report needs is not worth files of its own.
  external: /^(?:node:|openpgp|piscina|commander|cli-progress|p-limit|libsql|yaml|zod|nodemailer|pako|@xmldom\/xmldom)/,
};

export default defineConfig([
  {
    ...shared,
    input: { main: 'src/cli/main.ts', start: 'src/cli/start.ts' },
    output: {
      dir: 'dist/program/cli',
      format: 'esm',
      chunkFileNames: '[name].js',
      // What every run loads is one file, whatever of it the parts that few runs load need too.
      codeSplitting: { groups: [{ name: 'program', test: /src\/cli\/program\.ts$/ }] },
    },
  },
  {
    ...shared,
    input: 'workers/hash.ts',
    output: { file: 'dist/workers/hash.cjs', format: 'cjs', exports: 'named' },
  },
]);
