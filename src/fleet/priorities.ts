/** Which of several scans that wait at one host comes first: as BullMQ counts, 1 before all others. */
export const PRIORITIES = { high: 1, normal: 10, low: 100 } as const;

/** One of {@link PRIORITIES}. */
export type Priority = keyof typeof PRIORITIES;
