/**
 * Which keys answer the question of a cell. A second Enter does, once the question can
 * have been read. People who read numbers from a paper type on after Enter, and go down a
 * column with Enter, without a look at the screen: what they type changes nothing in a
 * cell that asks, and neither the Enter after it nor one that came from another row is an
 * answer.
 */

/** Keys that are pressed in a cell on purpose. */
const ON_PURPOSE = /^(?:Arrow|Home|End|Escape|Tab|F2)/;
/** The same, unless they correct what was typed on. */
const CLEARING = /^(?:Backspace|Delete)$/;

type Key = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey'>;

export class AnswerKeys {
  /** Since when an answer can have been thought of, in the page's milliseconds. */
  #since = 0;
  /** Enter has asked here: what is typed next is the number of the next row. */
  #asked = false;
  #typedOn = false;
  #passing = false;
  #place: EventTarget | undefined;

  get since(): number {
    return this.#since;
  }

  /** Enter led here from another row: the next Enter leads on. */
  get isPassing(): boolean {
    return this.#passing;
  }

  /** Enter is an answer; not the one after what was typed for the next row. */
  get mayAnswer(): boolean {
    return !this.#typedOn;
  }

  /** The keyboard came to a cell or a button; a look into another window in between changes nothing. */
  arrive(place: EventTarget): void {
    this.#since = performance.now();
    if (place === this.#place) return;
    this.#place = place;
    this.#asked = false;
    this.#typedOn = false;
    this.#passing = false;
  }

  /** It came by Enter. */
  pass(): void {
    this.#passing = true;
  }

  /** Enter has asked, and left the keyboard where it was. */
  ask(): void {
    this.#since = performance.now();
    this.#asked = true;
    this.#passing = false;
  }

  /** Any key, before it does something. */
  hear({ key, ctrlKey, metaKey }: Key): void {
    // Pasting is typing.
    const isCommand = (ctrlKey || metaKey) && key.toLowerCase() !== 'v' && key.length === 1;
    if (isCommand || ON_PURPOSE.test(key) || (CLEARING.test(key) && !this.#typedOn)) this.mean();
    else if (key !== 'Enter' && key !== 'Shift') this.#passing = false;
  }

  /** The person has shown that this cell is meant. */
  mean(): void {
    if (this.#typedOn || this.#passing) this.#since = performance.now();
    this.#asked = false;
    this.#typedOn = false;
    this.#passing = false;
  }

  /** Whether what is typed or pasted into a cell that asks is kept out, because it is of the next row. */
  keepsOut(): boolean {
    if (this.#asked) this.#typedOn = true;
    return this.#asked;
  }
}
