import type { Check } from '../health-check.js';
import type { TrustOptions } from '../scan/options.js';
import type { LayoutOptions } from '../scan/system/layout.js';
import type { Machine } from '../schedule/files.js';
import { scheduleStatus } from '../schedule/status.js';
import { judgeClock } from './clock.js';
import { checkKeys } from './keys.js';
import { checkPrograms, isClockSynchronised } from './programs.js';
import { checkRuntime } from './runtime.js';
import { judgeSchedule } from './schedule.js';
import { checkState } from './state.js';
import { checkExemptions, checkWebRoot, webRootOf } from './system.js';

/** What a scan of this machine would be given. */
export interface DoctorOptions {
  readonly system: LayoutOptions;
  readonly trust: TrustOptions;
  /** `false`: scans are not remembered. */
  readonly state: string | false;
  readonly exemptions: string | undefined;
  readonly machine: Machine;
  /** What is known of the configuration already. */
  readonly configuration: Check;
}

/** Everything that scans depend on, in the order in which they do. Changes nothing. */
export async function examine(options: DoctorOptions, now = new Date()): Promise<Check[]> {
  const state = await checkState(options.state, webRootOf(options.system), now);
  return [
    ...(await checkRuntime()),
    judgeClock(now, state.lastBegan, isClockSynchronised()),
    options.configuration,
    await checkWebRoot(options.system, process.getuid?.() === 0),
    ...(await checkKeys(options.trust, now)),
    await checkExemptions(options.exemptions, now),
    ...state.checks,
    judgeSchedule(scheduleStatus(options.machine, undefined)),
    ...checkPrograms(),
  ];
}
