import { VERSION } from './shipped.js';

/** This program, as reports name it. */
export const TOOL = { name: 'sigsweep', version: VERSION } as const;

/** The day of this version: no clock can be right that is before it. */
export const RELEASED = '2026-11-28';
