/** Which stage of a scan a sample of the profiler belongs to. */

/** @typedef {{ functionName: string, url: string }} Frame */
/** @typedef {readonly (readonly [stage: string, functions: RegExp, urls?: RegExp])[]} Stages */

/** Of the frames from the innermost out, the first that is named here tells. @type {Stages} */
export const COORDINATOR = [
  ['garbage collection', /^\(garbage collector\)$/],
  ['report', /^(?:assembleReport|joinParts|partOf|textParts|runReport|tell|print|render|summarize)$/],
  ['OpenPGP: keys and signatures', /^(?:gatherTrust|addTreeKeys|makersOf|isSignedBy.*|verify|#check|readKeyState)$/],
  ['manifests: framing and parsing', /^(?:parseCleartext|canonicalText|parseManifest|readModuleXml)$/],
  ['reading signatures', /^readFileBelow$/],
  ['plan', /^(?:planModule|unitsOf|signedFilesOf|areasOf|installedCopies|strangersOf)$/],
  ['to the threads and back', /^(?:encodeBatch|#dispatch|#send|eachResult|#deliver|add|order|ask|search)$/],
  ['compare and classify', /^(?:take|takeFolder|judge|inspect|compare|report|classOfName)$/],
  ['find the system', /^(?:findLayout|discoverModules)$/],
  ['start the pool', /./, /piscina/],
  ['load the program', /./, /node:internal\/(?:modules|bootstrap|main)|commander/],
];

/** @type {Stages} */
export const THREAD = [
  ['garbage collection', /^\(garbage collector\)$/],
  ['walk', /^(?:search)$/],
  ['open', /^(?:openRegular|enter)$/],
  ['read', /^readFully$/],
  ['SHA-256', /^(?:hash|update)$/, /node:internal\/crypto/],
  ['look again, close', /^(?:changeSince|lookAt|hashBatch)$/],
  ['to the threads and back', /^(?:onMessage|postMessage|eachResult)$/],
  ['start a thread', /./, /node:internal|piscina/],
];

/**
 * CPU milliseconds by stage.
 * @param {{ nodes: { id: number, callFrame: Frame, children?: number[] }[], samples: number[], timeDeltas: number[] }} profile
 * @param {Stages} stages
 * @returns {Map<string, number>}
 */
export function stageTimes({ nodes, samples, timeDeltas }, stages) {
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  /** @type {Map<number, string>} */
  const known = new Map();
  /** @param {number} leaf */
  const stageOf = (leaf) => {
    if (isIdle(frames.get(leaf))) return 'idle';
    for (let at = /** @type {number | undefined} */ (leaf); at !== undefined; at = parents.get(at)) {
      const found = stages.find(([, name, url]) => matches(frames.get(/** @type {number} */ (at)), name, url));
      if (found !== undefined) return found[0];
    }
    return 'other';
  };
  /** @type {Map<string, number>} */
  const times = new Map();
  for (const [index, leaf] of samples.entries()) {
    const stage = known.get(leaf) ?? stageOf(leaf);
    known.set(leaf, stage);
    times.set(stage, (times.get(stage) ?? 0) + (timeDeltas[index] ?? 0) / 1000);
  }
  times.delete('idle');
  return times;
}

/** @param {Frame | undefined} frame */
function isIdle(frame) {
  return frame?.functionName === '(idle)' || frame?.functionName === 'atomicsWaitLoop';
}

/** @param {Frame | undefined} frame @param {RegExp} name @param {RegExp | undefined} url */
function matches(frame, name, url) {
  return frame !== undefined && name.test(frame.functionName) && (url === undefined || url.test(frame.url));
}

/** @param {readonly ReadonlyMap<string, number>[]} times @returns {Map<string, number>} */
export function sumOf(times) {
  /** @type {Map<string, number>} */
  const sum = new Map();
  for (const one of times) for (const [stage, time] of one) sum.set(stage, (sum.get(stage) ?? 0) + time);
  return sum;
}
