import { SEVERITIES } from '../../types.js';
import { type FleetHost, HOST_STATES, HOST_VERDICTS } from '../findings/types.js';

/** What of a host's findings decides how urgent it is. */
const URGENT = SEVERITIES.filter((severity) => severity !== 'low' && severity !== 'info');

/** Hosts that need a look most come first. */
export function byNeed(a: FleetHost, b: FleetHost): number {
  for (const severity of URGENT) {
    const difference = b.counts[severity] - a.counts[severity];
    if (difference !== 0) return difference;
  }
  return (
    HOST_VERDICTS.indexOf(a.verdict) - HOST_VERDICTS.indexOf(b.verdict) ||
    HOST_STATES.indexOf(a.state) - HOST_STATES.indexOf(b.state) ||
    (a.name < b.name ? -1 : 1)
  );
}
