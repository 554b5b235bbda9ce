/** A person's actions on comments and reasons in the grid. */
import type { Chance } from './chance';
import { hasUnsavedNote } from './grid-cell';
import type { Content } from './grid-content';
import type { GridHands } from './grid-hands';
import type { GridModel } from './grid-model';

export class GridNotes {
  readonly #model: GridModel;
  readonly #chance: Chance;
  /** Waits until all calls have their answers: the buttons of a row depend on them. */
  readonly #settle: () => Promise<void>;
  readonly #hands: GridHands;

  constructor(parts: { model: GridModel; chance: Chance; settle: () => Promise<void>; hands: GridHands }) {
    this.#model = parts.model;
    this.#chance = parts.chance;
    this.#settle = parts.settle;
    this.#hands = parts.hands;
  }

  /** Writes a comment if the cell has a number, or else a reason. */
  async write(): Promise<string> {
    await this.#settle();
    const calm = this.#hands.rowsWhere(({ open, note }) => open === undefined && note === undefined);
    if (calm.length === 0) return 'every cell is in question';
    const index = this.#chance.oneOf(calm);
    await this.#hands.goTo(index);
    const { open, seen } = this.#model.cell(index);
    if (open !== undefined) return `${index} is in question`;
    await this.#hands.choose(index, noteButton(seen));
    this.#model.openNote(index);
    const text = seen.note !== '' && this.#chance.percent(20) ? '' : `note ${this.#hands.number(index)}`;
    await this.#hands.writeNote(index, text);
    if (this.#chance.percent(25)) return `${index} ${text}, left open`;
    if (this.#chance.percent(15)) {
      await this.#hands.keys('Escape');
      await this.#discard(index);
      return `${index} ${text}, cancelled`;
    }
    await this.#hands.keys('Control+Enter');
    this.#model.saveNote(index);
    await this.#hands.settleQuestions(index);
    return `${index} ${text}, saved`;
  }

  async finish(): Promise<string> {
    await this.#settle();
    const begun = this.#hands.rowsWhere(({ open, note }) => open === undefined && note !== undefined);
    if (begun.length === 0) return 'nothing is begun';
    const index = this.#chance.oneOf(begun);
    await this.#hands.goTo(index);
    const { open, seen, note } = this.#model.cell(index);
    if (open !== undefined || note === undefined) return `${index} is in question`;
    const canSave = note !== '' || seen.number !== undefined;
    const name = canSave && this.#chance.percent(70) ? 'Save' : 'Cancel';
    await this.#hands.choose(index, name);
    if (name === 'Save') this.#model.saveNote(index);
    else await this.#discard(index);
    await this.#hands.settleQuestions(index);
    return `${index} ${name} ${note}`;
  }

  /** Closes the note. A text that is not saved is discarded only after a question. */
  async #discard(index: number): Promise<void> {
    if (hasUnsavedNote(this.#model.cell(index))) await this.#hands.choose(index, 'Discard');
    this.#model.closeNote(index);
  }

  async takeMarkBack(): Promise<string> {
    await this.#settle();
    const marked = this.#hands.rowsWhere(
      ({ open, note, seen }) =>
        open === undefined && note === undefined && seen.number === undefined && seen.note !== '',
    );
    if (marked.length === 0) return 'nothing is marked';
    const index = this.#chance.oneOf(marked);
    await this.#hands.goTo(index);
    if (this.#model.cell(index).open !== undefined) return `${index} is in question`;
    await this.#hands.choose(index, 'Take it back');
    this.#model.takeBack(index);
    await this.#hands.settleQuestions(index);
    return `${index}`;
  }
}

function noteButton({ number, note }: Content): string {
  if (note !== '') return 'Change …';
  return number === undefined ? 'Nothing to report …' : 'Comment …';
}
