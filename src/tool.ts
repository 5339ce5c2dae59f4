import { VERSION } from './shipped.js';

/** This program, as reports name it. */
export const TOOL = { name: 'sigsweep', version: VERSION } as const;
