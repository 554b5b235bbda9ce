/** What a person's hands do at the grid, and what the model is told of it. */
import type { Locator } from 'playwright-core';
import type { Chance } from './chance';
import type { GridModel } from './grid-model';
import type { Visitor } from './visitor';

/** Longer than a question, a preview or a dialogue takes to be read. */
export const READ_MS = 700;

export class GridHands {
  readonly #visitor: Visitor;
  readonly #model: GridModel;
  readonly #chance: Chance;
  /** Waits until everything has its answer, and compares. */
  readonly #settle: () => Promise<void>;
  /** Each number is meant once, so that each change can be told from the others. */
  #next = 10_000;

  constructor(visitor: Visitor, model: GridModel, chance: Chance, settle: () => Promise<void>) {
    this.#visitor = visitor;
    this.#model = model;
    this.#chance = chance;
    this.#settle = settle;
  }

  async type(index: number, text: string): Promise<void> {
    await this.#visitor.page.keyboard.press('Control+a');
    await this.#visitor.page.keyboard.type(text);
    this.#model.type(index, text);
  }

  /** A key in a cell that has the keyboard. */
  async press(index: number, key: string): Promise<void> {
    const { page } = this.#visitor;
    if (key === 'Enter') {
      await page.clock.fastForward(READ_MS);
      await page.keyboard.press(key);
      this.#model.enter(index);
    } else {
      await page.keyboard.press(key);
      const end = key === 'ArrowUp' ? 0 : key === 'ArrowDown' ? this.#model.cells.length - 1 : undefined;
      if (index !== end) this.#model.finish(index);
    }
    await this.settleQuestions(index);
  }

  /** What is in question because of the server is waited for: the next step depends on it. */
  async settleQuestions(index: number): Promise<void> {
    const { open } = this.#model.cell(index);
    if (open?.kind === 'conflict' || open?.kind === 'refused') await this.#settle();
  }

  async settleAllQuestions(): Promise<void> {
    if (this.rowsWhere(({ open }) => open?.kind === 'conflict' || open?.kind === 'refused').length > 0)
      await this.#settle();
  }

  async choose(index: number, name: string): Promise<void> {
    const answer = this.#visitor.page.locator(`tr:has(input[data-row="${index}"]) + tr`);
    await answer.getByRole('button', { name, exact: true }).click();
  }

  async goToAny(): Promise<number> {
    const index = this.#chance.below(this.#model.cells.length);
    await this.goTo(index);
    return index;
  }

  /** Where the keyboard is, else anywhere. */
  async goToFocused(): Promise<number> {
    const focused = await this.focused();
    return focused < 0 ? this.goToAny() : focused;
  }

  /** By a click, which finishes the cell that had the keyboard. */
  async goTo(index: number): Promise<void> {
    const before = await this.focused();
    if (before === index) return;
    await this.input(index).click();
    if (before < 0) return;
    this.#model.finish(before);
    await this.settleQuestions(before);
  }

  /** The row that has the keyboard; -1 where none has. */
  async focused(): Promise<number> {
    return this.#visitor.page.evaluate(() => {
      const { activeElement } = document;
      return activeElement instanceof HTMLInputElement ? Number(activeElement.dataset.row ?? -1) : -1;
    });
  }

  input(index: number): Locator {
    return this.#visitor.page.locator(`input[data-row="${index}"]`);
  }

  rowsWhere(holds: (cell: GridModel['cells'][number]) => boolean): number[] {
    return this.#model.cells.flatMap((cell, index) => (holds(cell) ? [index] : []));
  }

  someRows(count: number): number[] {
    const rows = [...this.#model.cells.keys()];
    return Array.from({ length: Math.min(count, rows.length) }, () => {
      const [row = 0] = rows.splice(this.#chance.below(rows.length), 1);
      return row;
    });
  }

  /** Within the limits of the cell. */
  number(index: number): number {
    this.#next += 1 + this.#chance.below(5);
    const { maximum } = this.#model.cell(index).kpi;
    return maximum === undefined ? this.#next : (this.#next % 10_000) / 100;
  }
}
