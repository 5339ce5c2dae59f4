import { type Plant, type PlantedDamage, Victims } from './damage.js';
import { LISTED_DAMAGE } from './listed-damage.js';
import { SIGNATURE_DAMAGE } from './signature-damage.js';
import { type GeneratedSystem, generateSystem } from './system.js';
import { UNLISTED_DAMAGE } from './unlisted-damage.js';

export interface DemoSystem extends GeneratedSystem {
  /** Everything that was planted, and what a scan should say of it. */
  damage: PlantedDamage[];
}

const DEMO_OPTIONS = { modules: 30, listedFiles: 2400, unlistedFiles: 600, seed: 2026, meanBytes: 8000 };

/**
 * Writes a small system that looks like a real one and plants damage of every kind in it. All of it is inert: what
 * stands for a web shell is a PHP comment.
 *
 * @param dir an empty folder, or one that does not exist yet
 */
export async function buildDemo(dir: string): Promise<DemoSystem> {
  const system = await generateSystem(dir, DEMO_OPTIONS);
  const victims = new Victims(system);
  const damage: PlantedDamage[] = [];
  const plants: readonly Plant[] = [...LISTED_DAMAGE, ...UNLISTED_DAMAGE, ...SIGNATURE_DAMAGE];
  for (const plant of plants) damage.push(await plant(system, victims));
  return { ...system, damage };
}
