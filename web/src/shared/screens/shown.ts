/** Something that the person can read from a moment on, such as a question. */

let count = 0;

export class Shown {
  /** A later one has a higher number. */
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

  /** When the screen had painted it (`performance.now()`); infinite until then. */
  get paintedAt(): number {
    return this.#paintedAt;
  }
}
