/**
 * Which keys are meant for the cell that has the keyboard. People who read numbers from a
 * paper type on after Enter, and go down a column with Enter, without a look at the
 * screen. Where Enter had to ask, or where a key finds no further row, the keyboard stays in
 * its cell: the cell refuses what is typed next, and the Enter after that is no answer.
 * Neither is one that came from another row. A second Enter answers a question once the
 * question can have been read.
 */

/** Keys that are pressed in a cell on purpose. All others say nothing about it, such as Alt or Enter. */
const ON_PURPOSE = /^(?:ArrowLeft|ArrowRight|Home|End|Escape|Tab|F2)/;
/** The same, unless they correct what was typed on. */
const CLEARING = /^(?:Backspace|Delete)$/;
/** Letters that with Ctrl do something with the text or the history of the cell; others are for the browser. */
const COMMANDS = /^[axyz]$/i;

type Key = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey'>;

export class AnswerKeys {
  /** Since when an answer can have been thought of, in the page's milliseconds. */
  #since = 0;
  /** A key has left the keyboard here: what is typed next is the number of the next row. */
  #stayed = false;
  #typedOn = false;
  #passing = false;
  #throughKept = false;
  #place: EventTarget | undefined;

  get since(): number {
    return this.#since;
  }

  /** Enter led here from another row: the next Enter leads on. */
  get isPassing(): boolean {
    return this.#passing;
  }

  /** The Enter that led here has saved what was typed before the page was loaded. */
  get isThroughKept(): boolean {
    return this.#throughKept;
  }

  goThroughKept(): void {
    this.#throughKept = true;
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
    this.#stayed = false;
    this.#typedOn = false;
    this.#passing = false;
    this.#throughKept = false;
  }

  /** It came by Enter. */
  pass(): void {
    this.#passing = true;
  }

  /**
   * Enter has asked, there is no further row, or a question has come that cannot have been read
   * yet: the keyboard is where it was.
   */
  stay(): void {
    this.#since = performance.now();
    this.#stayed = true;
    this.#passing = false;
  }

  /** A key found no further row. What is typed next is of no row. */
  stayAtEnd(): void {
    this.#stayed = true;
  }

  /** Any key, before it does something. */
  hear({ key, ctrlKey, metaKey }: Key): void {
    const isCommand = (ctrlKey || metaKey) && COMMANDS.test(key);
    if (isCommand || ON_PURPOSE.test(key) || (CLEARING.test(key) && !this.#typedOn)) this.mean();
  }

  /** The person has shown that this cell is meant. */
  mean(): void {
    if (this.#typedOn || this.#passing) this.#since = performance.now();
    this.#stayed = false;
    this.#typedOn = false;
    this.#passing = false;
  }

  /** Whether what is typed or pasted is kept out, because it is of the next row. */
  keepsOut(): boolean {
    if (this.#stayed) this.#typedOn = true;
    else this.#passing = false;
    return this.#stayed;
  }
}
