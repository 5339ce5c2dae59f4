/** What comes before a release, and after it, as PHP's own comparison has it: FreePBX compares versions with that. */
const STAGES: Readonly<Record<string, number>> = {
  dev: -5,
  alpha: -4,
  a: -4,
  beta: -3,
  b: -3,
  rc: -2,
  '#': 0,
  pl: 1,
  p: 1,
};

/** Below all that has a meaning. */
const UNKNOWN_STAGE = -6;

/** Longer ones are not compared: genuine versions have ten characters. */
const MOST_CHARACTERS = 64;

/**
 * Which of two versions is older: below zero for the first, above for the second, 0 where neither is; `null` where one of
 * them is none.
 */
export function compareVersions(one: string, other: string): number | null {
  const [a, b] = [partsOf(one), partsOf(other)];
  if (a === null || b === null) return null;
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const difference = compareParts(a[index], b[index]);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Numbers and words, between which a dot counts as nothing. */
function partsOf(version: string): string[] | null {
  if (version.length > MOST_CHARACTERS || !/^v?\d/i.test(version)) return null;
  return version
    .toLowerCase()
    .replace(/^v/, '')
    .match(/\d+|[a-z]+/g);
}

/** A number that one has and the other has not makes it newer; so `1.0.0` is newer than `1.0`, as in PHP. */
function compareParts(a: string | undefined, b: string | undefined): number {
  if (a !== undefined && b !== undefined && isNumber(a) && isNumber(b)) {
    const [x, y] = [BigInt(a), BigInt(b)];
    return x < y ? -1 : x > y ? 1 : 0;
  }
  if (a === undefined || b === undefined) {
    const [left, sign] = a === undefined ? [b, -1] : [a, 1];
    return sign * (isNumber(left ?? '') ? 1 : stageOf(left ?? '') - (STAGES['#'] ?? 0));
  }
  return stageOf(a) - stageOf(b);
}

function isNumber(part: string): boolean {
  return /^\d/.test(part);
}

function stageOf(part: string): number {
  const stage = isNumber(part) ? '#' : part;
  return Object.hasOwn(STAGES, stage) ? (STAGES[stage] ?? 0) : UNKNOWN_STAGE;
}
