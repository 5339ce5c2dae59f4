import type { Command } from 'commander';

export interface ProgressArguments {
  /** Not there: where a person looks on. */
  readonly progress?: boolean;
}

/** Called with what is done, of how much, and its bytes. */
export type OnProgress = (files: number, total: number, bytes: number) => void;

/** Adds the options that say whether long work shows how far it is. */
export function withProgressOption(command: Command): Command {
  return command.option('--progress', 'show how far it is (default: on a terminal)').option('--no-progress', 'do not');
}

/** Does work that shows how far it is, where somebody wants to see it. */
export async function withProgress<Result>(
  { progress = process.stderr.isTTY }: ProgressArguments,
  label: string,
  work: (onProgress: OnProgress) => Promise<Result>,
): Promise<Result> {
  if (progress !== true) return work(() => undefined);
  // Loaded only where a bar is shown.
  const { FileBar } = await import('./file-bar.js');
  const bar = new FileBar(label);
  try {
    return await work(bar.update);
  } finally {
    bar.stop();
  }
}
