/** What there is to see of the grid, and of the calls behind it, in one look. */
import type { Page } from 'playwright-core';

export interface Screen {
  /** The row that has the keyboard; -1 where none has. */
  focused: number;
  /** What the line above the grid counts. */
  unsaved: number;
  asked: number;
  /** What stands in the rows, from top to bottom. */
  texts: string[];
  /** How many changes have no answer, how many of them are on their way, how many of those are held up. */
  unanswered: number;
  under: number;
  held: number;
}

export async function lookAt(page: Page): Promise<Screen> {
  return page.evaluate(() => {
    const { activeElement } = document;
    const line = document.querySelector('main')?.textContent ?? '';
    const count = (words: string) => Number(new RegExp(`(\\d+) ${words}\\.`).exec(line)?.[1] ?? 0);
    const { unanswered, under, held } = window.gridCalls;
    return {
      focused: activeElement instanceof HTMLInputElement ? Number(activeElement.dataset.row ?? -1) : -1,
      unsaved: count('not saved yet'),
      asked: count('please check'),
      texts: [...document.querySelectorAll<HTMLInputElement>('input[data-row]')].map(({ value }) => value),
      unanswered: unanswered.size,
      under,
      held,
    };
  });
}

interface Place {
  /** The row that has the keyboard before the click. */
  focused: number;
  x: number;
  y: number;
}

/** Where to click into a row. */
export async function placeOf(page: Page, row: number): Promise<Place> {
  return page.evaluate(findPlace, { row, button: undefined });
}

/** Where to click on an answer to what a row asks. */
export async function placeOfAnswer(page: Page, row: number, button: string): Promise<Place> {
  return page.evaluate(findPlace, { row, button });
}

/** Runs in the page. */
function findPlace({ row, button }: { row: number; button: string | undefined }): Place {
  const input = document.querySelector(`input[data-row="${row}"]`);
  const buttons = [...(input?.closest('tr')?.nextElementSibling?.querySelectorAll('button') ?? [])];
  const control = button === undefined ? input : buttons.find(({ textContent }) => textContent === button);
  control?.scrollIntoView({ block: 'center', behavior: 'instant' });
  const { left, top, width, height } = control?.getBoundingClientRect() ?? new DOMRect();
  const [x, y] = [left + width / 2, top + height / 2];
  if (control?.contains(document.elementFromPoint(x, y)) !== true)
    throw new Error(`row ${row} shows no ${button ?? 'field'} to click on`);
  const { activeElement } = document;
  const focused = activeElement instanceof HTMLInputElement ? Number(activeElement.dataset.row ?? -1) : -1;
  return { focused, x, y };
}
