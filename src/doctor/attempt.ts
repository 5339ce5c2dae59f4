import { SigsweepError } from '../errors.js';
import { type Check, fail } from '../health-check.js';

/**
 * Does what a scan would do first, and reports what it would end with.
 * @throws whatever is no {@link SigsweepError}
 */
export async function attempt(name: string, todo: string, look: () => Check | Promise<Check>): Promise<Check> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof SigsweepError)) throw error;
    return fail(name, `${error.message} [${error.code}]`, todo);
  }
}
