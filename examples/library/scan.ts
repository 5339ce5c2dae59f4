/** Scans a web root, prints the report for people, and ends with the exit code of `sigsweep scan`. Ctrl-C ends it early. */
import { renderText, SigsweepError, scan } from 'sigsweep';

const [webRoot = '/var/www/html', ...anchors] = process.argv.slice(2);
const interrupt = new AbortController();
process.once('SIGINT', () => interrupt.abort());

try {
  const report = await scan({ webRoot, anchors, signal: interrupt.signal });
  // Escapes the names of files, which whoever wrote them has chosen.
  process.stdout.write(renderText(report, { color: process.stdout.isTTY, all: false }));
  process.exitCode = report.exitCode;
} catch (error) {
  if (!(error instanceof SigsweepError)) throw error;
  process.stderr.write(`${error.code}: ${error.message}\n`);
  process.exitCode = 2;
}
