/** Something that the person can read from a moment on, such as a question. */

let count = 0;

export class Shown {
  /** Tells it from all others. */
  readonly number = ++count;
  #paintedAt = Number.POSITIVE_INFINITY;

  constructor() {
    // A busy page paints late. The first callback runs before the paint, the second one after it.
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        this.#paintedAt = performance.now();
      }),
    );
  }

  isAfter(other: Shown): boolean {
    return this.number > other.number;
  }

  /** When the screen had painted it (`performance.now()`); infinite until then. */
  get paintedAt(): number {
    return this.#paintedAt;
  }
}
