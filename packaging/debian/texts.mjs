/** The texts of a Debian package. */

/** What the published Node and the database's native part are linked with, in Debian's names. */
const DEPENDS = 'libc6 (>= 2.28), libgcc-s1, libstdc++6 (>= 8)';

/**
 * @param {import('../release.mjs').Release} release @param {number} installedKib
 * @returns {string} `DEBIAN/control`
 */
export function control({ debianVersion, maintainer }, installedKib) {
  return `Package: sigsweep
Version: ${debianVersion}
Section: admin
Priority: optional
Architecture: amd64
Maintainer: ${maintainer}
Installed-Size: ${installedKib}
Depends: ${DEPENDS}
Suggests: gnupg
Description: integrity scanner for FreePBX systems
 Verifies the signature of every FreePBX module, hashes every file that one
 lists in worker threads, and finds what nobody signed: web shells, altered
 pages, servers' settings, links out of the web root.
 .
 Everything that it needs is inside, the Node runtime included. Nothing is
 scheduled by the installation: "sigsweep schedule install" does that.
`;
}

/** @param {import('../release.mjs').Release} release @returns {string} `changelog.Debian` */
export function debianChangelog({ version, debianVersion, maintainer, date }) {
  return `sigsweep (${debianVersion}) unstable; urgency=medium

  * Release ${version}: what is new in it stands in changelog.gz.

 -- ${maintainer}  ${date.toUTCString().replace('GMT', '+0000')}
`;
}

/**
 * Debian's machine-readable `copyright`.
 * @param {string} own this program's license @param {readonly import('../licenses.mjs').License[]} libraries
 * @param {string} node where Node's license is installed, with those of what is part of it
 */
export function copyright(own, libraries, node) {
  const head = `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: sigsweep
Source: sigsweep's own repository, of which this package is built, and the
 packages of npm that its lock file names.
`;
  const paragraphs = libraries.map(({ path, id, author, text }) =>
    paragraph(
      `usr/lib/sigsweep/node_modules/${path}/*`,
      text,
      author,
      `${id}-${path.replaceAll(/[^A-Za-z0-9.]+/g, '-')}`,
    ),
  );
  return [
    head,
    paragraph('*', own, 'The sigsweep authors', 'MIT'),
    ...paragraphs,
    paragraph(
      'usr/lib/sigsweep/node',
      `It stands in ${node}, with those of all that is part of Node.`,
      'Node.js contributors',
      'Node.js',
    ),
  ].join('\n');
}

/** @param {string} files @param {string} text @param {string} author @param {string} license */
function paragraph(files, text, author, license) {
  const holders = [
    ...new Set(
      text
        .split('\n')
        .flatMap(
          (line) =>
            /^\s*(?:Copyright )?(?:\(c\)|©) (.+)|^\s*Copyright (\d.*)/i.exec(line)?.slice(1).filter(Boolean) ?? [],
        ),
    ),
  ];
  const body =
    commonLicense(license) ?? (text || `Published under this license, without a text of its own, by ${author}.`);
  return `Files: ${files}
Copyright: ${(holders.length > 0 ? holders : [author]).slice(0, 20).join('\n ')}
License: ${license}
${indented(body)}
`;
}

/** Long ones are on every Debian system, and the library's own copy lies in its folder. @param {string} license */
function commonLicense(license) {
  const common = ['Apache-2.0', 'LGPL-3'].find((name) => license.startsWith(name));
  if (common === undefined) return undefined;
  return `On Debian systems the whole license stands in /usr/share/common-licenses/${common}.`;
}

/** An empty line is a dot there. @param {string} text */
function indented(text) {
  return text
    .replaceAll('\f', '')
    .split('\n')
    .map((line) => (line.trim() === '' ? ' .' : ` ${line.trimEnd()}`))
    .join('\n');
}
