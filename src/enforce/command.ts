import { accessSync, constants, statSync } from 'node:fs';
import { SigsweepError } from '../errors.js';
import { type BytePath, fromLatin1, toFsPath, toText } from '../files/bytepath.js';
import { errorInWords } from '../files/failure.js';
import { requireTrustedProgram, type User } from '../process/run-program.js';
import type { ListedScan } from '../scan/scan-listed.js';

const FRAMEWORK = fromLatin1('framework');

/** Where `framework` lists it: releases since 13 in the first place, from where a link leads to it. */
const FWCONSOLE = ['amp_conf/bin/fwconsole', 'amp_conf/sbin/fwconsole'].map(fromLatin1);

const REMEDY = 'name a program of your own with --command';

/** What disables a module. */
export interface DisableCommand {
  /** The program, absolute, and its arguments; the module's name is added as the last one. */
  readonly program: string;
  readonly args: readonly string[];
  /** With whose rights it runs; `null` for those of this process. */
  readonly user: User | null;
  /** Whether it is FreePBX's own, whose words are known. */
  readonly isFreepbx: boolean;
}

/**
 * The administrator's own program.
 * @param words the absolute path of the program, and its arguments.
 * @throws SigsweepError FILE_UNSAFE when others could have written it, ENFORCEMENT_REFUSED when it is none.
 */
export function givenCommand([program = '', ...args]: readonly string[]): DisableCommand {
  try {
    if (!statSync(program).isFile()) throw new Error('it is no program');
    accessSync(program, constants.X_OK);
    requireTrustedProgram(program);
  } catch (cause) {
    if (cause instanceof SigsweepError) throw cause;
    throw new SigsweepError('ENFORCEMENT_REFUSED', `cannot run ${program}: ${errorInWords(cause)}; ${REMEDY}`, {
      cause,
    });
  }
  return { program, args, user: null, isFreepbx: false };
}

/**
 * FreePBX's own `fwconsole`, as the scan found it.
 *
 * It loads FreePBX's configuration and the code of every enabled module, the revoked one among them, so that good files of
 * `framework` alone do not make it safe for root: it gets the rights of the web root's owner, as the web server has them,
 * and whoever could have changed any of that code gains nothing by its being run.
 *
 * @throws SigsweepError ENFORCEMENT_REFUSED where it is not known to be FreePBX's own, or would act on another system.
 */
export function freepbxCommand({ report, layout, placeOf }: ListedScan): DisableCommand {
  const root = toText(report.root);
  if (!layout.isOwn) {
    throw refusal(`it acts on the FreePBX that this machine's own configuration describes, not on ${root}`, REMEDY);
  }
  const framework = report.modules.find(({ name }) => name === FRAMEWORK);
  if (framework?.verdict !== 'good') {
    const what = framework === undefined ? 'not there' : framework.verdict;
    throw refusal(
      `the module framework, which it is part of, is ${what}`,
      `restore framework from a source that you trust, or ${REMEDY}`,
    );
  }
  const place = FWCONSOLE.map((listed) => placeOf(FRAMEWORK, listed)).find((found) => found !== null);
  if (place === undefined) {
    throw refusal('framework lists none in a place that is known, so nobody vouches for it', REMEDY);
  }
  return { program: toText(place), args: ['ma', 'disable'], user: ownerFor(report.root), isFreepbx: true };
}

/** Whose rights are enough for the code in a web root; `null` where this process has those and no others. */
function ownerFor(webRoot: BytePath): User | null {
  const { uid, gid } = statSync(toFsPath(webRoot));
  const own = process.getuid?.();
  const loads = `it loads the code of every enabled module and ${toText(webRoot)} belongs to`;
  if (own !== 0) {
    if (own === uid) return null;
    throw refusal(
      `${loads} user ${uid}, so that this code would get the rights of user ${own}`,
      `run this as root, which keeps its rights from it, or ${REMEDY}`,
    );
  }
  if (uid !== 0 && gid !== 0) return { uid, gid };
  throw refusal(
    `${loads} root, so that this code would get root's rights`,
    `give the web root to the web server's user and group, as FreePBX does, or ${REMEDY}`,
  );
}

function refusal(why: string, remedy: string): SigsweepError {
  return new SigsweepError('ENFORCEMENT_REFUSED', `fwconsole is not run: ${why}; ${remedy}`);
}
