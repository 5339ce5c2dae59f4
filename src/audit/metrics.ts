import { SigsweepError } from '../errors.js';
import { writeWhole } from '../files/write.js';
import type { Report } from '../model.js';
import { metricsParts } from '../report/metrics.js';

/** The exporter that reads the file runs as another user. */
const READABLE_BY_ALL = 0o644;

/**
 * Writes the figures of a run for Prometheus; `report` is `null` for a scan that could not run.
 * @returns why they could not be written, in words: no report and no alert is worth less than they are.
 */
export function writeMetrics(
  file: string,
  report: Report | null,
  finishedAt: Date,
  exitCode: number,
  lastSuccess: Date | null,
): string[] {
  try {
    writeWhole(file, metricsParts({ report, finishedAt, exitCode, lastSuccess }), { mode: READABLE_BY_ALL });
    return [];
  } catch (error) {
    if (error instanceof SigsweepError) return [error.message];
    throw error;
  }
}
