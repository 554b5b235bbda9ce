/** A person who does random things at the grid, step by step, and what they mean by them. */
import { expect } from 'vitest';
import type { Chance } from './chance';
import type { FastInput } from './fast-input';
import type { Fault, GridCalls } from './grid-calls';
import { AGAIN_MS, GridHands } from './grid-hands';
import type { GridModel } from './grid-model';
import { GridNotes } from './grid-notes';
import { type Elsewhere, GridOthers } from './grid-others';
import { type Kreis, PASSWORD } from './kreis';
import { takeEachAsValue } from './paste-answers';
import type { Visitor } from './visitor';

/** Longer than the delay before the page loads the code for pastes. */
const PASTE_LOADED_MS = 1_600;

interface Weighted {
  weight: number;
  name: string;
  take: () => Promise<string>;
}

export class GridPerson {
  readonly #visitor: Visitor;
  readonly #kreis: Kreis;
  readonly #model: GridModel;
  readonly #calls: GridCalls;
  readonly #chance: Chance;
  /** Waits until all calls have their answers, and compares. */
  readonly #settle: () => Promise<void>;
  readonly #hands: GridHands;
  readonly #notes: GridNotes;
  readonly #others: GridOthers;
  readonly #steps: Weighted[];

  constructor(parts: {
    visitor: Visitor;
    input: FastInput;
    kreis: Kreis;
    model: GridModel;
    calls: GridCalls;
    chance: Chance;
    elsewhere: Elsewhere;
    settle: () => Promise<void>;
  }) {
    this.#visitor = parts.visitor;
    this.#kreis = parts.kreis;
    this.#model = parts.model;
    this.#calls = parts.calls;
    this.#chance = parts.chance;
    this.#settle = parts.settle;
    this.#hands = new GridHands(parts);
    this.#notes = new GridNotes({ ...parts, hands: this.#hands });
    this.#others = new GridOthers({ ...parts, hands: this.#hands });
    this.#steps = [
      { weight: 24, name: 'types a number and leaves by a key', take: () => this.#typeAndLeave() },
      { weight: 8, name: 'types a part of a number', take: () => this.#typePart() },
      { weight: 3, name: 'types the number that is shown', take: () => this.#typeShown() },
      { weight: 4, name: 'types what is no number', take: () => this.#typeNoNumber() },
      { weight: 3, name: 'types what the server refuses', take: () => this.#typeTooGreat() },
      { weight: 4, name: 'types what looks like a slip', take: () => this.#typeSlip() },
      { weight: 6, name: 'writes a comment or a reason', take: () => this.#notes.write() },
      { weight: 4, name: 'goes back to a comment or a reason', take: () => this.#notes.finish() },
      { weight: 2, name: 'takes a mark back', take: () => this.#notes.takeMarkBack() },
      { weight: 8, name: 'clicks into a cell', take: () => this.#clickInto() },
      { weight: 4, name: 'presses Enter', take: () => this.#press('Enter') },
      { weight: 3, name: 'presses Tab', take: () => this.#press('Tab') },
      { weight: 4, name: 'presses Escape', take: () => this.#pressEscape() },
      { weight: 5, name: 'clears a cell', take: () => this.#clear() },
      { weight: 8, name: 'answers a question', take: () => this.#answer() },
      { weight: 3, name: 'pastes one cell', take: () => this.#pasteCell() },
      { weight: 6, name: 'pastes a column or a block', take: () => this.#pasteLines() },
      { weight: 9, name: 'presses Ctrl+Z', take: () => this.#undo() },
      { weight: 4, name: 'presses Ctrl+Shift+Z or Ctrl+Y', take: () => this.#redo() },
      { weight: 3, name: 'goes to another window', take: () => this.#blur() },
      { weight: 7, name: 'has a bad connection', take: () => this.#breakCall() },
      { weight: 4, name: 'is overtaken', take: () => this.#others.overtake() },
      { weight: 2, name: 'loads the page again', take: () => this.#reload() },
      { weight: 1, name: 'loses the session', take: () => this.#lapse() },
    ];
  }

  /** Makes one step. Returns a description. */
  async step(): Promise<string> {
    let rest = this.#chance.below(this.#steps.reduce((sum, { weight }) => sum + weight, 0));
    const chosen = this.#steps.find(({ weight }) => {
      rest -= weight;
      return rest < 0;
    });
    if (chosen === undefined) throw new Error('there is no step to take');
    try {
      return `${chosen.name}: ${await chosen.take()}`;
    } catch (error) {
      throw new Error(`while the person ${chosen.name}`, { cause: error });
    }
  }

  async openGrid(): Promise<void> {
    const { page } = this.#visitor;
    this.#hands.beginAnew();
    await this.#hands.input(0).waitFor();
    const loaded = page.waitForResponse((response) => /\/pasting-[^/]*\.js$/.test(response.url()));
    await page.clock.fastForward(PASTE_LOADED_MS);
    await loaded;
  }

  async #typeAndLeave(): Promise<string> {
    const index = await this.#hands.goToAny();
    const number = this.#hands.number(index);
    const key = this.#chance.oneOf(['Enter', 'Enter', 'Tab', 'ArrowDown', 'ArrowUp']);
    await this.#hands.type(index, String(number));
    await this.#hands.press(index, key);
    return `${index} ${number} ${key}`;
  }

  /** Another person may have changed the value since. */
  async #typeShown(): Promise<string> {
    const filled = this.#hands.rowsWhere(({ seen, open }) => seen.number !== undefined && open === undefined);
    if (filled.length === 0) return 'none has a number';
    const index = this.#chance.oneOf(filled);
    await this.#hands.goTo(index);
    const { seen } = this.#model.cell(index);
    await this.#hands.type(index, String(seen.number ?? 1));
    await this.#hands.press(index, 'Enter');
    return `${index} ${seen.number}`;
  }

  async #typePart(): Promise<string> {
    const index = await this.#hands.goToAny();
    const part = String(this.#hands.number(index)).slice(0, 1 + this.#chance.below(3));
    await this.#hands.type(index, part);
    return `${index} ${part}`;
  }

  async #typeNoNumber(): Promise<string> {
    const index = await this.#hands.goToAny();
    const text = `${this.#hands.number(index)}x`;
    await this.#hands.type(index, text);
    await this.#hands.press(index, 'Enter');
    return `${index} ${text}`;
  }

  async #typeTooGreat(): Promise<string> {
    const limited = this.#model.cells.flatMap(({ kpi }, index) => (kpi.maximum === undefined ? [] : [index]));
    const index = this.#chance.oneOf(limited);
    await this.#settle();
    await this.#hands.goTo(index);
    const text = String(this.#hands.number(index) + 1_000);
    await this.#hands.type(index, text);
    await this.#hands.press(index, 'Enter');
    await this.#settle();
    return `${index} ${text}`;
  }

  async #typeSlip(): Promise<string> {
    const asked = this.#model.cells.flatMap(({ kpi }, index) => (kpi.usual === undefined ? [] : [index]));
    const index = this.#chance.oneOf(asked);
    await this.#hands.goTo(index);
    const text = `${this.#hands.number(index)}00`;
    await this.#hands.type(index, text);
    await this.#hands.press(index, this.#chance.oneOf(['Enter', 'ArrowDown']));
    return `${index} ${text}`;
  }

  async #clickInto(): Promise<string> {
    const index = await this.#hands.goToAny();
    return `${index}`;
  }

  async #press(key: 'Enter' | 'Tab'): Promise<string> {
    const index = await this.#hands.goToFocused();
    await this.#hands.press(index, key);
    return `${index}`;
  }

  async #pressEscape(): Promise<string> {
    const index = await this.#hands.goToFocused();
    await this.#hands.keys('Escape');
    this.#model.giveUp(index);
    return `${index}`;
  }

  async #clear(): Promise<string> {
    // The saved state decides whether there is a value to retract.
    await this.#settle();
    const filled = this.#hands.rowsWhere(({ seen, open }) => seen.number !== undefined && open === undefined);
    if (filled.length === 0) return 'none has a number';
    const index = this.#chance.oneOf(filled);
    await this.#hands.goTo(index);
    await this.#hands.keys('Control+a', 'Delete');
    this.#model.type(index, '');
    if (this.#chance.percent(30)) {
      await this.#pressTwiceAtOnce(index);
      return `${index}, and presses Enter twice at once`;
    }
    await this.#hands.press(index, 'Enter');
    if (this.#chance.percent(60)) await this.#hands.press(index, 'Enter');
    return `${index}`;
  }

  /** The second Enter comes before the time to read the question, so it has no effect. */
  async #pressTwiceAtOnce(index: number): Promise<void> {
    await this.#hands.input(index).evaluate((input) => {
      const init = { key: 'Enter', bubbles: true, cancelable: true };
      for (const _ of ['first', 'second']) input.dispatchEvent(new KeyboardEvent('keydown', init));
    });
    this.#model.finish(index);
  }

  async #answer(): Promise<string> {
    const open = this.#hands.rowsWhere(({ open: it }) => it?.kind === 'asking' || it?.kind === 'conflict');
    if (open.length === 0) return 'nothing is asked';
    const index = this.#chance.oneOf(open);
    await this.#hands.goTo(index);
    const { open: it, stored } = this.#model.cell(index);
    if (it?.kind === 'conflict') {
      const name = this.#chance.oneOf(['Keep theirs', it.mine === undefined ? 'Keep theirs' : 'Take mine']);
      await this.#hands.choose(index, name);
      if (name === 'Take mine') this.#model.takeMine(index);
      else this.#model.giveUp(index);
      await this.#hands.settleQuestions(index);
      return `${index} ${name}, theirs is ${JSON.stringify(stored)}`;
    }
    if (it?.kind !== 'asking') return `${index} asks nothing any more`;
    if (it.question.kind === 'ambiguous') {
      const value = this.#chance.oneOf(it.question.values);
      await this.#hands.choose(index, String(value));
      this.#model.choose(index, value);
      await this.#hands.settleQuestions(index);
      return `${index} ${value}`;
    }
    if (it.question.kind === 'unreadable' || this.#chance.percent(40)) {
      await this.#hands.keys('Escape');
      this.#model.giveUp(index);
      return `${index} Escape`;
    }
    if (this.#chance.percent(50)) {
      await this.#hands.confirmByEnter(index);
      return `${index} Enter`;
    }
    const yes = it.question.kind === 'slip' ? 'It is right' : 'Take it back';
    const name = this.#chance.percent(60) ? yes : 'Undo';
    await this.#hands.choose(index, name);
    if (name === yes) this.#model.confirm(index);
    else this.#model.giveUp(index);
    await this.#hands.settleQuestions(index);
    return `${index} ${name}`;
  }

  async #pasteCell(): Promise<string> {
    const index = await this.#hands.goToAny();
    const number = this.#hands.number(index);
    const ambiguous = this.#chance.percent(50) && this.#model.cell(index).kpi.maximum === undefined;
    const text = ambiguous ? `1.${String(number).slice(-3).padStart(3, '1')}` : String(number);
    await this.#hands.readTheirs(index);
    // Selects all: in a cell with a question, a paste could be meant for the next row.
    await this.#hands.keys('Control+a');
    await this.#visitor.paste(this.#hands.input(index), `"${text}"\r\n`);
    this.#model.type(index, text, true);
    if (this.#chance.percent(70)) await this.#hands.press(index, 'Enter');
    return `${index} ${text}`;
  }

  async #pasteLines(): Promise<string> {
    await this.#settle();
    const { page } = this.#visitor;
    const from = await this.#hands.goToAny();
    await this.#settle();
    const named = this.#chance.percent(40);
    const count = 2 + this.#chance.below(4);
    const rows = named
      ? this.#hands.someRows(count)
      : Array.from({ length: count }, (_, line) => from + line).filter(
          (row) => row < this.#model.cells.length,
        );
    const numbers = rows.map((row): [number, number] => [row, this.#hands.number(row)]);
    const lines = numbers.map(([row, number]) =>
      named ? `${this.#model.cell(row).kpi.name}\t${number}` : `${number}`,
    );
    // This line has no row. A column of a single number would count as one cell.
    if (!named && lines.length < 2) lines.push('1');
    if (this.#chance.percent(40)) lines.unshift(named ? 'KPI\tSeptember 2012' : 'September 2012');
    if (named && this.#chance.percent(30)) lines.push('Total\t1');
    await this.#visitor.paste(this.#hands.input(from), `${lines.join('\r\n')}\r\n`);
    const said = `at ${from}, ${numbers.map(([row, number]) => `${row} ${number}`).join(', ')}`;
    const preview = page.getByRole('dialog', { name: 'Check before pasting' });
    if (await preview.isVisible()) {
      this.#model.interrupt(from);
      if (this.#chance.percent(35)) {
        await this.#hands.keys('Escape');
        await preview.waitFor({ state: 'hidden' });
        await this.#hands.read();
        return `${said}, cancelled`;
      }
      await takeEachAsValue(preview, (answer) => this.#hands.pressOnceRead(answer));
      await this.#hands.read();
      const apply = preview.getByRole('button', { name: 'Apply' });
      expect(await apply.isEnabled(), `the preview asks nothing: ${said}`).toBe(true);
      if (this.#chance.percent(50)) await this.#hands.keys('Tab', 'Enter');
      else await apply.click();
      await preview.waitFor({ state: 'hidden' });
    }
    this.#model.enterNumbers(numbers);
    for (const [row] of numbers) await this.#hands.settleQuestions(row);
    return said;
  }

  async #undo(): Promise<string> {
    // With two conflicts, the undo would first give up the one with the later answer.
    const [conflict, another] = this.#hands.rowsWhere(({ open }) => open?.kind === 'conflict');
    if (conflict !== undefined && another !== undefined) await this.#hands.goTo(conflict);
    const index = await this.#hands.goToFocused();
    await this.#hands.pressOrHold('Control+z');
    this.#model.undo(index);
    await this.#hands.settleAllQuestions();
    return `${index}`;
  }

  async #redo(): Promise<string> {
    const index = await this.#hands.goToFocused();
    const key = this.#chance.oneOf(['Control+Shift+z', 'Control+y']);
    await this.#hands.pressOrHold(key);
    this.#model.redo(index);
    await this.#hands.settleAllQuestions();
    return `${index} ${key}`;
  }

  /** As if another window took the focus: the cell stays unfinished. */
  async #blur(): Promise<string> {
    const index = await this.#hands.focused();
    await this.#visitor.page.evaluate(() => {
      if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    });
    if (index >= 0) this.#model.interrupt(index);
    return '';
  }

  async #breakCall(): Promise<string> {
    const fault = this.#chance.oneOf<Fault>(['lost-request', 'lost-answer', 'held', 'held']);
    await this.#calls.failNext(fault);
    return fault;
  }

  async #reload(): Promise<string> {
    await this.#visitor.page.reload();
    this.#model.reload();
    await this.openGrid();
    return '';
  }

  /** The session ends on the server. The next call asks for the password, perhaps within a number. */
  async #lapse(): Promise<string> {
    const { page } = this.#visitor;
    await this.#settle();
    const calm = this.#hands.rowsWhere(
      ({ open, note, version, seenVersion }) =>
        open === undefined && note === undefined && version === seenVersion,
    );
    if (calm.length === 0) return 'every cell is in question';
    const index = this.#chance.oneOf(calm);
    await this.#hands.goTo(index);
    // A call for the cell before, or for what is due now, would reveal the end of the session too early.
    await this.#settle();
    await this.#hands.untilQuiet();
    await this.#calls.failNext(undefined);
    await this.#kreis.endSession(await this.#calls.authorization());
    await this.#hands.type(index, String(this.#hands.number(index)));
    const number = this.#model.cell(index).open;
    await this.#hands.keys('Enter');
    this.#model.finish(index);
    const there = await this.#hands.focused();
    const shown = await this.#hands.input(there).inputValue();
    // Differs from the shown text in its first digit, to tell whether a key has arrived.
    const first = shown.startsWith('2') ? '3' : '2';
    const part = this.#chance.percent(60) ? first + String(this.#hands.number(there)).slice(0, 2) : '';
    await this.#hands.keys('Control+a', ...part);
    const dialogue = page.getByRole('dialog', { name: 'Your session has ended' });
    const password = dialogue.getByLabel(this.#visitor.words.password, { exact: true });
    await expect
      .poll(async () => {
        await page.clock.fastForward(AGAIN_MS);
        return password.isVisible();
      })
      .toBe(true);
    await this.#hands.read();
    await password.fill(PASSWORD);
    await this.#hands.keys('Enter');
    await dialogue.waitFor({ state: 'hidden' });
    await this.#hands.read();
    const text = await this.#hands.input(there).inputValue();
    // The dialogue may have caught the last keys. The text before them stays, unfinished.
    if (text !== shown && text !== '' && part.startsWith(text)) {
      this.#model.type(there, text);
      this.#model.interrupt(there);
    }
    this.#model.refresh();
    await this.#settle();
    return `${index} ${number?.text}, then ${there} ${text}`;
  }
}
