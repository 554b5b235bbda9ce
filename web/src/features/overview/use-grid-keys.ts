/**
 * The keyboard in a table that is a single stop of the Tab key. The arrow keys, Home and End move the
 * focus from field to field, and Enter follows the link of the row.
 */
import { type FocusEvent, type KeyboardEvent, useEffect, useRef } from 'react';

/** What can have the focus: fields with a name, and the links at the beginning of rows. */
const STOPS = 'td[tabindex], th[scope="row"] a';

export function useGridKeys() {
  const grid = useRef<HTMLTableElement>(null);

  /** The row that was the stop may have disappeared. */
  useEffect(() => {
    if (grid.current?.querySelector('[tabindex="0"]') === null) {
      grid.current.querySelector<HTMLElement>(STOPS)?.setAttribute('tabindex', '0');
    }
  });

  function onFocus({ target }: FocusEvent<HTMLTableElement>) {
    const stop = target.closest<HTMLElement>(STOPS);
    if (stop === null) return;
    for (const before of grid.current?.querySelectorAll('[tabindex="0"]') ?? []) {
      before.setAttribute('tabindex', '-1');
    }
    stop.setAttribute('tabindex', '0');
  }

  function onKeyDown(event: KeyboardEvent<HTMLTableElement>) {
    const cell = (event.target as Element).closest<HTMLTableCellElement>('td, th');
    if (cell === null || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === 'Enter' && cell.tagName === 'TD') {
      cell.parentElement?.querySelector('a')?.click();
      return;
    }
    const next = nextTo(cell, event.key);
    if (next === undefined) return;
    event.preventDefault();
    next.focus();
  }

  return { grid, onFocus, onKeyDown };
}

/** The nearest stop in the direction of a key. */
function nextTo(cell: HTMLTableCellElement, key: string): HTMLElement | undefined {
  const row = cell.parentElement as HTMLTableRowElement;
  const inRow = [...row.cells];
  switch (key) {
    case 'ArrowRight':
      return firstStop(inRow.slice(cell.cellIndex + 1));
    case 'ArrowLeft':
      return firstStop(inRow.slice(0, cell.cellIndex).reverse());
    case 'Home':
      return firstStop(inRow);
    case 'End':
      return firstStop(inRow.reverse());
    case 'ArrowDown':
    case 'ArrowUp': {
      const rows = [...(row.closest('table')?.rows ?? [])];
      const at = rows.indexOf(row);
      const onward = key === 'ArrowDown' ? rows.slice(at + 1) : rows.slice(0, at).reverse();
      return firstStop(onward.map((other) => other.cells[cell.cellIndex]));
    }
    default:
      return undefined;
  }
}

function firstStop(cells: readonly (HTMLTableCellElement | undefined)[]): HTMLElement | undefined {
  for (const cell of cells) {
    const stop = cell?.matches(STOPS) ? cell : cell?.querySelector<HTMLElement>(STOPS);
    if (stop) return stop;
  }
  return undefined;
}
