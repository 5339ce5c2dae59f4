/** Which systems are measured, and how large they are. */

/**
 * @typedef {object} Recipe
 * @property {number} modules
 * @property {number} listedFiles
 * @property {number} unlistedFiles
 * @property {number} meanBytes of the listed files
 * @property {'ed25519' | 'rsa4096'} keyType of the anchor and the signer
 * @property {{ files: number, bytes: number } | null} recordings one more signed module, of large files all alike in size
 */

/** @typedef {'peers' | 'hashing' | 'files'} Measure */

/** Means of unlisted files, as `src/demo/unlisted.ts` writes them. */
const UNLISTED_MEAN_BYTES = 4000;

/** Counted on a real system: of its 101,000 files this part is listed. */
const LISTED_PART = 27_435 / 101_000;

/** Files of real modules have a median of 2 KB and this mean. */
const REAL_MEAN_BYTES = 416_000_000 / 27_435;

/** Of the trees that only differ in how many files they have. */
const SMALL_MEAN_BYTES = 4000;

/** What a file costs besides its bytes: its last block is half empty, and every fourth comes with a folder. */
const OVERHEAD_BYTES = 5200;

/** By how many files the series `files` grows: a tenfold each. */
const SERIES = [1000, 10_000, 100_000, 1_000_000];

/** @type {Readonly<Record<string, { recipe: Recipe, measures: readonly Measure[] }>>} */
export const TREES = {
  // Its keys are made in no time, which is what it is for.
  tiny: { recipe: { ...system(4, 300, SMALL_MEAN_BYTES), keyType: 'ed25519' }, measures: ['peers', 'hashing'] },
  small: { recipe: system(30, 3000, REAL_MEAN_BYTES), measures: ['peers', 'hashing'] },
  system: {
    recipe: system(122, 101_000, REAL_MEAN_BYTES),
    measures: ['peers', 'hashing'],
  },
  sounds: {
    recipe: { ...system(3, 60, SMALL_MEAN_BYTES), recordings: { files: 64, bytes: 64_000_000 } },
    measures: ['hashing'],
  },
  ...Object.fromEntries(
    SERIES.map((files) => [
      `files-${files}`,
      { recipe: system(Math.max(3, files / 1000), files, SMALL_MEAN_BYTES), measures: ['files'] },
    ]),
  ),
  // As large as real files make it, and the largest `module.sig`, that of `framework`, nearly as large as one may be.
  huge: {
    recipe: { ...system(1000, 1_000_000, REAL_MEAN_BYTES), listedFiles: 400_000, unlistedFiles: 600_000 },
    measures: ['files'],
  },
};

/** What `--trees files` stands for. */
export const FILE_SERIES = SERIES.map((files) => `files-${files}`);

/** @param {number} modules @param {number} files @param {number} meanBytes @returns {Recipe} */
function system(modules, files, meanBytes) {
  const listedFiles = Math.round(files * LISTED_PART);
  const unlistedFiles = files - listedFiles;
  // As every genuine signer's.
  return { modules, listedFiles, unlistedFiles, meanBytes, keyType: 'rsa4096', recordings: null };
}

/** How much room a tree takes on a disk, a little more rather than less. @param {Recipe} recipe */
export function roomFor({ listedFiles, unlistedFiles, meanBytes, recordings }) {
  const files = listedFiles + unlistedFiles + (recordings?.files ?? 0);
  const content = listedFiles * meanBytes + unlistedFiles * UNLISTED_MEAN_BYTES;
  return {
    inodes: Math.round(files * 1.3),
    bytes: Math.round(
      content + (recordings === null ? 0 : recordings.files * recordings.bytes) + files * OVERHEAD_BYTES,
    ),
  };
}
