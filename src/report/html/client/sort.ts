/** Makes the heads of a table buttons that sort it. */
export function makeSortable(table: HTMLTableElement): void {
  const heads = [...table.querySelectorAll<HTMLTableCellElement>('thead th')];
  for (const [column, head] of heads.entries()) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'sorter';
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener('click', () => {
      const ascending = head.getAttribute('aria-sort') !== 'ascending';
      for (const other of heads) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', ascending ? 'ascending' : 'descending');
      sort(table, column, head.dataset.order === 'number', ascending);
    });
  }
}

function sort(table: HTMLTableElement, column: number, isNumber: boolean, ascending: boolean): void {
  const [body] = table.tBodies;
  if (body === undefined) return;
  const keyed = [...body.rows].map((row) => ({ row, key: row.cells[column]?.dataset.key ?? '' }));
  const compare = isNumber
    ? (a: string, b: string) => Number(a) - Number(b)
    : (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  keyed.sort((a, b) => (ascending ? 1 : -1) * compare(a.key, b.key));
  body.replaceChildren(...keyed.map(({ row }) => row));
}
