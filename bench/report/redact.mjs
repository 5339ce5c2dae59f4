/**
 * Makes texts that are the same on every machine: `TREE` for where a tree lies, `LISTS` for its lists, `TMP` for what a
 * run makes for itself.
 */
export class Redactor {
  /** @type {(readonly [path: string, word: string])[]} */
  #words;

  /**
   * @param {readonly import('../trees/cache.mjs').Tree[]} trees @param {string} scratch
   * @param {string} project the folder of the project
   */
  constructor(trees, scratch, project) {
    const ofTrees = trees.flatMap(
      ({ root, dir }) =>
        /** @type {const} */ ([
          [root, 'TREE'],
          [dir, 'LISTS'],
        ]),
    );
    /** @type {(readonly [string, string])[]} */
    const own = [
      [`${project}/`, ''],
      [scratch, 'TMP'],
      [process.execPath, 'node'],
    ];
    this.#words = [...ofTrees, ...own].sort(([a], [b]) => b.length - a.length);
  }

  /** @param {string} text */
  text(text) {
    return this.#words.reduce((redacted, [path, word]) => redacted.replaceAll(path, word), text);
  }
}
