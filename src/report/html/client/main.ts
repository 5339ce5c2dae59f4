import { readFindings, readPage } from './data.js';
import { byId, near } from './dom.js';
import { Explorer } from './explorer.js';
import { drawMap } from './map.js';
import { makeSortable } from './sort.js';

// What a report's page does where scripts run; what it says, it says without them too.

const page = readPage();
const findings = readFindings();
document.documentElement.classList.add('js');

const explorer = findings.length === 0 ? null : new Explorer(findings, page, byId('explorer'));

const box = document.getElementById('map-box');
if (box !== null) {
  drawMap(box, page.areas, ({ place, folder, label }) => explorer?.showScope({ place, folder }, label));
}

const modules = document.querySelector<HTMLTableElement>('table.modules');
if (modules !== null) {
  makeSortable(modules);
  modules.addEventListener('click', (event) => follow(event, 'data-show'));
}

document.addEventListener('click', (event) => {
  const word = near(event, 'data-word');
  if (word !== null) document.getElementById(`word-${word.value}`)?.setAttribute('open', '');
  const severity = near(event, 'data-severity');
  if (severity === null || explorer === null) return;
  event.preventDefault();
  explorer.showSeverity(Number(severity.value));
});

for (const steps of document.querySelectorAll('.steps'))
  steps.addEventListener('click', (event) => follow(event, 'data-place'));

/** Leads to the findings of the place that a link names. */
function follow(event: Event, attribute: string): void {
  const place = Number(near(event, attribute)?.value ?? Number.NaN);
  const name = page.places[place]?.name;
  if (name === undefined || explorer === null) return;
  event.preventDefault();
  explorer.showScope({ place, folder: null }, name);
}

performance.mark('usable');
