import type { BytePath } from '../files/bytepath.js';
import type { ExemptionEntry } from './entry.js';

/** No module has this name. */
const OUTSIDE = '/';

/** Finds the entries for a place among many, without looking at each. */
export class ExemptionLookup {
  private readonly paths = new Map<string, ExemptionEntry[]>();
  private readonly globs = new Map<string, ExemptionEntry[]>();

  constructor(entries: Iterable<ExemptionEntry>) {
    for (const entry of entries) {
      if (typeof entry.place === 'string') append(this.paths, keyOf(entry.module, entry.place), entry);
      else append(this.globs, entry.module ?? OUTSIDE, entry);
    }
  }

  /** Entries for exactly this path. */
  exact(module: BytePath | null, path: BytePath): readonly ExemptionEntry[] {
    return this.paths.get(keyOf(module, path)) ?? [];
  }

  /** Entries whose glob matches the path. */
  matching(module: BytePath | null, path: BytePath): readonly ExemptionEntry[] {
    const globs = this.globs.get(module ?? OUTSIDE) ?? [];
    return globs.filter(({ place }) => typeof place !== 'string' && place.matches(path));
  }
}

function keyOf(module: BytePath | null, path: BytePath): string {
  return `${module ?? OUTSIDE}\0${path}`;
}

function append<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
