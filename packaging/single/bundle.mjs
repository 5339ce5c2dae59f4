import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { PackagingError } from '../errors.mjs';

/** @param {string} name */
const own = (name) => fileURLToPath(new URL(name, import.meta.url));

const POOL_FOLDER = `${join('node_modules', 'piscina')}/`;
const POOL_WORKER = join(dirname(createRequire(import.meta.url).resolve('piscina')), 'worker.js');

/**
 * Bundles the program with all its libraries, and what a thread runs, each into one text of CommonJS.
 * @param {string} folder where `main.cjs` and `worker.cjs` go
 * @param {string} version of this program
 * @returns {Promise<{ main: string; worker: string }>} the files
 */
export async function bundle(folder, version) {
  const main = join(folder, 'main.cjs');
  const worker = join(folder, 'worker.cjs');
  await bundleOne(own('main.ts'), main, version);
  await bundleOne(own('worker.cjs'), worker, version);
  return { main, worker };
}

/**
 * Bundles one module with all that it loads.
 * @param {string} input @param {string} file @param {string} version of this program
 */
export async function bundleOne(input, file, version) {
  const stands = standIns();
  const build = await rolldown({
    input,
    platform: 'node',
    // The pool asks for the first only where threads are to be nicer than the process, which ours are not. BullMQ's msgpackr
    // does without the second, which would look for its native part among files.
    external: ['@napi-rs/nice', 'msgpackr-extract'],
    plugins: [stands.plugin],
    transform: {
      define: {
        'process.env.SIGSWEEP_VERSION': JSON.stringify(version),
        // The library then takes its native part from whatever it is given, which is native.cjs.
        'process.env.LIBSQL_JS_DEV': 'true',
      },
    },
    onLog(level, log, next) {
      if (level === 'warn' && log.code === 'UNRESOLVED_IMPORT') throw new PackagingError(log.message);
      if (level !== 'warn') next(level, log);
    },
  });
  await build.write({ file, format: 'cjs', codeSplitting: false, minify: false, comments: { legal: true } });
  await build.close();
}

/** Modules in whose place others are bundled, because what they look for is no file here. */
function standIns() {
  return {
    plugin: {
      name: 'stand-ins',
      /** @param {string} source @param {string | undefined} importer */
      resolveId(source, importer = '') {
        if (source === 'piscina-worker') return POOL_WORKER;
        if (source === '@neon-rs/load') return own('native.cjs');
        if (/^\.{1,2}\/(?:.*\/)?shipped\.js$/.test(source)) return own('shipped.cjs');
        if (source === 'node:worker_threads' && importer.includes(POOL_FOLDER) && importer !== POOL_WORKER)
          return own('threads.cjs');
        return null;
      },
    },
  };
}
