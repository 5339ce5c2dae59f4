import { countInWords } from '../../../words.js';
import { h } from '../markup.js';
import { byContent, byModule, type Group } from '../model/group.js';
import { membersOnPage, pagesOf } from '../model/page.js';
import { type Scope, select, type Wanted } from '../model/select.js';
import { controls } from '../view/controls.js';
import { contentsInWords, modulesInWords, nothing, pagerButtons, rangeInWords, scopeMarkup } from '../view/extent.js';
import { contentTable, detailsRow, moduleTable, type Shown } from '../view/results.js';
import type { Findings } from '../wire/decode.js';
import type { PageData } from '../wire/format.js';
import { fill, near, nodeOf } from './dom.js';

/** Lines on a page. */
const SIZE = 100;

/** The list of all findings: filtered, grouped, page by page. */
export class Explorer {
  private readonly form: HTMLFormElement;
  private readonly status: HTMLElement;
  private readonly results: HTMLElement;
  private readonly pager: HTMLElement;
  private readonly open = new Set<number>();
  private readonly copies = new Map<number, number>();
  private scope: { readonly scope: Scope; readonly label: string } | null = null;
  private groups: readonly Group[] = [];
  private number = 0;
  private page = 0;
  private waiting = false;

  constructor(
    private readonly findings: Findings,
    private readonly data: PageData,
    private readonly root: HTMLElement,
  ) {
    for (const content of findings.content) this.copies.set(content, (this.copies.get(content) ?? 0) + 1);
    this.form = nodeOf(controls(findings, data.compared)) as HTMLFormElement;
    this.status = nodeOf(h('div', { class: 'status' })) as HTMLElement;
    this.results = nodeOf(h('div', { class: 'results' })) as HTMLElement;
    this.pager = nodeOf(h('nav', { class: 'pager', 'aria-label': 'Pages of findings' })) as HTMLElement;
    fill(this.status, h('p', { role: 'status' }), h('p', { class: 'scope' }));
    root.append(this.form, this.status, this.results, this.pager);
    this.form.addEventListener('submit', (event) => event.preventDefault());
    this.form.addEventListener('input', () => this.later());
    root.addEventListener('click', (event) => this.clicked(event));
    this.update();
  }

  /** Shows only what lies in one place. */
  showScope(scope: Scope, label: string): void {
    this.reset();
    this.scope = { scope, label };
    this.update();
    this.bringIntoView();
  }

  /** Shows only one severity. */
  showSeverity(severity: number): void {
    this.reset();
    for (const box of this.boxes('severity')) box.checked = box.value === String(severity);
    this.update();
    this.bringIntoView();
  }

  private reset(): void {
    this.form.reset();
    this.scope = null;
  }

  /** Once a frame: whoever types fast is not kept waiting for what is already outdated. */
  private later(): void {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.update();
    });
  }

  private update(): void {
    const selected = select(this.findings, this.wanted());
    this.number = selected.length;
    this.groups = this.isByContent ? byContent(this.findings, selected) : byModule(this.findings, selected);
    this.page = 0;
    this.open.clear();
    this.draw();
  }

  private draw(): void {
    const { page, groups, shown } = this;
    const lines = this.isByContent ? groups.length : this.number;
    const pages = pagesOf(lines, SIZE);
    if (this.number === 0) fill(this.results, nothing());
    else if (this.isByContent) fill(this.results, contentTable(shown, groups.slice(page * SIZE, (page + 1) * SIZE)));
    else fill(this.results, moduleTable(shown, membersOnPage(groups, page, SIZE)));
    fill(this.pager, ...(pages > 1 ? pagerButtons(page, pages) : []));
    this.say(lines);
  }

  private say(lines: number): void {
    const [status, scope] = this.status.children;
    const extent = this.isByContent ? contentsInWords(this.groups) : modulesInWords(this.groups);
    if (status !== undefined) {
      status.textContent = `${countInWords(this.number, 'finding')} ${extent}${rangeInWords(this.page, SIZE, lines)}`;
    }
    if (scope !== undefined) fill(scope, ...(this.scope === null ? [] : scopeMarkup(this.scope.label)));
  }

  private clicked(event: Event): void {
    const opener = near(event, 'data-open');
    if (opener !== null) this.toggle(opener.element, Number(opener.value));
    const page = near(event, 'data-page');
    if (page !== null) this.turnTo(Number(page.value));
    const same = near(event, 'data-same');
    if (same !== null) this.showContent(same.value);
    if (near(event, 'data-everything') !== null) {
      this.reset();
      for (const box of this.boxes('exempted')) box.checked = true;
      this.update();
      this.field('words').focus();
    }
    if (near(event, 'data-anywhere') !== null) {
      this.scope = null;
      this.update();
      this.field('words').focus();
    }
  }

  private toggle(button: HTMLElement, index: number): void {
    const row = button.closest('tr');
    const isOpen = button.getAttribute('aria-expanded') === 'true';
    button.setAttribute('aria-expanded', String(!isOpen));
    if (isOpen) {
      this.open.delete(index);
      row?.nextElementSibling?.remove();
      return;
    }
    this.open.add(index);
    const group = this.isByContent ? this.groups.find(({ members }) => members[0] === index) : undefined;
    row?.after(nodeOf(detailsRow(this.shown, index, group?.members ?? [index])));
  }

  private turnTo(page: number): void {
    this.page = page;
    this.draw();
    this.bringIntoView();
  }

  private showContent(hash: string): void {
    this.reset();
    this.field('words').value = hash;
    for (const radio of this.boxes('group')) radio.checked = radio.value === 'content';
    this.update();
    this.bringIntoView();
  }

  private bringIntoView(): void {
    const section = this.root.parentElement;
    section?.focus({ preventScroll: true });
    this.status.scrollIntoView({ block: 'start' });
  }

  private wanted(): Wanted {
    const checked = (name: string) => this.boxes(name).filter((box) => box.checked);
    return {
      severities: new Set(checked('severity').map(({ value }) => Number(value))),
      what: this.field('what').value === '' ? null : this.field('what').value,
      newOnly: checked('newOnly').length > 0,
      exempted: checked('exempted').length > 0,
      scope: this.scope?.scope ?? null,
      words: this.field('words').value,
    };
  }

  private get isByContent(): boolean {
    return this.boxes('group').some((radio) => radio.checked && radio.value === 'content');
  }

  private get shown(): Shown {
    const { findings, data, open, copies } = this;
    return { findings, places: data.places, open, copies: (index) => copyCount(findings.content[index] ?? -1, copies) };
  }

  private boxes(name: string): HTMLInputElement[] {
    return [...this.form.querySelectorAll<HTMLInputElement>(`input[name="${name}"]`)];
  }

  private field(name: string): HTMLInputElement {
    return this.form.elements.namedItem(name) as HTMLInputElement;
  }
}

function copyCount(content: number, copies: ReadonlyMap<number, number>): number {
  return content === -1 ? 1 : (copies.get(content) ?? 1);
}
