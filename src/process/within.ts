import { WorkError } from './failure.js';

const INTERRUPTED = 'it was interrupted';

/**
 * Does work that must end: when the time is over or `signal` is aborted, the work's own signal is, and it has failed,
 * whether it obeys or not.
 * @param milliseconds how long it may take
 * @throws WorkError when it did not end in time, or was interrupted.
 */
export async function within<Result>(
  milliseconds: number,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  if (signal?.aborted) throw new WorkError(INTERRUPTED);
  // Not AbortSignal.any and AbortSignal.timeout: together they may be collected before they tell anybody.
  const controller = new AbortController();
  const end = (why: string) => controller.abort(new WorkError(why));
  const interrupt = () => end(INTERRUPTED);
  const timer = setTimeout(() => end(`it took longer than ${milliseconds / 1000} s`), milliseconds);
  signal?.addEventListener('abort', interrupt, { once: true });
  try {
    return await Promise.race([work(controller.signal), ended(controller.signal)]);
  } catch (error) {
    throw controller.signal.aborted ? controller.signal.reason : error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', interrupt);
  }
}

function ended(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
