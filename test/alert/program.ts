import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempFolder } from '../helpers/temp.js';

export interface Program {
  readonly path: string;
  /** Where it may leave what it was given. */
  readonly folder: string;
}

/** A program of its own: the body of a script, which finds its folder in `folder`, for as long as the test runs. */
export function makeProgram(body: string, mode = 0o700): Program {
  const folder = tempFolder();
  const path = join(folder, 'program');
  const head = `#!${process.execPath}\nconst { readFileSync, writeFileSync } = require('node:fs');\n`;
  writeFileSync(path, `${head}const folder = ${JSON.stringify(folder)};\n${body}\n`, { mode });
  return { path, folder };
}
