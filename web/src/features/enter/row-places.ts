/**
 * Remembers where the rows stood before they moved on the page, for example because a notice appeared
 * above them. A person who clicks or taps may still mean the row that was at that place before.
 */
import { couldBeRead } from '#shared/screens/read-ms';
import { Shown } from '#shared/screens/shown';

/** Distances from the top of the page, in pixels. */
interface Place {
  top: number;
  bottom: number;
}

export class RowPlaces {
  #places = new Map<Element, Place>();
  /** The place before the last move, or before several moves in quick succession. */
  readonly #before = new WeakMap<Element, { place: Place; moved: Shown }>();

  /** Watches the rows of a table. Returns a function that stops it. */
  watch(table: Element): () => void {
    const observer = new ResizeObserver(() => this.#compare(table));
    // Whatever appears above the table changes the height of an element around it.
    for (let around: Element | null = table; around !== null; around = around.parentElement)
      observer.observe(around);
    return () => observer.disconnect();
  }

  /**
   * Whether the row of this field or button has come to this height of the page, and the person could
   * not see that before the present click.
   */
  hasJustComeTo(pageY: number, table: Element, control: Element): boolean {
    // The click can come before the first paint after a move.
    this.#compare(table);
    const row = control.closest('tr');
    const before = row === null ? undefined : this.#before.get(row);
    if (before === undefined || couldBeRead(before.moved)) return false;
    return pageY < before.place.top || pageY >= before.place.bottom;
  }

  #compare(table: Element): void {
    const rows = [...table.querySelectorAll('tbody tr')];
    const places = new Map(rows.map((row) => [row, placeOf(row)]));
    const moved = new Shown();
    for (const [row, { top }] of places) {
      const place = this.#places.get(row);
      if (place === undefined || place.top === top) continue;
      const before = this.#before.get(row);
      const isStillMoving = before !== undefined && !couldBeRead(before.moved);
      this.#before.set(row, { place: isStillMoving ? before.place : place, moved });
    }
    this.#places = places;
  }
}

function placeOf(row: Element): Place {
  const { top, bottom } = row.getBoundingClientRect();
  return { top: Math.round(top + window.scrollY), bottom: Math.round(bottom + window.scrollY) };
}
