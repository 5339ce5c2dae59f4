import { libraryVersion } from '../shipped.js';
import { RELEASED, TOOL } from '../tool.js';

/** Libraries on whose version it depends what a verdict or a history is. */
const LIBRARIES = ['openpgp', 'piscina', 'libsql'] as const;

/** `sigsweep --version --json`: what a report of a fault has to say. */
export async function versionJson(): Promise<string> {
  const { node, v8, openssl, uv } = process.versions;
  const found = LIBRARIES.flatMap((name) => {
    const version = libraryVersion(name);
    return version === undefined ? [] : [[name, version] as const];
  });
  const version = {
    name: TOOL.name,
    version: TOOL.version,
    released: RELEASED,
    platform: process.platform,
    arch: process.arch,
    node,
    libraries: { openssl, v8, uv, ...Object.fromEntries(found), ...(await sqlite()) },
  };
  return `${JSON.stringify(version, null, 2)}\n`;
}

/** The database is a library of machine code, which may be missing where everything else works. */
async function sqlite(): Promise<{ readonly sqlite?: string }> {
  try {
    const { Sqlite } = await import('../state/sqlite.js');
    const database = new Sqlite(':memory:', 0);
    const [version] = database.first('SELECT sqlite_version()') ?? [];
    database.close();
    return { sqlite: String(version) };
  } catch {
    return {};
  }
}
