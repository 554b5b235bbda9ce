/**
 * Whether a key was meant for the next cell. Someone who reads numbers from a paper types on
 * after Enter without a look at the screen: where Enter had to ask, the next number would be
 * added to the one in question, or take its place.
 */

/** From Enter to the next digit, and from digit to digit, it takes less; to read a question and answer it, more. */
const PAUSE_MS = 1_000;

/** Keys that are pressed in a cell on purpose. */
const ON_PURPOSE = /^(?:Arrow|Home|End|Escape|Tab)/;

export class TypedAhead {
  #last = Number.NEGATIVE_INFINITY;

  /** Enter has asked, and left the keyboard where it was. */
  begin(): void {
    this.#last = performance.now();
  }

  /** The keys so far are no reason to ignore the next one. */
  end(): void {
    this.#last = Number.NEGATIVE_INFINITY;
  }

  /** Any key, before it does something. */
  hear({ key, ctrlKey, metaKey }: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey'>): void {
    if (ctrlKey || metaKey || ON_PURPOSE.test(key)) this.end();
  }

  /** Whether a key that changes the text follows without a pause. */
  isIn({ inputType, data }: InputEvent): boolean {
    const now = performance.now();
    const isKey = /^(?:insertText|deleteContent)/.test(inputType) && (data ?? '').length <= 1;
    if (!isKey || now - this.#last >= PAUSE_MS) return false;
    this.#last = now;
    return true;
  }
}
