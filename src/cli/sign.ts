import { toText } from '../files/bytepath.js';
import { chooseSigner } from '../publish/choose-signer.js';
import { manifestOf } from '../publish/module-signature.js';
import { type SignedModuleResult, signModule } from '../publish/sign-module.js';
import { readUnsignedModule, requireModule } from '../publish/unsigned-module.js';
import { escapeControls } from '../report/escape.js';
import { shortForTerminal } from '../report/shorten.js';
import { gatherKeys, keysInTree } from '../scan/signature/trust.js';
import { existingFolder } from '../scan/system/given-paths.js';
import { secureFolderIn } from '../scan/system/layout.js';
import { countInWords } from '../words.js';
import { type TrustArguments, trustOptions } from './arguments.js';
import { interruptible } from './interrupt.js';
import { print } from './output.js';
import { type SignerArguments, signerOptions } from './signer-options.js';

export interface SignArguments extends SignerArguments, TrustArguments {
  readonly threads?: number;
  readonly allowUncertified?: true;
  readonly local?: true;
  readonly root: string;
  readonly dryRun?: true;
}

/** `sigsweep sign DIR`. */
export async function sign(folder: string, given: SignArguments): Promise<void> {
  requireModule(folder);
  const keys = await gatherKeys(trustOptions(given), new Date(), keysInTree(null, []));
  const allowUncertified = given.allowUncertified ?? false;
  const { threads, local, root, dryRun = false } = given;
  // Until all is written: whoever ends it leaves no temporary file behind, and no half of a pair.
  const done = await interruptible(async (signal) => {
    const signer = await chooseSigner({ ...signerOptions(given), allowUncertified, signal }, keys);
    const module = await readUnsignedModule(folder, { signal, ...(threads === undefined ? {} : { threads }) });
    if (dryRun) return manifestOf(module, signer);
    const secure = local === undefined ? {} : { secureFolder: toText(secureFolderIn(existingFolder(root, '--root'))) };
    return signModule(module, { keys, signer, allowUncertified, signal, ...secure });
  });
  await (done instanceof Uint8Array ? printManifest(done) : printResult(done));
}

async function printResult({ module, signature, written }: SignedModuleResult): Promise<void> {
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
