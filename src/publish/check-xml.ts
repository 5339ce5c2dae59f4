import { oneLine } from '../report/one-line.js';
import { shortForTerminal } from '../report/shorten.js';
import { MAX_ELEMENT_BYTES, readModuleXml } from '../scan/signature/module-xml.js';
import { REPOSITORIES, type Repository } from './manifest-text.js';
import { parseXml, type XmlElement } from './parse-xml.js';

/** What `module.xml` says of a module that may be published. */
export interface XmlFacts {
  readonly rawname: string;
  readonly version: string;
  readonly license: string;
  readonly repo: Repository;
}

/** A problem that quotes more is cut, in characters. */
const MOST_TOLD = 300;

/** Both stand in the name of the package, which must be a plain one and no option. */
const RAWNAME = /^[A-Za-z0-9][A-Za-z0-9_-]*$/;
const VERSION = /^[0-9][A-Za-z0-9._-]*$/;

/**
 * Checks a `module.xml` and reads what is told of the module.
 * @param folder the name of the module's folder.
 * @param problems gets what keeps the module from being published, each in words.
 */
export async function checkModuleXml(bytes: Buffer, folder: string, problems: string[]): Promise<XmlFacts | null> {
  const tell = (problem: string) => problems.push(oneLine(`module.xml: ${problem}`, MOST_TOLD));
  const root = await parseXml(bytes, tell);
  if (root === null) return null;
  if (root.name !== 'module') {
    tell(`line ${root.line}: the outermost element must be <module>, not <${root.name}>`);
    return null;
  }
  const rawname = onlyText(root, ['rawname'], tell);
  const version = onlyText(root, ['version'], tell);
  const license = onlyText(root, ['license', 'licence'], tell);
  if (rawname !== null && !RAWNAME.test(rawname)) {
    tell(`the rawname '${rawname}' must begin with a letter or digit and hold nothing but those, _ and -`);
  } else if (rawname !== null && rawname !== folder) {
    tell(`the rawname is '${rawname}', and the folder '${shortForTerminal(folder)}': they must be the same`);
  }
  if (version !== null && !VERSION.test(version)) {
    tell(`the version '${version}' must begin with a digit and hold nothing but letters, digits, . _ and -`);
  }
  requireSameReading(bytes, { rawname, version }, tell);
  if (rawname === null || version === null || license === null) return null;
  return { rawname, version, license, repo: repositoryOf(root) };
}

/** The text of the one element with one of these names; `null`, and told, where there is not exactly one with text. */
function onlyText(root: XmlElement, names: readonly string[], tell: (problem: string) => void): string | null {
  const found = root.children.filter(({ name }) => names.includes(name));
  const [first, second] = found;
  if (first === undefined) {
    tell(`there is no <${names[0]}> in <module>`);
    return null;
  }
  if (second !== undefined) {
    tell(`line ${second.line}: <${second.name}> is there a second time`);
    return null;
  }
  const text = first.text.trim();
  if (text !== '' && first.children.length === 0) return text;
  tell(`line ${first.line}: <${first.name}> ${text === '' ? 'is empty' : 'holds other elements'}`);
  return null;
}

/** Scans read these two in a simpler way: a file that says them in another would be another module to them. */
function requireSameReading(
  bytes: Buffer,
  read: { readonly rawname: string | null; readonly version: string | null },
  tell: (problem: string) => void,
): void {
  const simple = readModuleXml(bytes.toString('latin1'));
  for (const name of ['rawname', 'version'] as const) {
    if (read[name] === null || read[name] === simple[name]) continue;
    const how = `as plain text of at most ${MAX_ELEMENT_BYTES} characters, without attributes`;
    tell(`write <${name}> ${how}, before any other element that has one in it`);
  }
}

function repositoryOf(root: XmlElement): Repository {
  const [repo, ...others] = root.children.filter(({ name }) => name === 'repo');
  if (others.length > 0) return 'manual';
  return REPOSITORIES.find((known) => known === repo?.text.trim()) ?? 'manual';
}
