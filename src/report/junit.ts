import type { ModuleReport, Report } from '../model.js';
import { TOOL } from '../tool.js';
import { SEVERITIES } from '../types.js';
import { type Counts, countOutcomes, type TestCase, TestCases } from './junit-case.js';
import { resultInWords } from './result.js';
import { shortForTerminal } from './shorten.js';
import { xmlAttributes, xmlText } from './xml.js';

/** Tests that belong together: a module, what lies outside of modules, or the scan itself. */
interface Suite {
  readonly name: string;
  /** How its tests begin their names: pipelines group by it, dot by dot. */
  readonly className: string;
  readonly properties: Readonly<Record<string, string | number>>;
  /** Made anew each time it is asked for: counted first, written then. */
  readonly cases: () => Iterable<TestCase>;
}

/**
 * The report as JUnit's XML, for pipelines: a suite for each module, with a test for its verdict and one for each
 * finding. What makes the exit code 1 is a failure, what could not be looked at an error, what is exempted skipped; what
 * is less bad passes and says what it is. The last suite is the scan itself, whose only test fails where the scan did.
 */
export function* junitParts(report: Report): Generator<string> {
  const seconds = Math.max(0, report.finishedAt.getTime() - report.startedAt.getTime()) / 1000;
  const suites = [...suitesOf(report)].map((suite) => ({ ...suite, counts: countOutcomes(suite.cases()) }));
  const total = suites.reduce((sum, { counts }) => added(sum, counts), countOutcomes([]));
  yield '<?xml version="1.0" encoding="UTF-8"?>\n';
  yield `<testsuites${xmlAttributes({ name: TOOL.name, ...countAttributes(total), time: seconds })}>\n`;
  for (const suite of suites) yield* suiteParts(suite, suite.counts, report);
  yield '</testsuites>\n';
}

function* suitesOf(report: Report): Generator<Suite> {
  const tests = new TestCases(SEVERITIES.slice(0, SEVERITIES.indexOf(report.failOn) + 1));
  for (const module of report.modules) {
    const name = shortForTerminal(module.name);
    const cases = () => tests.ofModule(module);
    yield { name, className: `${TOOL.name}.modules.${name}`, properties: propertiesOf(module), cases };
  }
  const outside = report.tree.findings;
  if (outside.length > 0) {
    const cases = () => tests.ofFindings(outside);
    yield { name: 'outside of modules', className: `${TOOL.name}.outside`, properties: {}, cases };
  }
  const properties = { root: shortForTerminal(report.root), kind: report.kind, exitCode: report.exitCode };
  yield { name: 'scan', className: `${TOOL.name}.scan`, properties, cases: () => [resultCase(report)] };
}

/** No pipeline may take a scan that did not come to its end for a clean one, whatever it found until then. */
function resultCase(report: Report): TestCase {
  const { complete, exitCode } = report;
  const told = { name: 'result', message: resultInWords(report), details: () => report.notes.map(shortForTerminal) };
  if (exitCode > 128) return { ...told, outcome: 'error', type: 'interrupted' };
  if (!complete || exitCode > 1) return { ...told, outcome: 'error', type: 'incomplete' };
  if (exitCode === 1) return { ...told, outcome: 'failure', type: 'findings' };
  return { ...told, outcome: 'passed' };
}

function propertiesOf(module: ModuleReport): Record<string, string | number> {
  const { signature } = module;
  return {
    path: shortForTerminal(module.path),
    ...(module.version === null ? {} : { version: shortForTerminal(module.version) }),
    verdict: module.verdict,
    freepbxStatus: module.freepbxStatus,
    ...(signature === null
      ? {}
      : {
          signer: signature.signer ?? signature.keyId,
          trust: signature.trust,
          signedAt: signature.signedAt.toISOString(),
        }),
    listed: module.listed,
    hashed: module.hashed,
    reused: module.reused,
    unchecked: module.unchecked,
  };
}

function* suiteParts({ name, className, properties, cases }: Suite, counts: Counts, report: Report): Generator<string> {
  // Seconds are enough for a time, and some readers take no more.
  const timestamp = report.startedAt.toISOString().slice(0, 19);
  yield `  <testsuite${xmlAttributes({ name, ...countAttributes(counts), time: 0, timestamp })}>\n`;
  const listed = Object.entries(properties).map(
    ([property, value]) => `      <property${xmlAttributes({ name: property, value })}/>\n`,
  );
  if (listed.length > 0) yield `    <properties>\n${listed.join('')}    </properties>\n`;
  for (const one of cases()) yield caseElement(one, className);
  yield '  </testsuite>\n';
}

function caseElement({ name, file, outcome, type, message, details }: TestCase, className: string): string {
  const start = `    <testcase${xmlAttributes({ name, classname: className, time: 0, file })}`;
  switch (outcome) {
    case 'passed': {
      const said = [message, ...details()].filter((line) => line !== '').join('\n');
      return said === '' ? `${start}/>\n` : `${start}><system-out>${xmlText(said)}</system-out></testcase>\n`;
    }
    case 'skipped':
      return `${start}><skipped${xmlAttributes({ message })}/></testcase>\n`;
    case 'failure':
    case 'error':
      return `${start}><${outcome}${xmlAttributes({ message, type })}>${xmlText(details().join('\n'))}</${outcome}></testcase>\n`;
  }
}

function countAttributes({ passed, failure, error, skipped }: Counts): Record<string, number> {
  return { tests: passed + failure + error + skipped, failures: failure, errors: error, skipped };
}

function added(a: Counts, b: Counts): Counts {
  return {
    passed: a.passed + b.passed,
    failure: a.failure + b.failure,
    error: a.error + b.error,
    skipped: a.skipped + b.skipped,
  };
}
