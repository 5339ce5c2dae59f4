import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Unattended } from './unattended.js';

it('tells once that the configuration leads to another web root than before', async () => {
  const unattended = await Unattended.begin();
  unattended.configure('alerts:', unattended.channel('hook'));
  const { system } = unattended;
  await unattended.scan(0);
  // A clean copy, and the shell where the server really is.
  cpSync(system.webRoot, join(system.dir, 'srv/clean'), { recursive: true });
  system.write('etc/freepbx.conf', "<?php\n$amp_conf['AMPWEBROOT'] = '/srv/clean';\n");
  system.writeInWebRoot('admin/shell.php', '<?php system($_GET[0]);\n');
  expect(await unattended.scan(3)).toContain(`the web root was ${system.webRoot} before, and nobody named this one`);
  await unattended.scan(0);
  expect(unattended.told().map(({ reasons }) => reasons)).toEqual([['moved']]);
});

it('says nothing of web roots that are named', async () => {
  const unattended = await Unattended.begin();
  unattended.configure('alerts:', unattended.channel('hook'));
  const { system } = unattended;
  cpSync(system.webRoot, join(system.dir, 'srv/clean'), { recursive: true });
  await unattended.scan(0, ['/var/www/html']);
  await unattended.scan(0, ['/srv/clean']);
  await unattended.scan(0, ['/var/www/html']);
  expect(unattended.told()).toEqual([]);
});
