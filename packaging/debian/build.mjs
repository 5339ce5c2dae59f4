import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PROJECT } from '../release.mjs';
import { run } from '../run.mjs';
import { control, copyright, debianChangelog } from './texts.mjs';
import { EXECUTABLE, PackageTree } from './tree.mjs';
import { packagedUnits } from './units.mjs';

const LIB = '/usr/lib/sigsweep';
const DOC = '/usr/share/doc/sigsweep';
/** A better one would make the package an eighth smaller, and take seven times as long. */
const COMPRESSION = '-z1';

/** It names every license of what is part of Node: too long for the copyright file. */
const NODE_LICENSE = `${DOC}/node-license.txt.gz`;

const PROGRAM = { node: `${LIB}/node`, main: `${LIB}/dist/program/cli/main.js` };

/** What the installed program prints of itself, and where its readers look for it. */
const PRINTED = [
  { args: ['completion', 'bash'], path: '/usr/share/bash-completion/completions/sigsweep' },
  { args: ['completion', 'zsh'], path: '/usr/share/zsh/vendor-completions/_sigsweep' },
  { args: ['completion', 'fish'], path: '/usr/share/fish/vendor_completions.d/sigsweep.fish' },
  { args: ['man'], path: '/usr/share/man/man1/sigsweep.1.gz' },
];

/** Libraries are shipped as they are published, but for what only their developers, compilers and npm read. */
const UNREAD =
  /\.(?:map|[cm]?ts|tsbuildinfo)$|\/node_modules\/(?:.*\/)?\.[^/]+$|\/piscina\/(?:benchmark|scripts|src|test|test-jest)$|\/bullmq\/dist\/esm$/;

/**
 * @typedef {object} DebianParts
 * @property {import('../release.mjs').Release} release
 * @property {string} node the runtime's binary
 * @property {string} nodeLicense its license, a text
 * @property {string} libraries a `node_modules`
 * @property {readonly import('../licenses.mjs').License[]} licenses of the libraries
 * @property {string} sbom a text
 */

/**
 * Builds the Debian package.
 * @param {DebianParts} parts @param {string} work an empty folder @param {string} file where it goes
 */
export function buildDebian(parts, work, file) {
  const { release } = parts;
  const tree = new PackageTree(work);
  addProgram(tree, parts);
  addDocuments(tree, parts);
  for (const { name, text } of packagedUnits(PROGRAM)) tree.write(`/usr/lib/systemd/system/${name}`, text);
  addPrinted(tree, parts.node);
  const installed = tree.kibibytes();
  const sums = tree.md5sums();
  tree.write('/DEBIAN/md5sums', sums);
  tree.write('/DEBIAN/control', control(release, installed));
  for (const name of ['postinst', 'prerm', 'postrm']) tree.write(`/DEBIAN/${name}`, own(name), EXECUTABLE);
  tree.settle(release.date);
  run('dpkg-deb', ['--root-owner-group', '-Zxz', COMPRESSION, '--build', work, file], {
    env: { ...process.env, SOURCE_DATE_EPOCH: String(release.date.getTime() / 1000) },
  });
}

/** @param {PackageTree} tree @param {DebianParts} parts */
function addProgram(tree, { node, libraries }) {
  tree.write('/usr/bin/sigsweep', own('launcher.sh'), EXECUTABLE);
  tree.write(PROGRAM.node, readFileSync(node), EXECUTABLE);
  tree.write(`${LIB}/package.json`, manifest());
  tree.copy(`${LIB}/node_modules`, libraries, (source) => !UNREAD.test(source));
  for (const name of readdirSync(join(PROJECT, 'dist')).filter((name) =>
    ['program', 'workers', 'shipped'].includes(name),
  )) {
    tree.copy(`${LIB}/dist/${name}`, join(PROJECT, 'dist', name));
  }
}

/** Of the manifest what the program reads of itself, and Node of it. */
function manifest() {
  const { name, version, license, type, engines, bin, exports, dependencies } = JSON.parse(project('package.json'));
  const kept = { './package.json': exports['./package.json'] };
  return `${JSON.stringify({ name, version, license, type, engines, bin, exports: kept, dependencies }, null, 2)}\n`;
}

/** @param {PackageTree} tree @param {DebianParts} parts */
function addDocuments(tree, { release, licenses, nodeLicense, sbom }) {
  tree.write(`${DOC}/copyright`, copyright(project('LICENSE'), licenses, NODE_LICENSE));
  tree.writeGzip(`${DOC}/changelog.gz`, project('CHANGELOG.md'));
  tree.writeGzip(`${DOC}/changelog.Debian.gz`, debianChangelog(release));
  tree.writeGzip(NODE_LICENSE, nodeLicense);
  tree.write(`${DOC}/sbom.cdx.json`, sbom);
  tree.copy(`${DOC}/docs`, join(PROJECT, 'docs'));
  for (const name of ['README.md', 'SECURITY.md']) tree.write(`${DOC}/${name}`, project(name));
  tree.copy(`${DOC}/examples`, join(PROJECT, 'examples'));
  tree.write('/usr/share/lintian/overrides/sigsweep', own('lintian-overrides'));
}

/** @param {PackageTree} tree @param {string} node */
function addPrinted(tree, node) {
  for (const { args, path } of PRINTED) {
    const text = run(node, [join(tree.root, PROGRAM.main), ...args], { env: {} });
    if (path.endsWith('.gz')) tree.writeGzip(path, text);
    else tree.write(path, text);
  }
}

/** @param {string} name of a file beside this one */
function own(name) {
  return readFileSync(fileURLToPath(new URL(name, import.meta.url)));
}

/** @param {string} name of a file of the project */
function project(name) {
  return readFileSync(join(PROJECT, name), 'utf8');
}
