import { statSync } from 'node:fs';
import type { AlertSettings } from '../alert/settings.js';
import { SigsweepError } from '../errors.js';
import { errorInWords } from '../files/failure.js';
import { readTrustedFile, requireTrusted } from '../files/trusted.js';
import { MAX_CONFIG_BYTES } from '../limits.js';
import { type Document, DocumentError, type Path, parseYaml } from '../yaml/document.js';
import { adviceOn } from './advice.js';
import { channelsWithSecretAddress } from './channels.js';
import { type ConfigDocument, configSchema, pathOf } from './schema.js';
import type { Layer, Setting } from './setting.js';

/** A configuration file that was read and checked. */
export interface ConfigFile {
  readonly file: string;
  /** What it says of settings. */
  readonly layer: Layer;
  readonly alerts: AlertSettings;
  /** The line of what stands at a path, from 1. */
  lineOf(path: Path): number;
}

/**
 * Reads a configuration file.
 * @throws SigsweepError CONFIG_UNREADABLE; CONFIG_MALFORMED, with a {@link DocumentError} as its cause; FILE_UNSAFE where
 * others could have written it, or read an address in it that is a secret.
 */
export function readConfigFile(file: string, settings: readonly Setting[]): ConfigFile {
  const { value, lineOf } = parse(file, readText(file), settings);
  requireClosedAddresses(file, value.alerts);
  const layer = new Map(
    [...value.settings].map(([setting, given]) => {
      const source = { kind: 'file', file, line: lineOf(pathOf(setting)) } as const;
      return [setting, { ...given, source }];
    }),
  );
  return { file, layer, alerts: value.alerts, lineOf };
}

function readText(file: string): string {
  try {
    return readTrustedFile(file, { maxBytes: MAX_CONFIG_BYTES });
  } catch (cause) {
    if (cause instanceof SigsweepError) throw cause;
    const message = `cannot read the configuration ${file}: ${errorInWords(cause)}; --no-config does without one`;
    throw new SigsweepError('CONFIG_UNREADABLE', message, { cause });
  }
}

function parse(file: string, text: string, settings: readonly Setting[]): Document<ConfigDocument> {
  try {
    return parseYaml(text, configSchema(settings), (path) => adviceOn(path, settings));
  } catch (cause) {
    if (!(cause instanceof DocumentError)) throw cause;
    throw new SigsweepError('CONFIG_MALFORMED', `${file}: ${cause.message}`, { cause });
  }
}

function requireClosedAddresses(file: string, alerts: AlertSettings): void {
  const [channel] = channelsWithSecretAddress(alerts);
  if (channel === undefined) return;
  try {
    requireTrusted(file, statSync(file), true);
  } catch (cause) {
    if (!(cause instanceof SigsweepError)) throw cause;
    const advice = `or put the address of ${channel}, a secret, into a file of its own, which urlFile names`;
    throw new SigsweepError(cause.code, `${cause.message}, ${advice}`, { cause });
  }
}
