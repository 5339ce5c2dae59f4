import { putHost } from '../../src/fleet/store/hosts.js';
import { expireOrders, failOrder } from '../../src/fleet/store/orders.js';
import { noteRefusal } from '../../src/fleet/store/refusals.js';
import type { FleetStore } from '../../src/fleet/store/store.js';
import { finding, module, report, signature } from '../report/fixtures.js';
import { badNight } from '../report/html/example.js';
import { answer, endedAt, enrol, HOUR, hoursAgo, NOW, newStore, order } from './store.js';

/** A name that wants to be more than a name. */
export const EVIL = '"><img src=x onerror=alert(1)>\u00e2\u0080\u00ae\u00ff\u001b[2J';

const signed = (digit: string, changes = {}) => signature({ textSha256: digit.repeat(64), ...changes });

/** A fleet with something of everything. */
export function exampleFleet(): FleetStore {
  const store = newStore();
  const names = Array.from({ length: 9 }, (_, index) => `pbx-${index + 1}.west.example`);
  enrol(store, ...names, 'bad', 'silent', 'stripped', 'odd', 'unwilling');
  putHost(store, {
    name: 'new',
    publicKey: 'k',
    groups: [EVIL],
    labels: { site: EVIL, [EVIL]: 'x' },
    store: true,
    enrolledAt: hoursAgo(3),
  });
  const shell = finding('ajax.php', { actual: '5'.repeat(64), firstSeen: hoursAgo(30) });
  const modules = [
    module('core', 'good', { version: '17.0.19.32', signature: signed('1', { signedAt: hoursAgo(900) }) }),
    module('cdr', 'good', { version: '17.0.4', signature: signed('2', { signedAt: hoursAgo(900) }) }),
  ] as const;
  const [core, cdr] = modules;
  for (const name of names) answer(store, name, endedAt(report({ modules }), hoursAgo(4)));
  const evil = finding('', { path: EVIL as never, file: EVIL as never, note: EVIL, actual: '8'.repeat(64) });
  for (const [name, found] of [
    ['pbx-1.west.example', [{ ...shell, firstSeen: hoursAgo(54) }, evil]],
    ['pbx-2.west.example', [shell, evil]],
  ] as const) {
    answer(store, name, endedAt(report({ modules, outside: found, exitCode: 1 }), hoursAgo(3)));
  }
  answer(store, 'bad', { ...badNight(), startedAt: hoursAgo(4), finishedAt: hoursAgo(4) });
  answer(store, 'silent', endedAt(report({ modules }), hoursAgo(300)), { at: hoursAgo(300) });
  answer(
    store,
    'stripped',
    endedAt(report({ modules: [core, module('cdr', 'unsigned', { version: '17.0.4' })] }), hoursAgo(3)),
  );
  const older = module('core', 'good', { version: '17.0.9', signature: signed('3', { signedAt: hoursAgo(2000) }) });
  const other = module('cdr', 'good', { version: '17.0.4', signature: signed('4', { signer: 'B'.repeat(40) }) });
  answer(store, 'odd', endedAt(report({ modules: [older, other] }), hoursAgo(3)));
  const resigned = { ...core, signature: signed('6', { signedAt: hoursAgo(800) }) };
  answer(store, 'unwilling', endedAt(report({ modules: [resigned, cdr], complete: false }), hoursAgo(3)));
  failOrder(store, order(store, 'unwilling', { issued: NOW }), 'unwilling', `WEB_ROOT_NOT_FOUND: ${EVIL}`, NOW);
  order(store, 'new', { expires: NOW, issued: hoursAgo(1) });
  expireOrders(store, NOW);
  noteRefusal(store, 'bad', 'wrong key', 'another key than the one that is known signed it', hoursAgo(5));
  noteRefusal(store, 'bad', 'malformed', EVIL, new Date(NOW.getTime() - HOUR));
  return store;
}
