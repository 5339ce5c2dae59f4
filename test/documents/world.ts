import { chmodSync, chownSync, cpSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { CONFIGURATION_FILES, WEB_ROOT } from '../../src/demo/layout.js';
import { moduleXml } from '../../src/demo/modules.js';
import { certify } from '../../src/openpgp/certify.js';
import { armorPublicKey, generateKey } from '../../src/openpgp/secret-key.js';
import { KEYS_CREATED } from '../helpers/keys.js';
import { makeSystem, type TestSystemOptions } from '../helpers/system.js';
import { removeFolder } from '../helpers/temp.js';

/** The web server's user: it owns the web root, as on a real system. */
const WEB_SERVER = 33;

const PASSPHRASE = 'a long passphrase for documents';

const MODULES: TestSystemOptions['modules'] = {
  framework: {
    'amp_conf/htdocs/index.php': '<?php // the first page\n',
    'amp_conf/sbin/fwconsole': '#!/bin/sh\necho "disabled $3"\n',
  },
  core: { 'functions.inc.php': '<?php // core\n' },
  cdr: { 'functions.inc.php': '<?php // cdr\n', 'assets/css/cdr.css': 'a { color: red }\n' },
  backup: { 'functions.inc.php': '<?php // backup\n' },
};

/** What nobody signed: a page that the administrator knows, and the vendor's tests. */
const UNSIGNED = {
  [`${WEB_ROOT}/info.php`]: '<?php phpinfo();\n',
  [`${WEB_ROOT}/admin/modules/framework/utests/bootstrap.php`]: '<?php // tests\n',
};

export interface World {
  /** Holds what lies over the folders of this machine while commands run. */
  readonly dir: string;
  /** The fingerprint of the key that signed `backup`; the anchor has certified it. */
  readonly vendor: string;
  remove(): void;
}

/**
 * Makes the machine that documents talk about: a small FreePBX with two files that nobody signed, an anchor of its own
 * in the configuration, a channel of alerts, and in root's home what a developer and an authority have.
 */
export async function makeWorld(): Promise<World> {
  const system = await makeSystem({
    modules: MODULES,
    files: { ...UNSIGNED, ...Object.fromEntries(CONFIGURATION_FILES) },
  });
  chmodSync(system.listedPath('framework', 'amp_conf/sbin/fwconsole'), 0o755);
  const vendor = await generateKey({ name: 'Vendor', email: 'vendor@example.org', created: KEYS_CREATED });
  const vendorKey = await certify(vendor.publicKey(), system.anchor, { date: KEYS_CREATED });
  await system.sign('backup', { key: vendor });
  system.writeKey(vendorKey, 'vendor');

  const write = (path: string, text: string, mode = 0o644) => system.write(path, text, mode);
  write('root/vendor.key', armorPublicKey(vendorKey));
  write('root/authority.key', await system.anchor.armoredSecret(null), 0o600);
  write('etc/sigsweep/signing.key', await system.signer.armoredSecret(null), 0o600);
  write('etc/sigsweep/passphrase', `${PASSPHRASE}\n`, 0o600);
  write('etc/sigsweep/config.yaml', configuration(system.anchorFingerprint));
  write('root/mymodule/module.xml', moduleXml('mymodule', '17.0.1'));
  write('root/mymodule/functions.inc.php', '<?php // mine\n');
  for (const folder of ['root/dist', 'var/lib']) mkdirSync(join(system.dir, folder), { recursive: true });
  write('usr/local/sbin/tell-us', '#!/bin/sh\ncat >/dev/null\n', 0o755);
  write('usr/sbin/sendmail', '#!/bin/sh\ncat >/dev/null\n', 0o755);
  write('usr/local/bin/sudo', '#!/bin/sh\nexec "$@"\n', 0o755);
  write('usr/local/bin/sigsweep', `#!/bin/sh\nexec node ${INSTALLED}/dist/program/cli/main.js "$@"\n`, 0o755);

  renameSync(system.keyring, join(system.dir, 'etc/sigsweep/keys'));
  cpSync(join(system.dir, WEB_ROOT), join(system.dir, 'backup', WEB_ROOT), { recursive: true });
  cpSync(system.modulePath('cdr'), join(system.dir, 'root/cdr'), { recursive: true });
  chownSync(system.webRoot, WEB_SERVER, WEB_SERVER);
  return { dir: system.dir, vendor: vendor.fingerprint, remove: () => removeFolder(system.dir) };
}

/** Where the program lies for those who run it. */
export const INSTALLED = '/usr/local/lib/node_modules/sigsweep';

function configuration(anchor: string): string {
  return `anchor: ["${anchor}"]
alerts:
  own: {type: command, run: [/usr/local/sbin/tell-us]}
sign: {key: /etc/sigsweep/signing.key}
pack: {key: /etc/sigsweep/signing.key}
# Nobody sits at a terminal.
threads: 1
bench: {seconds: 1}
keys: {passphrase-file: /etc/sigsweep/passphrase, yes: true}
`;
}
