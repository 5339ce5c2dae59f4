import { DataError } from '../errors.js';

export type Config = Map<string, string>;

export type ManifestType = 'public' | 'local';

/** What of `[config]` changes how a manifest is judged. */
export interface CheckedConfig {
  readonly type: ManifestType;
  readonly expiresAfter: Date | null;
}

/**
 * Splits a `key=value` line whose characters are bytes; the value is returned as text. Spaces around `=` do not count,
 * quotes stay. Returns `null` for any other line.
 */
export function parseConfigLine(line: string): readonly [key: string, value: string] | null {
  const match = /^([A-Za-z0-9_.-]+) *= *(.*)$/.exec(line);
  if (match === null) return null;
  const [, key = '', value = ''] = match;
  return [key, Buffer.from(value, 'latin1').toString('utf8')];
}

/**
 * Checks the keys that sigsweep understands. Others are left alone: the vendor adds some from time to time.
 *
 * Throws {@link DataError} for another hash than `sha256`, an unknown version or type, or a malformed date: what such a
 * manifest means is not known, and nothing is guessed.
 */
export function checkConfig(config: ReadonlyMap<string, string>): CheckedConfig {
  const hash = config.get('hash');
  if (hash !== 'sha256') throw new DataError(`the hash must be sha256, not ${describe(hash)}`);
  const version = config.get('version');
  if (version !== undefined && version !== '1' && version !== '2') {
    throw new DataError(`the version must be 1 or 2, not ${describe(version)}`);
  }
  const type = config.get('type') ?? 'public';
  if (type !== 'public' && type !== 'local') {
    throw new DataError(`the type must be public or local, not ${describe(type)}`);
  }
  return { type, expiresAfter: parseTime(config.get('expiresafter')) };
}

/** Reads decimal Unix seconds, with or without a fraction, which PHP's `microtime` writes. */
function parseTime(value: string | undefined): Date | null {
  if (value === undefined) return null;
  if (!/^[0-9]{1,12}(?:\.[0-9]{1,9})?$/.test(value)) {
    throw new DataError(`expiresafter must be a Unix time in seconds, not ${describe(value)}`);
  }
  return new Date(Math.floor(Number(value)) * 1000);
}

function describe(value: string | undefined): string {
  return value === undefined ? 'absent' : JSON.stringify(value.slice(0, 80));
}
