import type { PathMaker } from './paths.js';
import type { Random } from './prng.js';
import { shares } from './sizes.js';
import { MODULE_NAMES } from './words.js';

/** A module before any of its files exists. */
export interface ModulePlan {
  name: string;
  version: string;
  /** What its manifest will list, `module.xml` first. */
  paths: string[];
}

/** A module that lies on the disk. */
export interface GeneratedModule {
  name: string;
  /** The module's folder. */
  path: string;
  version: string;
  /** The listed paths, as text. */
  listed: string[];
}

export interface PlanOptions {
  modules: number;
  listedFiles: number;
  framework: boolean;
  /** Listed paths that `framework` has besides those of every system: its key files. */
  keyPaths: readonly string[];
}

/** Every module has these. */
const MODULE_FILES = ['module.xml', 'LICENSE', 'functions.inc.php', 'install.php'];

/** The parts of `framework` that every system has, in every place it installs to. */
const FRAMEWORK_FILES = [
  ...MODULE_FILES,
  'amp_conf/htdocs/index.php',
  'amp_conf/htdocs/admin/.htaccess',
  'amp_conf/htdocs/admin/ajax.php',
  'amp_conf/htdocs/admin/bootstrap.php',
  'amp_conf/htdocs/admin/config.php',
  'amp_conf/htdocs/admin/libraries/BMO/GPG.class.php',
  'amp_conf/sbin/fwconsole',
  'amp_conf/bin/freepbx_engine.sh',
  'amp_conf/agi-bin/phpagi.php',
  'amp_conf/sounds/beep.wav',
  'amp_conf/astetc/extensions.conf',
  'amp_conf/moh/hold.wav',
  'upgrades/17.0.1/migration.php',
];

/** `ucp` lists its web pages below `htdocs`; they are copied to `<webroot>/ucp` without being listed there. */
const UCP_FILES = [...MODULE_FILES, 'htdocs/index.php', 'htdocs/ajax.php', 'htdocs/includes/bootstrap.php'];

/** How much of all listed files `framework` holds on a real system. */
const FRAMEWORK_SHARE = 0.3;

/** Shares the listed files out among modules, in the order of their names. */
export function planModules(options: PlanOptions, paths: PathMaker, random: Random): ModulePlan[] {
  const names = moduleNames(options);
  const others = names.filter((name) => name !== 'framework');
  const frameworkFiles = [...FRAMEWORK_FILES, ...options.keyPaths];
  const ofFramework = options.framework
    ? Math.max(frameworkFiles.length, Math.floor(options.listedFiles * FRAMEWORK_SHARE))
    : 0;
  const counts = shares(options.listedFiles - ofFramework, others.length, UCP_FILES.length, random);
  return names.map((name) => {
    const version = `17.0.${1 + random.below(40)}`;
    if (name === 'framework') return { name, version, paths: paths.ofFramework(ofFramework, frameworkFiles) };
    const count = counts[others.indexOf(name)] ?? 0;
    if (name !== 'ucp') return { name, version, paths: paths.ofModule(count, MODULE_FILES) };
    const pages = paths.ofModule(count - UCP_FILES.length, []).map((path) => `htdocs/${path}`);
    return { name, version, paths: [...UCP_FILES, ...pages] };
  });
}

/** What FreePBX reads of a module's `module.xml`, and a little more. */
export function moduleXml(name: string, version: string): string {
  return `<module>
	<rawname>${name}</rawname>
	<repo>standard</repo>
	<name>${name.charAt(0).toUpperCase()}${name.slice(1)}</name>
	<version>${version}</version>
	<publisher>sigsweep demonstration</publisher>
	<license>GPLv3+</license>
	<supported>
		<version>17.0</version>
	</supported>
</module>
`;
}

function moduleNames({ modules, framework }: PlanOptions): string[] {
  const names = framework ? ['framework', 'core', 'ucp'] : ['core', 'ucp'];
  for (let index = 0; names.length < modules; index++) {
    const round = Math.floor(index / MODULE_NAMES.length);
    const name = MODULE_NAMES[index % MODULE_NAMES.length] ?? '';
    names.push(round === 0 ? name : `${name}${round + 1}`);
  }
  return names.slice(0, modules).sort();
}
