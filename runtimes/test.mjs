/**
 * `npm run test:runtimes`: the tests with each version of Node that sigsweep is for, one after the other: the oldest that
 * it runs on, and the newest of each later line. With `--others` without the line of the Node that runs this, because
 * `npm test` has used that; with numbers, with these only; what follows `--` is for the test runner, such as a file's name.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const PROJECT = dirname(HERE.replace(/\/$/, ''));

const separator = process.argv.indexOf('--');
const end = separator < 0 ? process.argv.length : separator;
const given = process.argv.slice(2, end);
const forRunner = process.argv.slice(end + 1);

const [own] = process.versions.node.split('.');

/** @param {string} major */
function folderOf(major) {
  return join(HERE, `node_modules/node-${major}/bin`);
}

/** @param {string} major */
function versionOf(major) {
  return spawnSync(join(folderOf(major), 'node'), ['--version'], { encoding: 'utf8' }).stdout.trim();
}

function wanted() {
  const installed = readdirSync(join(HERE, 'node_modules')).filter((name) => name.startsWith('node-'));
  const majors = installed.map((name) => name.slice('node-'.length)).sort();
  const numbers = given.filter((argument) => argument !== '--others');
  const unknown = numbers.filter((number) => !majors.includes(number));
  if (unknown.length > 0) throw new Error(`no Node ${unknown.join(', ')}: there are ${majors.join(', ')}`);
  const chosen = numbers.length > 0 ? numbers : majors;
  return given.includes('--others') ? chosen.filter((major) => major !== own) : chosen;
}

/**
 * All that the tests start runs with the same Node: they use `process.execPath`, and what they start may look for it.
 *
 * @param {string} major
 */
function passes(major) {
  process.stdout.write(`\n== tests with Node ${versionOf(major)}\n`);
  const folder = folderOf(major);
  const runner = join(PROJECT, 'node_modules/vitest/vitest.mjs');
  const PATH = [folder, process.env.PATH].join(delimiter);
  const env = { ...process.env, PATH };
  return (
    spawnSync(join(folder, 'node'), [runner, 'run', ...forRunner], { cwd: PROJECT, env, stdio: 'inherit' }).status === 0
  );
}

const failed = wanted().filter((major) => !passes(major));
if (failed.length > 0) {
  process.stderr.write(`the tests failed with Node ${failed.join(', ')}\n`);
  process.exitCode = 1;
}
