import type { Severity } from '../../types.js';
import type { Refusal } from '../message/believe.js';
import type { RefusalRecord } from '../store/records.js';
import type { FleetFinding, FleetHost } from './types.js';

/** What is wrong with a host as a member of the fleet; what its own scan found is not repeated. */
export function* hostFindings(host: FleetHost): Generator<FleetFinding> {
  const { state, order, lastHeard, enrolledAt, whole } = host;
  if (state === 'silent') yield about(host.name, 'silent', 'medium', lastHeard ?? enrolledAt);
  if (state === 'never reported') yield about(host.name, 'never-reported', 'medium', enrolledAt);
  if (state === 'outdated') yield about(host.name, 'outdated', 'medium', whole?.finishedAt ?? null);
  // Whoever is not heard of answers nothing: that is said already.
  if (order?.state === 'expired' && state !== 'silent') yield about(host.name, 'unanswered', 'medium', order.endedAt);
  if (order?.state === 'failed') yield about(host.name, 'failed', 'medium', order.endedAt, order.reason);
}

/** How bad it is that somebody put such a message into a queue of the fleet. */
const REFUSAL_SEVERITIES: Readonly<Record<Refusal, Severity>> = {
  unsigned: 'high',
  'wrong key': 'high',
  'other host': 'high',
  replayed: 'medium',
  // A machine whose clock is wrong, or that was away for long.
  late: 'low',
  early: 'medium',
  unasked: 'medium',
  'too large': 'medium',
  malformed: 'medium',
  'too many': 'medium',
  protocol: 'medium',
};

/**
 * What was not believed of what lay in the queue of a host, whoever put it there.
 * @param isMember else somebody tried to enrol, most often with a token that is over.
 */
export function refusalFinding(
  { host, why, detail, lastAt, firstAt, count }: RefusalRecord,
  isMember: boolean,
): FleetFinding {
  const often = count === 1 ? '' : `, ${count} times, the last on ${lastAt.toISOString().slice(0, 16)}Z`;
  const own = REFUSAL_SEVERITIES[why];
  const severity = isMember || own !== 'high' ? own : 'medium';
  return about(host, 'refused', severity, firstAt, `${why}${often}${detail === '' ? '' : `: ${detail}`}`);
}

function about(
  host: string,
  kind: FleetFinding['kind'],
  severity: Severity,
  since: Date | null,
  detail = '',
): FleetFinding {
  const hosts = { count: 1, names: [host] };
  return { kind, severity, hosts, odd: true, module: null, variants: [], content: null, since, detail };
}
