import { createRequire } from 'node:module';

// By the package's own name, so that it is found from the sources, the build and an installation alike.
const { version } = createRequire(import.meta.url)('sigsweep/package.json') as { version: string };

/** This program, as reports name it. */
export const TOOL = { name: 'sigsweep', version } as const;
