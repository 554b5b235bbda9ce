/**
 * Decides which keys are meant for the focused cell. People who copy numbers from paper press Enter
 * and type on without a look at the screen. If Enter raises a question, or if there is no further row,
 * the focus stays in the cell. The cell then refuses the next input, and the Enter after that input is
 * no answer. After an Enter moved the focus here from another row, the next Enter only moves on.
 */
import { couldBeRead } from '#shared/screens/read-ms';
import { Shown } from '#shared/screens/shown';

/** Keys that show that the person means this cell. Other keys, such as Alt or Enter, do not show it. */
const ON_PURPOSE = /^(?:ArrowLeft|ArrowRight|Home|End|Escape|F2)/;
/** These keys show it too, unless they correct input that the cell has refused. */
const CLEARING = /^(?:Backspace|Delete)$/;
/** Letters that, with Ctrl, edit the text or use the undo history of the cell. Others are for the browser. */
const COMMANDS = /^[axyz]$/i;

type Key = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey'>;

export class AnswerKeys {
  /** What the person must have read for an answer to be deliberate. */
  #since = new Shown();
  /** A key left the focus here, so the next input is meant for the next row. */
  #stayed = false;
  #typedOn = false;
  #passing = false;
  #throughKept = false;
  #unasked = false;
  #place: EventTarget | undefined;

  get since(): Shown {
    return this.#since;
  }

  /** Enter moved the focus here: to a cell from another row, or to the first answer to a question. */
  get isPassing(): boolean {
    return this.#passing;
  }

  /**
   * The Enter that moved the focus here has saved text that might have been unfinished, and the person could
   * read the text here since.
   */
  get isThroughKept(): boolean {
    return this.#throughKept && couldBeRead(this.#since);
  }

  goThroughKept(): void {
    this.#throughKept = true;
  }

  /**
   * Whether a key can be an answer, or lead to another row: not after input that was meant for the next
   * row.
   */
  get mayAnswer(): boolean {
    return !this.#typedOn;
  }

  /**
   * A cell or a button received the focus. A return from another window to the same place only resets
   * the time.
   */
  arrive(place: EventTarget): void {
    this.#since = new Shown();
    if (place === this.#place) return;
    this.#place = place;
    this.#stayed = false;
    this.#typedOn = false;
    this.#passing = false;
    this.#throughKept = false;
    this.#unasked = false;
  }

  /**
   * The page itself has moved the focus here. Input belongs to no row if it comes before the person could
   * see that, or if it may go on with something that was typed before.
   */
  comeUnasked(isTypedAhead: boolean): void {
    this.#unasked = true;
    if (isTypedAhead) this.stay();
  }

  /** The focus came by Enter. */
  pass(): void {
    this.#passing = true;
  }

  /**
   * The focus stays here: Enter raised a question, there is no further row, a new question could not be
   * read yet, or a button of the row has saved something.
   */
  stay(): void {
    this.#since = new Shown();
    this.#stayed = true;
    this.#passing = false;
  }

  /** A character was typed on a button of this row. The cell refuses it, and what follows. */
  refuse(): void {
    this.stay();
    this.#typedOn = true;
  }

  /** The pointer met this cell right after the rows had moved: the next input may be meant for another row. */
  miss(place: EventTarget): void {
    this.arrive(place);
    this.stay();
  }

  /** A key found no further row, so the next input belongs to no row. */
  stayAtEnd(): void {
    this.#stayed = true;
  }

  /** Called for each key before it takes effect. */
  hear({ key, ctrlKey, metaKey }: Key): void {
    const isCommand = (ctrlKey || metaKey) && COMMANDS.test(key);
    if (isCommand || ON_PURPOSE.test(key) || (CLEARING.test(key) && !this.#typedOn)) this.mean();
  }

  /** The person has shown that they mean this cell. */
  mean(): void {
    if (this.#typedOn || this.#passing) this.#since = new Shown();
    this.#stayed = false;
    this.#typedOn = false;
    this.#passing = false;
    this.#unasked = false;
  }

  /** Whether the cell must refuse typed or pasted input, because the input belongs to the next row. */
  keepsOut(): boolean {
    if (this.#unasked && !couldBeRead(this.#since)) this.stay();
    if (this.#stayed) this.#typedOn = true;
    else {
      this.#passing = false;
      this.#unasked = false;
    }
    return this.#stayed;
  }
}
