import type { Report } from '../model.js';
import { jsonParts, ndjsonParts } from './json.js';
import { type TextOptions, textParts } from './text.js';

/** Every form that a report can have, by the word that `--format` takes. */
export const FORMATS = ['text', 'html', 'json', 'ndjson', 'junit', 'sarif', 'csv', 'rpm', 'freepbx'] as const;
/** A form that a report can have. */
export type Format = (typeof FORMATS)[number];

/**
 * A report in one of its forms, piece by piece: a tree full of long names gives more than one string can hold. What few
 * runs ask for is loaded when it is.
 * @param report what a scan found.
 * @param format the form.
 * @param options how `text` looks; the other forms do not depend on it.
 * @returns text, whose pieces one after the other are the report.
 */
export async function reportParts(report: Report, format: Format, options: TextOptions): Promise<Iterable<string>> {
  switch (format) {
    case 'text':
      return textParts(report, options);
    case 'json':
      return jsonParts(report);
    case 'ndjson':
      return ndjsonParts(report);
    case 'junit':
      return (await import('./junit.js')).junitParts(report);
    case 'sarif':
      return (await import('./sarif.js')).sarifParts(report);
    case 'csv':
      return (await import('./csv.js')).csvParts(report);
    case 'rpm':
      return (await import('./rpm.js')).rpmParts(report);
    case 'freepbx':
      return (await import('./freepbx.js')).freepbxParts(report);
    case 'html':
      return (await import('./html/html.js')).htmlParts(report);
  }
}
