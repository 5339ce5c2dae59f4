import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type NodeResult, runNode } from '../helpers/node.js';

/** The folder of the benchmark. */
export const BENCH = new URL('../../bench/', import.meta.url);

const MAIN = fileURLToPath(new URL('main.mjs', BENCH));

/** Runs the benchmark to its end. */
export function runBench(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<NodeResult> {
  return runNode(MAIN, args, env);
}

/** Starts it, and leaves it to the caller to end it. */
export function startBench(args: readonly string[], env: Readonly<Record<string, string>>) {
  const options = { encoding: 'utf8', env: { ...process.env, ...env } } as const;
  let resolve: (result: NodeResult) => void = () => {};
  const ended = new Promise<NodeResult>((resolveEnded) => {
    resolve = resolveEnded;
  });
  const child = execFile(process.execPath, [MAIN, ...args], options, (_error, stdout, stderr) =>
    resolve({ code: child.exitCode, stdout, stderr }),
  );
  return { child, ended };
}

/** A part of it that is no program. The type checker does not look into scripts from here. */
export function importBench(path: string) {
  return import(new URL(path, BENCH).href);
}
