import type { BytePath } from './bytepath.js';
import { basename, dirname } from './bytepath.js';

/**
 * Names that a web server with PHP runs, in any case: `.php`, `.php3` to `.php8`, `.phtml`, `.phar`, `.pht`. Old servers
 * take a line end behind it for the end of the name.
 */
const SERVER_RUN = /\.(?:php[3-8]?|phtml|phar|pht)\n?$/i;

/** Names that a server runs which goes by any of a name's extensions (`AddHandler`): `page.php.bak`. */
const MAYBE_SERVER_RUN = /\.(?:php[3-8]?|phtml|phar|pht)\.[^/]*$/i;

/** Names that a shell or the server's CGI runs. */
const SHELL_RUN = /\.(?:sh|bash|ksh|zsh|csh|cgi|fcgi|pl)$/i;

/** Pictures, fonts, sounds, styles and scripts for the browser: the server hands them out, and PHP has no place in them. */
const ASSET =
  /\.(?:png|jpe?g|gif|ico|svg|webp|bmp|css|less|scss|js|mjs|map|woff2?|ttf|eot|otf|mp3|wav|ogg|gsm|g722|ulaw|alaw|sln\d*|pdf|swf)$/i;

/** Text and data that people leave about; an execute bit on them comes from a careless `chmod -R`. */
const DATA =
  /\.(?:txt|md|rst|html?|log|json|xml|csv|ya?ml|ini|conf|po|mo|pot|sql|gz|tgz|zip|bz2|xz|tar|gpg|sig|key|lesscache|list|bak|orig|dist|lock|crt|pem)$/i;

/** Whether the web server would run a file of this name. */
export function isServerRun(path: BytePath): boolean {
  return SERVER_RUN.test(path);
}

/** Whether some web servers would run a file of this name. */
export function isMaybeServerRun(path: BytePath): boolean {
  return MAYBE_SERVER_RUN.test(path);
}

/** Whether the web server or a shell would run a file of this name. */
export function isCodeName(path: BytePath): boolean {
  return SERVER_RUN.test(path) || SHELL_RUN.test(path);
}

/** `.htaccess` and `.user.ini` change how the server treats the folder they lie in. */
export function isServerConfig(path: BytePath): boolean {
  const name = basename(path);
  return name === '.htaccess' || name === '.user.ini';
}

export function isAssetName(path: BytePath): boolean {
  return ASSET.test(path);
}

/** Whether an execute bit on a file of this name means nothing. */
export function isDataName(path: BytePath): boolean {
  return ASSET.test(path) || DATA.test(path);
}

/** Whether a path below the web root, or a folder with a slash at its end, lies in what npm installed. */
export function isInNodeModules(path: string): boolean {
  return `/${path}`.includes('/node_modules/');
}

/** Whether a file is part of what npm installed, and nothing that the server would run or be configured by. */
export function isDependency(path: BytePath): boolean {
  return isDependencyIn(dirname(path))(basename(path));
}

/** The same for the files of one folder. */
export function isDependencyIn(folder: BytePath): (name: BytePath) => boolean {
  if (!isInNodeModules(`${folder}/`)) return () => false;
  return isHarmlessDependency;
}

/** What every name has that the server runs, is configured by, or includes: most dependencies are told by this alone. */
const MAYBE_MORE = /\.(?:ph|ht|us|less)/i;

function isHarmlessDependency(name: BytePath): boolean {
  if (!MAYBE_MORE.test(name)) return true;
  // FreePBX includes LESS caches as PHP, wherever its folder of them leads.
  return !isServerRun(name) && !isMaybeServerRun(name) && !isServerConfig(name) && !name.endsWith('.lesscache');
}

/** A LESS cache file where FreePBX writes them: `…/assets/less/cache/*.lesscache|css|list`. */
export function isLessCache(path: BytePath): boolean {
  return /(?:^|\/)less\/cache\/[^/]+\.(?:lesscache|css|list)$/.test(path);
}

/** A downloaded package where FreePBX keeps them: `admin/modules/_cache/<rawname>-<version>.tgz[.gpg]`. */
export function isPackageCache(pathBelowWebRoot: BytePath): boolean {
  return /^admin\/modules\/_cache\/[^/]+\.tgz(?:\.gpg)?$/.test(pathBelowWebRoot);
}

export function isTranslation(path: BytePath): boolean {
  return /(?:^|\/)i18n\/(?:.+\/)?[^/]+\.(?:po|mo|pot)$/.test(path);
}

/** Whether a component of the path begins with a dot. */
export function isHidden(path: BytePath): boolean {
  return path.startsWith('.') || path.includes('/.');
}
