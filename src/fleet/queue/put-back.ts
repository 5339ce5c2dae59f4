import { type Job, WaitingError } from 'bullmq';

/** Gives a job back to its queue, for whoever comes next; what it throws tells the worker that the job is not done. */
export async function putBack(job: Job, token: string | undefined): Promise<never> {
  await job.moveToWait(token);
  throw new WaitingError();
}
