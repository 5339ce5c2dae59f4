#!/usr/bin/env node
/**
 * Builds what people install without Node: a Debian package and a single executable for Linux x64, with checksums and a
 * CycloneDX SBOM. Needs the built program (`npm run build`); everything else comes from lock files.
 *
 *     npm run package
 *
 * Exit codes: 0 built; 2 something is missing here, or a step failed.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildDebian } from './debian/build.mjs';
import { PackagingError } from './errors.mjs';
import { installLibraries, installRuntime } from './libraries.mjs';
import { licensesIn, licensesText } from './licenses.mjs';
import { PROJECT, thisRelease } from './release.mjs';
import { missing } from './requirements.mjs';
import { describeRuntime, makeSbom, sha256Of } from './sbom.mjs';
import { buildSingle } from './single/build.mjs';

/** Where packages go; what is there from before is replaced. */
const OUTPUT = join(PROJECT, 'release');

/** @param {string} text */
function say(text) {
  process.stderr.write(`${text}\n`);
}

/** @param {string} work an empty folder @param {string} output another */
async function build(work, output) {
  const release = thisRelease(process.env);
  say('install the libraries and the runtime from their lock files');
  const libraries = installLibraries(join(work, 'program'));
  const runtime = installRuntime(join(work, 'runtime'));
  const node = join(runtime, 'bin/node');
  const described = await describeRuntime(node);
  const sbom = await makeSbom(join(work, 'program'), described, release);
  const licenses = licensesIn(libraries);
  const nodeLicense = readFileSync(join(runtime, 'LICENSE'), 'utf8');
  const own = readFileSync(join(PROJECT, 'LICENSE'), 'utf8');
  const files = {
    debian: `sigsweep_${release.debianVersion}_amd64.deb`,
    single: `sigsweep-${release.version}-linux-x64`,
    sbom: `sigsweep-${release.version}.cdx.json`,
    licenses: `sigsweep-${release.version}-licenses.txt`,
  };
  writeFileSync(join(output, files.sbom), sbom);
  writeFileSync(join(output, files.licenses), licensesText(own, licenses, nodeLicense, described.version));
  say(`build the single executable, with Node ${described.version}`);
  mkdirSync(join(work, 'single'));
  await buildSingle(
    {
      node,
      database: join(libraries, '@libsql/linux-x64-gnu/index.node'),
      shipped: join(PROJECT, 'dist/shipped'),
      licenses: join(output, files.licenses),
      libraries: Object.fromEntries(licenses.map(({ name, version }) => [name, version])),
      version: release.version,
    },
    join(work, 'single'),
    join(output, files.single),
  );
  say('build the Debian package');
  mkdirSync(join(work, 'debian'));
  buildDebian(
    { release, node, nodeLicense, libraries, licenses, sbom },
    join(work, 'debian'),
    join(output, files.debian),
  );
  return Object.values(files).sort();
}

/** In the form that `sha256sum --check` reads. @param {string} folder @param {readonly string[]} files */
async function writeSums(folder, files) {
  const lines = [];
  for (const file of files) lines.push(`${await sha256Of(join(folder, file))}  ${file}\n`);
  writeFileSync(join(folder, 'SHA256SUMS'), lines.join(''));
}

/** Builds beside the last packages, and puts the new ones in their place when all are there. */
async function main() {
  const problems = missing({
    platform: process.platform,
    arch: process.arch,
    path: process.env.PATH ?? '',
    built: existsSync(join(PROJECT, 'dist/program/cli/main.js')) && existsSync(join(PROJECT, 'dist/workers/hash.cjs')),
  });
  if (problems.length > 0) throw new PackagingError(problems.join('\n'));
  const work = mkdtempSync(`${OUTPUT}-`);
  try {
    const fresh = join(work, 'output');
    mkdirSync(fresh);
    const files = await build(work, fresh);
    await writeSums(fresh, files);
    rmSync(OUTPUT, { recursive: true, force: true });
    renameSync(fresh, OUTPUT);
    for (const file of [...files, 'SHA256SUMS']) {
      const bytes = statSync(join(OUTPUT, file)).size;
      process.stdout.write(`${String(bytes).padStart(11)}  release/${file}\n`);
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

process.umask(0o022);
try {
  await main();
} catch (error) {
  if (!(error instanceof PackagingError)) throw error;
  say(error.message);
  process.exitCode = 2;
}
