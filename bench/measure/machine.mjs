/** What was measured on: enough to judge the figures, and nothing that names the machine. */
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem } from 'node:os';

/**
 * @typedef {object} Machine
 * @property {string} cpu
 * @property {number} cores that this process may use
 * @property {boolean} shaInstructions whether the CPU has instructions for SHA-256
 * @property {number} memoryBytes
 * @property {string} kernel
 * @property {string} fileSystem of the trees
 */

/** @param {string} folder where the trees lie @returns {Machine} */
export function describeMachine(folder) {
  const information = readFileSync('/proc/cpuinfo', 'utf8');
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    shaInstructions: /\b(sha_ni|sha2)\b/.test(information),
    memoryBytes: totalmem(),
    kernel: `Linux ${release()}`,
    fileSystem: fileSystemOf(folder),
  };
}

/** @param {string} folder an absolute real path */
function fileSystemOf(folder) {
  let best = { point: '', type: 'unknown' };
  for (const line of readFileSync('/proc/self/mounts', 'utf8').split('\n')) {
    const [, point = '', type = ''] = line.split(' ');
    const holds = point === '/' || folder === point || folder.startsWith(`${point}/`);
    if (point !== '' && holds && point.length >= best.point.length) best = { point, type };
  }
  return best.type;
}
