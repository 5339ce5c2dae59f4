import type { PlacedFinding } from '../changes.js';
import { SigsweepError } from '../errors.js';
import { Glob, problemOfGlob } from '../exempt/glob.js';
import { fromText } from '../files/bytepath.js';

/** Which findings of an earlier scan are meant. */
export interface SelectionArguments {
  readonly scan?: string;
  readonly module?: string;
  readonly outside?: true;
  readonly path?: string;
}

/**
 * Chooses among the findings of an earlier scan by their module and their path.
 * @throws SigsweepError USAGE, or NOT_EXEMPTIBLE where there is none.
 */
export function selectFindings(
  placed: readonly PlacedFinding[],
  { module, outside, path }: SelectionArguments,
): readonly PlacedFinding[] {
  if (path === undefined || (module === undefined) === (outside === undefined)) {
    throw new SigsweepError('USAGE', 'with --scan, give --path and one of --module NAME and --outside');
  }
  const problem = path.includes('*') ? problemOfGlob(path) : null;
  if (problem !== null) throw new SigsweepError('USAGE', `--path ${path} ${problem}`);
  const owner = module === undefined ? null : fromText(module);
  const wanted = fromText(path);
  const glob = new Glob(wanted);
  const chosen = placed.filter(
    (one) =>
      one.module === owner &&
      one.finding.severity !== 'info' &&
      (one.finding.path === wanted || glob.matches(one.finding.path)),
  );
  if (chosen.length > 0) return chosen;
  const where = module === undefined ? 'outside of modules' : `in module ${module}`;
  throw new SigsweepError('NOT_EXEMPTIBLE', `that scan found nothing ${where} with the path ${path} that counts`);
}
