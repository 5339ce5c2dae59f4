import { join } from 'node:path';

/** The web root, relative to the root of the system. */
export const WEB_ROOT = 'var/www/html';

/** The settings that say where FreePBX is installed, as real systems have them: paths as the machine itself sees them. */
export const CONFIGURATION_FILES: readonly (readonly [path: string, text: string])[] = [
  [
    'etc/freepbx.conf',
    `<?php
$amp_conf['AMPDBUSER'] = 'freepbxuser';
$amp_conf['AMPDBPASS'] = 'demonstration';
$amp_conf['AMPDBHOST'] = 'localhost';
$amp_conf['AMPDBNAME'] = 'asterisk';
$amp_conf['AMPDBENGINE'] = 'mysql';
$amp_conf['datasource'] = ''; //for sqlite3
require_once('/var/www/html/admin/bootstrap.php');
`,
  ],
  [
    'etc/amportal.conf',
    `# Written by FreePBX
AMPBIN=/var/lib/asterisk/bin
AMPSBIN=/usr/sbin
AMPWEBROOT=/var/www/html
ASTAGIDIR=/var/lib/asterisk/agi-bin
ASTETCDIR=/etc/asterisk
ASTVARLIBDIR=/var/lib/asterisk
`,
  ],
];

/** Where the parts of `framework` go; `undefined` where they are edited after installation or never installed. */
const FRAMEWORK_FOLDERS: readonly (readonly [listed: string, installed: string | undefined])[] = [
  ['amp_conf/htdocs/', WEB_ROOT],
  ['amp_conf/bin/', 'var/lib/asterisk/bin'],
  ['amp_conf/sbin/', 'usr/sbin'],
  ['amp_conf/agi-bin/', 'var/lib/asterisk/agi-bin'],
  ['amp_conf/sounds/', 'var/lib/asterisk/sounds'],
  ['amp_conf/astetc/', undefined],
  ['amp_conf/moh/', undefined],
  ['upgrades/', undefined],
];

/** The place of a listed file, relative to the root of the system; `undefined` for one that is not installed. */
export function installedAt(module: string, listedPath: string): string | undefined {
  if (module === 'framework') {
    for (const [listed, installed] of FRAMEWORK_FOLDERS) {
      if (!listedPath.startsWith(listed)) continue;
      return installed === undefined ? undefined : join(installed, listedPath.slice(listed.length));
    }
  }
  return join(WEB_ROOT, 'admin/modules', module, listedPath);
}
