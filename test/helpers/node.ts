import { execFile } from 'node:child_process';

export interface NodeResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs a script with this Node to its end. An exit code is a result, never an error. */
export function runNode(
  script: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<NodeResult> {
  return new Promise((resolve) => {
    const options = { encoding: 'utf8', env: { ...process.env, ...env } } as const;
    const child = execFile(process.execPath, [script, ...args], options, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}
