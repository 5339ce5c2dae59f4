import { toText } from '../files/bytepath.js';
import { manifestOf } from '../publish/module-signature.js';
import { prepareSigning, type SignedModule, signModule } from '../publish/sign-module.js';
import { escapeControls } from '../report/escape.js';
import { shortForTerminal } from '../report/shorten.js';
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
  const { threads, local, root, dryRun = false, allowUncertified = false } = given;
  const options = {
    ...trustOptions(given),
    ...signerOptions(given),
    allowUncertified,
    ...(threads === undefined ? {} : { threads }),
    ...(local === undefined ? {} : { secureFolder: toText(secureFolderIn(existingFolder(root, '--root'))) }),
  };
  // Until all is written: whoever ends it leaves no temporary file behind, and no half of a pair.
  const done = await interruptible(async (signal) => {
    if (!dryRun) return signModule(folder, { ...options, signal });
    const { module, signer } = await prepareSigning(folder, { ...options, signal });
    return manifestOf(module, signer);
  });
  await (done instanceof Uint8Array ? printManifest(done) : printResult(done));
}

async function printResult({ name, signature, files, hidden, written }: SignedModule): Promise<void> {
  const passedOver = hidden.length === 0 ? '' : `, ${countInWords(hidden.length, 'name')} with a dot passed over`;
  await print([
    `signed ${shortForTerminal(name)}: ${countInWords(files, 'file')}${passedOver}\n`,
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
