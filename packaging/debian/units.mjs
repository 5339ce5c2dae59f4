import { AGENT_SERVICE, agentUnit } from '../../dist/src/schedule/agent-unit.js';
import { SERVICE, TIMER } from '../../dist/src/schedule/files.js';
import { systemdUnits } from '../../dist/src/schedule/systemd.js';

/**
 * The units of a package, as `sigsweep schedule print` makes them. What the configuration will say of alerts is not
 * known yet, so the network is left open to them; "sigsweep schedule install" makes narrower ones.
 * @param {{ node: string; main: string }} program where it is installed
 * @returns {{ name: string; text: string }[]}
 */
export function packagedUnits(program) {
  const { service, timer } = systemdUnits(
    {
      scheduler: 'systemd',
      at: '02:30',
      splaySeconds: 1800,
      needs: { network: true, sendmail: false, command: false },
      writable: [],
      scan: [],
    },
    program,
  );
  return [
    { name: SERVICE, text: asPackaged(service) },
    { name: TIMER, text: asPackaged(timer) },
    { name: AGENT_SERVICE, text: `${AGENT_NOTE}${agentUnit(program)}` },
  ];
}

const AGENT_NOTE = `# Of the package sigsweep, and not enabled: "systemctl enable --now ${AGENT_SERVICE}" makes this machine a host of a
# fleet, whose queue /etc/sigsweep/config.yaml names.
`;

/** The comment that a unit begins with says who made it. @param {string} text */
function asPackaged(text) {
  const unit = text.slice(text.indexOf('[Unit]'));
  return `# Of the package sigsweep, and not enabled: "systemctl enable --now ${TIMER}" scans every night, as the configuration
# says. "sigsweep schedule install" makes units of its own in its place, for what its options and the configuration need.
${unit}`;
}
