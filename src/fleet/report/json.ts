import { escapeInvalid, safeJson } from '../../report/escape.js';
import { moduleStateObject, pathFields, placedFindingObject } from '../../report/json.js';
import { TOOL } from '../../tool.js';
import type { FleetComparison } from '../findings/compare-hosts.js';
import type { FleetFinding, FleetHost, FleetReport, HostReport } from '../findings/types.js';

/** Names the contract; `schema/fleet.schema.json` describes it. */
export const FLEET_SCHEMA = 'sigsweep/fleet@1';

/** The fleet as one JSON document, a line for each host and finding, piece by piece. */
export function* fleetJson(report: FleetReport): Generator<string> {
  const { hosts, findings, at, silentAfter, ...rest } = report;
  const head = { schema: FLEET_SCHEMA, tool: TOOL, at: at.toISOString(), silentAfterMs: silentAfter, ...rest };
  yield `${safeJson(head).slice(0, -1)},\n"findings":[`;
  yield* rows(findings, findingObject);
  yield '],\n"hosts":[';
  yield* rows(hosts, hostObject);
  yield ']}\n';
}

/** A comparison as one JSON document. */
export function comparisonJson({ one, other, modules, ...rest }: FleetComparison): string {
  const side = ({ host, report }: FleetComparison['one']) => {
    const { id, receivedAt, finishedAt, kind, complete, exitCode } = report;
    return { host, report: reportObject({ number: id, receivedAt, finishedAt, kind, complete, exitCode }) };
  };
  return `${safeJson({
    schema: 'sigsweep/fleet-comparison@1',
    tool: TOOL,
    one: side(one),
    other: side(other),
    complete: rest.complete,
    sameModules: rest.sameModules,
    modules: modules.map(({ name, differences, ...states }) => ({
      ...pathFields('module', name),
      differences,
      one: moduleStateObject(states.one),
      other: moduleStateObject(states.other),
    })),
    onlyOne: rest.onlyOne.map(placedFindingObject),
    onlyOther: rest.onlyOther.map(placedFindingObject),
    both: rest.both.map(placedFindingObject),
  })}\n`;
}

function* rows<Item>(items: readonly Item[], objectOf: (item: Item) => object): Generator<string> {
  for (const [index, item] of items.entries()) yield `${index === 0 ? '' : ','}\n${safeJson(objectOf(item))}`;
}

function hostObject({ enrolledAt, lastHeard, whole, part, order, ...rest }: FleetHost): object {
  return {
    ...rest,
    enrolledAt: enrolledAt.toISOString(),
    lastHeard: lastHeard?.toISOString() ?? null,
    report: reportObject(whole),
    partReport: reportObject(part),
    lastOrder: order === null ? null : { ...order, endedAt: order.endedAt.toISOString() },
  };
}

function reportObject(report: HostReport | null): object | null {
  if (report === null) return null;
  const { receivedAt, finishedAt, ...rest } = report;
  return { ...rest, finishedAt: finishedAt.toISOString(), receivedAt: receivedAt.toISOString() };
}

function findingObject({ module, variants, content, since, ...rest }: FleetFinding): object {
  return {
    ...rest,
    ...(module === null ? { module } : pathFields('module', module)),
    variants: variants.map(({ version, ...variant }) => {
      return { version: version === null ? null : escapeInvalid(version), ...variant };
    }),
    content: content === null ? null : contentObject(content),
    since: since?.toISOString() ?? null,
  };
}

function contentObject({ module, path, firstSeen, ...rest }: NonNullable<FleetFinding['content']>): object {
  return {
    ...rest,
    ...(module === null ? { module } : pathFields('module', module)),
    ...pathFields('path', path),
    firstSeen:
      firstSeen === null
        ? null
        : { host: firstSeen.host, ...pathFields('path', firstSeen.path), seenAt: firstSeen.seenAt.toISOString() },
  };
}
