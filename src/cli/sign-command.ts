import type { Command } from 'commander';
import { escapeControls } from '../report/escape.js';
import { shortForTerminal } from '../report/shorten.js';
import { gatherKeys, keysInTree } from '../scan/signature/trust.js';
import { countInWords } from '../words.js';
import { parsePath, parseThreads, type TrustArguments, trustOptions, withTrustOptions } from './arguments.js';
import { interruptible } from './interrupt.js';
import { print } from './output.js';
import { type SignerArguments, signerOptions, withSignerOptions } from './signer-options.js';

interface SignArguments extends SignerArguments, TrustArguments {
  readonly threads?: number;
  readonly allowUncertified?: true;
  readonly local?: true;
  readonly root: string;
  readonly dryRun?: true;
}

/** `sigsweep sign DIR`. */
export function addSignCommand(program: Command): void {
  const command = program
    .command('sign')
    .summary("sign a module's folder")
    .description(
      "Lists and hashes a module's files, signs the list, and writes module.sig, whole\n" +
        'or not at all. Names that begin with a dot are not signed; links, special files\n' +
        'and names that no list can hold are refused.',
    )
    .argument('<dir>', "the module's folder, called as its module.xml says", parsePath)
    .option('--allow-uncertified', 'sign with a key that no anchor has certified, for a test of your own')
    .option('--local', 'write the list to /etc/freepbx.secure, and a module.sig that names it (as root)')
    .option('--root <path>', 'with --local: the / of the system whose /etc/freepbx.secure is meant', parsePath, '/')
    .option('--dry-run', 'print the list that would be signed, and write nothing')
    .option('--threads <n>', 'worker threads that hash (default: the cores this process may use)', parseThreads);
  withSignerOptions(withTrustOptions(command)).action(sign);
}

async function sign(folder: string, given: SignArguments): Promise<void> {
  const [{ chooseSigner }, { secureFolderOf }, { manifestOf, readUnsignedModule, signModule }] = await Promise.all([
    import('../publish/choose-signer.js'),
    import('../publish/local.js'),
    import('../publish/sign-module.js'),
  ]);
  const keys = await gatherKeys(trustOptions(given), new Date(), keysInTree(null, []));
  const allowUncertified = given.allowUncertified ?? false;
  const signer = await chooseSigner({ ...signerOptions(given), allowUncertified }, keys);
  const module = await interruptible((signal) =>
    readUnsignedModule(folder, { signal, ...(given.threads === undefined ? {} : { threads: given.threads }) }),
  );
  if (given.dryRun === true) return printManifest(manifestOf(module, signer));
  const { signature, written } = await signModule(module, {
    keys,
    signer,
    allowUncertified,
    ...(given.local === undefined ? {} : { secureFolder: secureFolderOf(given.root) }),
  });
  const { name, entries, hidden } = module;
  const passedOver = hidden.length === 0 ? '' : `, ${countInWords(hidden.length, 'name')} with a dot passed over`;
  await print([
    `signed ${shortForTerminal(name)}: ${countInWords(entries.size, 'file')}${passedOver}\n`,
    `  by ${signature.signer}${signature.trust === 'untrusted' ? ', whom no anchor has certified' : ''}\n`,
    ...written.map((file) => `  wrote ${escapeControls(file)}\n`),
  ]);
}

/** To a file byte for byte; a terminal gets no character that it would obey. */
async function printManifest(text: Buffer): Promise<void> {
  if (process.stdout.isTTY)
    await print(
      text
        .toString('utf8')
        .split('\n')
        .map((line) => `${escapeControls(line)}\n`),
    );
  else process.stdout.write(text);
}
