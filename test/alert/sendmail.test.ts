import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { deliver } from '../../src/alert/deliver.js';
import { makeEvent } from './event.js';
import { bodyOf, headersOf } from './letter.js';
import { makeProgram } from './program.js';
import { channel } from './settings.js';

function send(sendmail: string, to: string[] = ['admin@example.org', 'root@localhost']) {
  return deliver(
    'local',
    channel({ type: 'mail', to, from: 'pbx@example.org', sendmail }),
    makeEvent({ notes: ['.'] }),
  );
}

test('the local sendmail gets the message on its standard input, and addresses as arguments', async () => {
  const { path, folder } = makeProgram(`
    writeFileSync(folder + '/args', JSON.stringify(process.argv.slice(2)));
    writeFileSync(folder + '/mail', readFileSync(0));
  `);
  await expect(send(path)).resolves.toEqual({ refused: [] });
  expect(JSON.parse(readFileSync(join(folder, 'args'), 'utf8'))).toEqual([
    '-i',
    '-f',
    'pbx@example.org',
    'admin@example.org',
    'root@localhost',
  ]);
  const mail = readFileSync(join(folder, 'mail'), 'utf8');
  expect(mail).not.toContain('\r');
  expect(headersOf(mail).get('to')).toEqual(['admin@example.org, root@localhost']);
  expect(bodyOf(mail)).toContain('critical: unlisted code  /var/www/html/admin/views/some.php\n');
});

test('what it says when it fails is quoted', async () => {
  const { path } = makeProgram(`process.stderr.write('no such user\\n\\x1b[31mhere'); process.exit(67);`);
  await expect(send(path)).rejects.toMatchObject({
    code: 'ALERT_FAILED',
    message: `alert channel local: mail through ${path}: it failed with exit code 67, saying: no such user\\n\\u{1b}[31mhere`,
  });
});

test('a sendmail that is not there', async () => {
  await expect(send('/nonexistent/sendmail')).rejects.toThrow('mail through /nonexistent/sendmail: ENOENT');
});
