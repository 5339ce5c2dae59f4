import { readFileSync } from 'node:fs';
import { defineConfig } from 'rolldown';

/**
 * The program and its worker as they are installed: our own code in few files, because Node takes about a millisecond
 * for each that it loads, and as long again in every thread. Libraries stay packages of their own. The worker is
 * CommonJS: a thread then never starts the loader of modules, which costs it 15 ms.
 */
const shared = {
  platform: 'node',
  // get-east-asian-width is none of them: what every report needs is not worth files of its own.
  external:
    /^(?:node:|bullmq|ioredis|openpgp|piscina|commander|cli-progress|p-limit|libsql|yaml|zod|nodemailer|pako|@xmldom\/xmldom)/,
};

/** The style of the HTML report, from its parts, without what only their reader needs. */
const style = {
  name: 'style',
  generateBundle() {
    const parts = ['colours', 'base', 'top', 'sections', 'findings', 'print'];
    const css = parts.map((part) => readFileSync(`src/report/html/style/${part}.css`, 'utf8')).join('');
    this.emitFile({
      type: 'asset',
      fileName: 'report.css',
      source: css.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\s*\n\s*/g, '\n'),
    });
  },
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
  {
    // The script of the HTML report runs in a browser, and stands in every report.
    input: 'src/report/html/client/main.ts',
    platform: 'browser',
    plugins: [style],
    output: { file: 'dist/shipped/report.js', format: 'iife', minify: true, comments: false },
  },
]);
