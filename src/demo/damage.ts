import { join } from 'node:path';
import type { FindingKind, Severity, UnlistedClass, Verdict } from '../types.js';
import type { GeneratedModule } from './modules.js';
import type { GeneratedSystem } from './system.js';

/** What a scan has to say about one piece of planted damage. */
export interface Expectation {
  /** The verdict on the module, where the damage decides it. */
  verdict?: Verdict;
  /** The finding at `where`, unless the module's signature itself is what is wrong. */
  finding?: FindingKind;
  class?: UnlistedClass;
  severity: Severity;
}

export interface PlantedDamage {
  /** In words, for people. */
  what: string;
  /** The damaged file, or the folder of the module whose signature is damaged; absolute. */
  where: string;
  /** The folder name of the module concerned, if any. */
  module?: string;
  expect: Expectation;
}

/** Hands out modules to damage, each only once, so that one damage never hides another. */
export class Victims {
  readonly #left: GeneratedModule[];

  constructor(system: GeneratedSystem) {
    const spared = ['framework', 'core', 'ucp'];
    this.#left = system.modules.filter(({ name }) => !spared.includes(name));
  }

  /** A module and a file of its that the pattern matches. */
  withFile(pattern: RegExp): { module: GeneratedModule; listedPath: string; file: string } {
    for (const [index, module] of this.#left.entries()) {
      const listedPath = module.listed.find((path) => pattern.test(path));
      if (listedPath === undefined) continue;
      this.#left.splice(index, 1);
      return { module, listedPath, file: join(module.path, listedPath) };
    }
    throw new Error(`no module is left that lists a file like ${pattern}`);
  }

  next(): GeneratedModule {
    return this.withFile(/^module\.xml$/).module;
  }
}

/** Plants one piece of damage and tells what it did. */
export type Plant = (system: GeneratedSystem, victims: Victims) => PlantedDamage | Promise<PlantedDamage>;
