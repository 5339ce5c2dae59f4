import { writeWhole } from '../files/write.js';
import type { Report } from '../model.js';
import { metricsParts } from '../report/metrics.js';

/** The exporter that reads the file runs as another user. */
const READABLE_BY_ALL = 0o644;

/** Writes the figures of a run for Prometheus; `report` is `null` for a scan that could not run. @throws SigsweepError OUTPUT_FAILED */
export function writeMetrics(
  file: string,
  report: Report | null,
  finishedAt: Date,
  exitCode: number,
  lastSuccess: Date | null,
): void {
  writeWhole(file, metricsParts({ report, finishedAt, exitCode, lastSuccess }), { mode: READABLE_BY_ALL });
}
