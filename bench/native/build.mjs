import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findProgram } from '../measure/programs.mjs';

const SOURCE = fileURLToPath(new URL('limit.c', import.meta.url));

/**
 * Compiles the limit program into the run's scratch folder.
 *
 * @param {import('../measure/runner.mjs').Runner} runner
 * @returns {Promise<{ path: string } | { missing: string }>}
 */
export async function buildLimit(runner) {
  const compiler = findProgram('cc');
  if (compiler === null) return { missing: 'there is no C compiler (cc)' };
  const path = join(runner.scratch, 'limit');
  const { code, stderr } = await runner.run([compiler, '-O2', '-pthread', '-o', path, SOURCE, '-lcrypto']);
  if (code === 0) return { path };
  return { missing: `cc could not build it: ${stderr.trim().split('\n')[0]}` };
}
