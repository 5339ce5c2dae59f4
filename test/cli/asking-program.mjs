/**
 * A program that only asks, with the program's own built parts: `passphrase [--new] [options]`, `line`, `confirm`.
 * Says the SHA-256 of a passphrase, never itself.
 */
import { createHash } from 'node:crypto';
import { Command } from 'commander';

const built = (file) => import(new URL(`../../dist/src/cli/${file}.js`, import.meta.url).href);
const { passphraseSource, withPassphraseOptions } = await built('passphrase');
const { askLine, confirm } = await built('ask');
const { reportError } = await built('report-error');

const program = new Command();
withPassphraseOptions(program.command('passphrase').option('--new')).action(async (given) => {
  const passphrase = await passphraseSource(given)('passphrase of A', { confirm: given.new === true });
  process.stdout.write(`got ${createHash('sha256').update(passphrase).digest('hex')}\n`);
});
program.command('line').action(async () => {
  process.stdout.write(`got [${await askLine('which \u001b[31mkey? ', 'give --key')}]\n`);
});
program.command('confirm').action(async () => {
  process.stdout.write(`got ${await confirm('sure?')}\n`);
});
// As when something else of a program fails while it asks.
process.once('SIGUSR2', () => process.exit(7));
await program.parseAsync().catch(reportError);
