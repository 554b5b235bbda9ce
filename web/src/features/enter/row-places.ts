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
  #places = new Map<EventTarget, Place>();
  /** The place before the last move, or before several moves in quick succession. */
  readonly #before = new WeakMap<EventTarget, { place: Place; moved: Shown }>();

  /** Watches the rows of a table by their inputs. Returns a function that stops it. */
  watch(table: Element): () => void {
    const observer = new ResizeObserver(() => this.#compare(table));
    // Whatever appears above the table changes the height of an element around it.
    for (let around: Element | null = table; around !== null; around = around.parentElement)
      observer.observe(around);
    return () => observer.disconnect();
  }

  /**
   * Whether the row of this input has come to this height of the page, and the person could not see that
   * before the present click.
   */
  hasJustComeTo(pageY: number, table: Element, input: EventTarget): boolean {
    // The click can come before the first paint after a move.
    this.#compare(table);
    const before = this.#before.get(input);
    if (before === undefined || couldBeRead(before.moved)) return false;
    return pageY < before.place.top || pageY >= before.place.bottom;
  }

  #compare(table: Element): void {
    const inputs = [...table.querySelectorAll('input')];
    const places = new Map(inputs.map((input) => [input, placeOf(input)]));
    const moved = new Shown();
    for (const [input, { top }] of places) {
      const place = this.#places.get(input);
      if (place === undefined || place.top === top) continue;
      const before = this.#before.get(input);
      const isStillMoving = before !== undefined && !couldBeRead(before.moved);
      this.#before.set(input, { place: isStillMoving ? before.place : place, moved });
    }
    this.#places = places;
  }
}

function placeOf(input: Element): Place {
  const { top, bottom } = (input.closest('tr') ?? input).getBoundingClientRect();
  return { top: Math.round(top + window.scrollY), bottom: Math.round(bottom + window.scrollY) };
}
