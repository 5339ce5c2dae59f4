/** What every target checks with. */
import { DataError } from '../../dist/src/errors.js';

/**
 * Calls a parser, for which only one kind of error is a result.
 *
 * @template T @param {() => T} parse @returns {T | null} `null` for refused data
 */
export function parsed(parse) {
  try {
    return parse();
  } catch (error) {
    if (error instanceof DataError && /^[^\0]{1,500}$/s.test(error.message)) return null;
    throw error;
  }
}

/** @param {boolean} holds @param {string} what */
export function must(holds, what) {
  if (!holds) throw new Error(`broken: ${what}`);
}
