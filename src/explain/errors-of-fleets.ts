import type { ExplanationText } from './explanation.js';

/** Errors of fleets: many machines, one queue. */
export const FLEET_ERRORS = {
  QUEUE_UNREACHABLE: {
    title: 'Redis cannot be reached',
    meaning:
      'The address that --queue gives did not answer, its certificate does not count, or it did not let this user in. Nothing was sent; what waits on disk still waits.',
    todo: 'Do what the message says. redis-cli with the same address and user shows whether it is Redis or the way to it.',
  },
  ENROLMENT_REFUSED: {
    title: 'the host was not taken into the fleet',
    meaning:
      'The coordinator knows no such token, it was used before, it is over, or nobody answered. The host kept nothing.',
    todo: 'See that sigsweep fleet watch runs, and make a new token there: sigsweep fleet enroll HOST.',
  },
  FLEET_UNUSABLE: {
    title: 'what a fleet keeps on this machine cannot be used',
    meaning:
      'The folder with the key and the results of the coordinator, or with the key and the waiting reports of a host, cannot be read or written, is damaged, or was written by a newer release. It is never begun anew by itself: it says whom to believe.',
    todo: 'Put the folder right, or give it back from a backup. A host can be enrolled again after sigsweep fleet remove HOST.',
  },
  HOST_NOT_FOUND: {
    title: 'there is no such host in the fleet',
    meaning: 'No host of that name, group or label is enrolled. Nothing was asked of anybody.',
    todo: 'sigsweep fleet list shows the hosts with their groups and labels.',
  },
  STORE_SCAN_FAILED: {
    title: 'the scan of a store by many machines did not come to an end',
    meaning:
      'A part was refused by the machine that had it, or no machine took it in time. There is no report, for it would not be one of the whole store.',
    todo: 'The message names the part and the machine. Give all of them the same keys, anchors and options, and the same folder under the same path.',
  },
} as const satisfies Record<string, ExplanationText>;
