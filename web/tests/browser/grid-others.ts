/** Changes by other people, and by the same person in another tab. */
import type { Chance } from './chance';
import { BLANK, type Content, isBlank, withNumber } from './grid-content';
import type { GridHands } from './grid-hands';
import type { GridModel } from './grid-model';

export interface Elsewhere {
  /** Changes a value without the page, as another or the same person. Resolves after the change is stored. */
  change(index: number, content: Content): Promise<void>;
}

export class GridOthers {
  readonly #model: GridModel;
  readonly #chance: Chance;
  readonly #elsewhere: Elsewhere;
  readonly #settle: () => Promise<void>;
  readonly #hands: GridHands;

  constructor(parts: {
    model: GridModel;
    chance: Chance;
    elsewhere: Elsewhere;
    settle: () => Promise<void>;
    hands: GridHands;
  }) {
    this.#model = parts.model;
    this.#chance = parts.chance;
    this.#elsewhere = parts.elsewhere;
    this.#settle = parts.settle;
    this.#hands = parts.hands;
  }

  async overtake(): Promise<string> {
    await this.#settle();
    const index = this.#chance.below(this.#model.cells.length);
    // An open question stays open, and one change at a time is enough.
    if (this.#model.isStale(index)) return `${index} was overtaken already`;
    const { stored } = this.#model.cell(index);
    const content =
      !isBlank(stored) && this.#chance.percent(25) ? BLANK : withNumber(stored, this.#hands.number(index));
    await this.#elsewhere.change(index, content);
    this.#model.changeElsewhere(index, content);
    const { number } = this.#chance.percent(30) ? content : BLANK;
    if (number === undefined) return `${index} ${JSON.stringify(content)}`;
    await this.#hands.goTo(index);
    await this.#hands.type(index, String(number));
    await this.#hands.press(index, 'Enter');
    return `${index} ${JSON.stringify(content)}, and enters the same`;
  }
}
