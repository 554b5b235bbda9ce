/** What the keys do in a cell, and on the buttons of a row: they lead from cell to cell, and save. */
import type { KeyboardEvent, RefObject } from 'react';
import type { NumberFormat } from '#shared/numbers/formats';
import { couldBeRead } from '#shared/screens/read-ms';
import type { AnswerKeys } from './answer-keys';
import { isKept, needsAnswer } from './cell';
import { focusFirstButton, isAtEnd, moveAside } from './row-controls';
import type { Row } from './rows';
import type { Sheet } from './sheet';

interface Parts {
  table: RefObject<HTMLTableElement | null>;
  /** The rows on the screen. */
  rows: readonly Row[];
  sheet: Sheet;
  keys: AnswerKeys;
  format: NumberFormat;
}

export class RowKeys {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Moves the focus down by `by` rows; does nothing at the ends. */
  move(from: number, by: number): void {
    const next = this.#parts.table.current?.querySelectorAll('input')[from + by];
    next?.focus();
    next?.select();
  }

  /** A key in the cell of a row. Returns whether it had a meaning there. */
  press(event: KeyboardEvent, index: number, kpiId: string): boolean {
    const { key, shiftKey, repeat } = event;
    switch (key) {
      case 'ArrowDown':
        this.#pressArrow(index, kpiId, 1, repeat);
        return true;
      case 'ArrowUp':
        this.#pressArrow(index, kpiId, -1, repeat);
        return true;
      case 'ArrowRight':
        return this.#leadsToButtons(event, kpiId);
      case 'Home':
        return this.#leadsToEnd(event, kpiId, 0);
      case 'End':
        return this.#leadsToEnd(event, kpiId, this.#parts.rows.length - 1);
      case 'Tab':
        return this.#pressTab(index, kpiId, shiftKey ? -1 : 1);
      case 'Escape':
        this.#parts.sheet.restore(kpiId);
        return true;
      case 'Enter':
        this.#pressEnter(event, index, kpiId);
        return true;
      default:
        return false;
    }
  }

  /** A key on a button of a row. Returns whether it had a meaning there. */
  pressBeside(event: KeyboardEvent, field: HTMLInputElement): boolean {
    const { key, target } = event;
    if (!(target instanceof HTMLElement)) return false;
    if (key === 'Enter') return this.#isHastyAnswer(event);
    if (hasModifier(event)) return false;
    if (key === 'Escape') field.focus();
    else if (key === 'ArrowRight') moveAside(field, target, 1);
    else if (key === 'ArrowLeft') moveAside(field, target, -1);
    else return false;
    return true;
  }

  /** After an Enter has led to the button, the next one answers only once the person could see that. */
  #isHastyAnswer(event: KeyboardEvent): boolean {
    const { keys } = this.#parts;
    return keys.isPassing && (hasModifier(event) || !couldBeRead(keys.since));
  }

  /** Moves on after Enter. Without a further row, the focus stays, and the next number belongs to no row. */
  #moveOn(from: number, by: number): void {
    const { rows, keys } = this.#parts;
    const isLast = rows[from + by] === undefined;
    this.move(from, isLast ? 0 : by);
    if (isLast) keys.stay();
    else keys.pass();
  }

  /**
   * A key that leads to another row leaves no cell that has refused input, and no question that could not
   * be read: the person believes to be in the next row already.
   */
  #mayLeave(kpiId: string): boolean {
    const { sheet, keys } = this.#parts;
    return keys.mayAnswer && !sheet.asksUnread(kpiId);
  }

  /**
   * A spreadsheet has rows below the last one. Here, input after an arrow key at the end belongs to no
   * row.
   */
  #pressArrow(index: number, kpiId: string, by: number, isHeld: boolean): void {
    const { rows, sheet, keys, format } = this.#parts;
    if (!this.#mayLeave(kpiId)) return;
    if (rows[index + by] !== undefined) {
      this.move(index, by);
      return;
    }
    // A held key should only lead to the end.
    if (isHeld) return;
    sheet.leave(kpiId, format);
    this.move(index, 0);
    keys.stayAtEnd();
  }

  /** Tab leads from cell to cell. At the ends it leaves the cells, as in any form. */
  #pressTab(index: number, kpiId: string, by: number): boolean {
    const { rows, keys } = this.#parts;
    if (!this.#mayLeave(kpiId)) return true;
    keys.mean();
    this.move(index, by);
    return rows[index + by] !== undefined;
  }

  /**
   * With Ctrl, the keys lead to the first and the last row, as in a spreadsheet. In a text field, they would
   * lead to an end of the number, and what is typed next would become a part of it.
   */
  #leadsToEnd({ ctrlKey, metaKey }: KeyboardEvent, kpiId: string, row: number): boolean {
    if (!ctrlKey && !metaKey) return false;
    if (this.#mayLeave(kpiId)) this.move(row, 0);
    return true;
  }

  /** From the end of a number that is not being typed, the right arrow key leads to the buttons of the row. */
  #leadsToButtons(event: KeyboardEvent, kpiId: string): boolean {
    const { target } = event;
    if (event.repeat || hasModifier(event) || this.#parts.sheet.cell(kpiId).state.kind === 'typing')
      return false;
    if (!(target instanceof HTMLInputElement) || !isAtEnd(target)) return false;
    moveAside(target, target, 1);
    return true;
  }

  /**
   * Enter in a cell never answers its question: the person may believe to be in the next row. Once the
   * question could be read, Enter leads to its first button.
   */
  #leadToAnswer(event: KeyboardEvent, kpiId: string): boolean {
    const { sheet, keys } = this.#parts;
    const mayLead = !hasModifier(event) && !sheet.asksUnread(kpiId) && couldBeRead(keys.since);
    if (!mayLead || !focusFirstButton(event.target)) return false;
    keys.pass();
    return true;
  }

  #pressEnter(event: KeyboardEvent, index: number, kpiId: string): void {
    const { rows, sheet, keys, format } = this.#parts;
    const by = rowsToMove(event);
    const cell = sheet.cell(kpiId);
    if (keys.isPassing && (needsAnswer(cell) || (isKept(cell) && !keys.isThroughKept))) {
      if (rows[index + by] === undefined) keys.stayAtEnd();
      else this.#moveOn(index, by);
      return;
    }
    // This Enter ends a number that the cell has refused. The cell still says so, and the Enter is no answer.
    if (!keys.mayAnswer) {
      keys.stay();
      return;
    }
    if (cell.state.kind === 'asking' && this.#leadToAnswer(event, kpiId)) return;
    const wasKept = isKept(cell);
    if (!sheet.commit(kpiId, format) || by === 0) {
      this.move(index, 0);
      keys.stay();
      return;
    }
    this.#moveOn(index, by);
    // From one text that may be unfinished to the next: each Enter saves one.
    if (wasKept) keys.goThroughKept();
  }
}

/** As in a spreadsheet: Shift leads upwards, and with Ctrl the cell keeps the keyboard. */
function rowsToMove({ altKey, ctrlKey, metaKey, shiftKey }: KeyboardEvent): number {
  if (altKey || ctrlKey || metaKey) return 0;
  return shiftKey ? -1 : 1;
}

function hasModifier({ altKey, ctrlKey, metaKey, shiftKey }: KeyboardEvent): boolean {
  return altKey || ctrlKey || metaKey || shiftKey;
}
