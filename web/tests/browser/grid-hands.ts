/** A person's actions at the grid, and the same actions in the model. */
import type { Locator } from 'playwright-core';
import type { Chance } from './chance';
import type { FastInput } from './fast-input';
import type { GridModel } from './grid-model';
import { clickPointOf, hasHit, readScreen, type Target } from './grid-screen';
import { READ_MS, type Visitor } from './visitor';

/** Longer than the wait before a retry, and longer than a pause in typing. */
export const AGAIN_MS = 2_100;

export class GridHands {
  readonly #visitor: Visitor;
  readonly #input: FastInput;
  readonly #model: GridModel;
  readonly #chance: Chance;
  /** Waits until all calls have their answers, and compares. */
  readonly #settle: () => Promise<void>;
  /** Each number is used once, to tell the changes apart. */
  #next = 10_000;
  /** Whether the last key was an Enter that led to another row. */
  #passing = false;
  /** Whether that Enter has saved a text from before a reload. */
  #throughKept = false;

  constructor(parts: {
    visitor: Visitor;
    input: FastInput;
    model: GridModel;
    chance: Chance;
    settle: () => Promise<void>;
  }) {
    this.#visitor = parts.visitor;
    this.#input = parts.input;
    this.#model = parts.model;
    this.#chance = parts.chance;
    this.#settle = parts.settle;
  }

  /** Presses keys; the caller updates the model. */
  async keys(...keys: string[]): Promise<void> {
    this.#passing = false;
    await this.#input.press(...keys);
  }

  /** After a reload, the page has seen no keys. */
  beginAnew(): void {
    this.#passing = false;
  }

  /** Presses the key once or holds it. The repetitions of a held key have no effect. */
  async pressOrHold(key: string): Promise<void> {
    this.#passing = false;
    if (this.#chance.percent(25)) await this.#input.hold(key, 3);
    else await this.#input.press(key);
  }

  /** Replaces the content of the focused cell. */
  async type(index: number, text: string): Promise<void> {
    await this.readTheirs(index);
    await this.keys('Control+a', ...text);
    this.#model.type(index, text);
  }

  /** Replaces the content of the focused note. */
  async writeNote(index: number, text: string): Promise<void> {
    await this.keys('Control+a', ...(text === '' ? ['Delete'] : text));
    this.#model.cell(index).note = text;
  }

  /** Presses a key in the focused cell. */
  async press(index: number, key: string): Promise<void> {
    const last = this.#model.cells.length - 1;
    if (key === 'Enter') {
      const { open } = this.#model.cell(index);
      const isKept = this.#model.isKept(index);
      if (open?.kind === 'asking' || (isKept && this.#throughKept)) await this.read();
      await this.#input.press(key);
      if (this.#passing && this.#model.isPassed(index) && !(isKept && this.#throughKept)) {
        this.#throughKept = false;
        return;
      }
      // It has led to the first answer.
      if (open?.kind === 'asking' && open.question.kind !== 'unreadable') return this.keys('ArrowLeft');
      this.#passing = this.#model.enter(index) && index < last;
      this.#throughKept = isKept;
    } else {
      await this.keys(key);
      this.#model.finish(index);
    }
    await this.settleQuestions(index);
  }

  /** Says yes to a question: one Enter leads to the answer, the next one gives it. */
  async confirmByEnter(index: number): Promise<void> {
    for (const key of ['Enter', 'Enter']) {
      await this.read();
      await this.keys(key);
    }
    this.#model.confirm(index);
    await this.settleQuestions(index);
  }

  /** Lets the time to read a question pass. */
  async read(): Promise<void> {
    await this.#visitor.page.clock.runFor(READ_MS);
  }

  /** Lets the time to read another person's value pass: the page refuses text that is typed earlier. */
  async readTheirs(index: number): Promise<void> {
    const { open } = this.#model.cell(index);
    if (open === undefined || open.kind === 'conflict') await this.read();
  }

  /** Waits for the server's answer about another person's change: the next step depends on it. */
  async settleQuestions(index: number): Promise<void> {
    if (dependsOnServer(this.#model.cell(index))) await this.#settle();
  }

  async settleAllQuestions(): Promise<void> {
    if (this.#model.cells.some(dependsOnServer)) await this.#settle();
  }

  async pressOnceRead(answer: Locator): Promise<void> {
    await this.read();
    await answer.click();
  }

  /** Presses a button of a row. */
  async choose(index: number, name: string): Promise<void> {
    await this.read();
    await this.#click({ row: index, button: name });
  }

  async goToAny(): Promise<number> {
    const index = this.#chance.below(this.#model.cells.length);
    await this.goTo(index);
    return index;
  }

  /** Returns the focused row, or moves the focus to any row. */
  async goToFocused(): Promise<number> {
    const focused = await this.focused();
    return focused < 0 ? this.goToAny() : focused;
  }

  /** Moves the focus by a click, which finishes the cell that had the focus. */
  async goTo(index: number): Promise<void> {
    const before = await this.#click({ row: index });
    if (before === index || before < 0) return;
    this.#model.finish(before);
    await this.settleQuestions(before);
  }

  /** Waits for the calls that the page makes by itself, also some time after it saved a value. */
  async untilQuiet(): Promise<void> {
    await this.#visitor.page.clock.fastForward(AGAIN_MS);
    await this.#visitor.untilQuiet();
  }

  /** The focused row, or -1. */
  async focused(): Promise<number> {
    return (await readScreen(this.#visitor.page)).focused;
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

  /** Returns a new number within the limits of the cell. */
  number(index: number): number {
    this.#next += 1 + this.#chance.below(5);
    const { maximum } = this.#model.cell(index).kpi;
    return maximum === undefined ? this.#next : (this.#next % 10_000) / 100;
  }

  /**
   * Clicks again if the rows have moved. Does nothing if the row has the focus already. Returns the
   * row with the focus before.
   */
  async #click(target: Target): Promise<number> {
    const { page } = this.#visitor;
    for (;;) {
      const before = await clickPointOf(page, target);
      if (target.button === undefined && before.focused === target.row) return before.focused;
      // The page refuses a click on what has just come to its place.
      await this.read();
      const { focused, x, y } = await clickPointOf(page, target);
      if (y !== before.y || focused !== before.focused) continue;
      this.#passing = false;
      await this.#input.click(x, y);
      if (await hasHit(page)) return focused;
    }
  }
}

function dependsOnServer({ open, agreed }: GridModel['cells'][number]): boolean {
  return agreed || open?.kind === 'conflict' || open?.kind === 'refused';
}
