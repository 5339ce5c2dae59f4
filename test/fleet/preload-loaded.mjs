import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

// Tells which modules a program has loaded: those of the queue are CommonJS, which Node keeps in one list.
process.on('exit', () =>
  writeFileSync(process.env.LOADED_FILE, Object.keys(createRequire(import.meta.url).cache).join('\n')),
);
