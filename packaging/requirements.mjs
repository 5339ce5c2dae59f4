import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * What is missing for building packages.
 * @param {{ platform: string; arch: string; path: string; built: boolean }} machine
 * @returns {string[]} one sentence each; none where everything is there
 */
export function missing({ platform, arch, path, built }) {
  const wrongMachine =
    platform === 'linux' && arch === 'x64'
      ? []
      : [
          `packages are built on Linux x64 only, because the Node inside is run to make them; this is ${platform} ${arch}`,
        ];
  const programs = [
    { name: 'dpkg-deb', from: 'apt-get install dpkg' },
    { name: 'npm', from: 'install Node with npm' },
  ];
  return [
    ...wrongMachine,
    ...programs
      .filter(({ name }) => !isProgram(name, path))
      .map(({ name, from }) => `there is no ${name} here: ${from}`),
    ...(built ? [] : ['the program is not built: npm run build']),
  ];
}

/** @param {string} name @param {string} path */
function isProgram(name, path) {
  return path.split(delimiter).some((folder) => {
    const file = join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      return existsSync(file);
    } catch {
      return false;
    }
  });
}
