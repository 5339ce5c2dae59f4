import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Contents } from './content.js';
import type { GeneratedModule } from './modules.js';
import type { PathMaker } from './paths.js';
import type { Random } from './prng.js';
import { fileSizes } from './sizes.js';
import type { TreeWriter } from './tree-writer.js';
import { LANGUAGES } from './words.js';

interface Tools {
  contents: Contents;
  paths: PathMaker;
  random: Random;
  writer: TreeWriter;
}

/** Shares of the unlisted files, as counted on installed systems; what is left over are packages. */
const COPIES = 0.1;
const TRANSLATIONS = 0.03;
const DOTFILES = 0.006;
const STYLE_CACHES = 0.0025;

const MEAN_BYTES = 4000;

/** At most this many modules come with npm packages. */
const PACKAGE_HOLDERS = 4;

/**
 * Fills the web root with what no manifest lists and nobody need worry about: copies of `ucp`, translations, dotfiles,
 * caches, downloaded packages, logs, and above all `node_modules`.
 */
export function writeUnlisted(webRoot: string, modules: readonly GeneratedModule[], count: number, tools: Tools): void {
  const { contents, random, writer } = tools;
  const sizes = fileSizes(count, MEAN_BYTES, random);
  const put = (path: string, mode?: number) =>
    writer.write(path, contents.make(path.slice(webRoot.length + 1), sizes.pop() ?? 0), mode);
  const left = () => count - writer.files;
  const share = (part: number, least: number) => Math.min(left(), Math.max(least, Math.round(count * part)));

  if (left() > 0) writer.write(join(webRoot, 'admin/.user.ini'), 'max_input_vars=2000\n');
  copyPages(webRoot, modules, share(COPIES, 0), writer);
  for (const path of cachedPackages(modules, share(0, 3))) put(join(webRoot, path));
  for (const path of styleCaches(share(STYLE_CACHES, 3), random)) put(join(webRoot, path));
  for (const path of translations(modules, share(TRANSLATIONS, 4), random)) put(join(webRoot, path));
  for (const path of tools.paths.ofDotfiles(share(DOTFILES, 4))) put(join(random.pick(modules).path, path));
  for (const path of ['install.log', 'notes.txt'].slice(0, left())) put(join(random.pick(modules).path, path));

  const holders = modules.filter(({ name }) => name !== 'framework').slice(0, PACKAGE_HOLDERS);
  holders.forEach((holder, index) => {
    const packages = join(holder.path, 'node/node_modules');
    const files = tools.paths.ofPackages(Math.ceil(left() / (holders.length - index)));
    // npm links the programs of packages into `.bin`: real trees are full of symbolic links.
    const linked = files.pop();
    if (linked !== undefined) writer.link(join(packages, '.bin/start'), join('..', linked));
    for (const path of files) put(join(packages, path), /\.(sh|node)$/.test(path) ? 0o755 : 0o644);
  });
}

/** FreePBX copies the `htdocs` of `ucp` to the web root, where no manifest lists them. */
function copyPages(webRoot: string, modules: readonly GeneratedModule[], count: number, writer: TreeWriter): void {
  const ucp = modules.find(({ name }) => name === 'ucp');
  const pages = ucp?.listed.filter((path) => path.startsWith('htdocs/')) ?? [];
  for (const page of pages.slice(0, count)) {
    writer.write(join(webRoot, 'ucp', page.slice('htdocs/'.length)), readFileSync(join(ucp?.path ?? '', page)));
  }
}

function cachedPackages(modules: readonly GeneratedModule[], count: number): string[] {
  return modules.slice(0, count).map(({ name, version }) => `admin/modules/_cache/${name}-${version}.tgz.gpg`);
}

/** What less.php leaves behind: the parsed style sheet, the compiled one, and the list of its sources. */
function styleCaches(count: number, random: Random): string[] {
  return Array.from({ length: count }, (_, index) => {
    const id = random.integer().toString(16).padStart(8, '0');
    return `admin/assets/less/cache/lessphp_${id}${index}.${['lesscache', 'css', 'list'][index % 3]}`;
  });
}

function translations(modules: readonly GeneratedModule[], count: number, random: Random): string[] {
  const all = LANGUAGES.flatMap((language) =>
    modules.flatMap(({ name }) => {
      const base = `admin/modules/${name}/i18n/${language}/LC_MESSAGES/${name}`;
      return [`${base}.po`, `${base}.mo`];
    }),
  );
  const start = random.below(all.length);
  return [...all.slice(start), ...all.slice(0, start)].slice(0, count);
}
