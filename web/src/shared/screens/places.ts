/**
 * Remembers where the parts of an area stood before they moved on the page, for example because a notice
 * appeared above them. A person who clicks or taps may still mean the part that was at that place before.
 */
import { couldBeRead } from './read-ms';
import { Shown } from './shown';

/** Distances from the top of the page, in pixels. */
interface Place {
  top: number;
  bottom: number;
}

export class Places {
  readonly #parts: string;
  #area: Element | undefined;
  #places = new Map<Element, Place>();
  /** The place before the last move, or before several moves in quick succession. */
  readonly #before = new WeakMap<Element, { place: Place; moved: Shown }>();

  /** `parts` is the CSS selector of the parts that a click is meant for. */
  constructor(parts: string) {
    this.#parts = parts;
  }

  /** Watches the parts of an area. Returns a function that stops it. */
  watch(area: Element): () => void {
    this.#area = area;
    // Whatever appears above the area changes the height of an element around it.
    const sizes = new ResizeObserver(() => this.#compare());
    for (let around: Element | null = area; around !== null; around = around.parentElement)
      sizes.observe(around);
    // Within the area, one part may grow by as much as another one shrinks.
    let isDue = false;
    const content = new MutationObserver(() => {
      if (isDue) return;
      isDue = true;
      requestAnimationFrame(() => {
        isDue = false;
        this.#compare();
      });
    });
    content.observe(area, { childList: true, subtree: true, characterData: true, attributes: true });
    return () => {
      sizes.disconnect();
      content.disconnect();
      this.#area = undefined;
    };
  }

  /**
   * Whether the part with this element has come to this height of the page, and the person could not see
   * that before the present click.
   */
  hasJustComeTo(pageY: number, element: Element): boolean {
    // The click can come before the first paint after a move.
    this.#compare();
    const part = element.closest(this.#parts);
    const before = part === null ? undefined : this.#before.get(part);
    if (before === undefined || couldBeRead(before.moved)) return false;
    return pageY < before.place.top || pageY >= before.place.bottom;
  }

  #compare(): void {
    const parts = [...(this.#area?.querySelectorAll(this.#parts) ?? [])];
    const places = new Map(parts.map((part) => [part, placeOf(part)]));
    const moved = new Shown();
    for (const [part, { top }] of places) {
      const place = this.#places.get(part);
      if (place === undefined || place.top === top) continue;
      const before = this.#before.get(part);
      const isStillMoving = before !== undefined && !couldBeRead(before.moved);
      this.#before.set(part, { place: isStillMoving ? before.place : place, moved });
    }
    this.#places = places;
  }
}

function placeOf(part: Element): Place {
  const { top, bottom } = part.getBoundingClientRect();
  return { top: Math.round(top + window.scrollY), bottom: Math.round(bottom + window.scrollY) };
}
