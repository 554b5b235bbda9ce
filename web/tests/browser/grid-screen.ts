/** Reads the state of the grid and of its calls in one step, so that they fit together. */
import type { Page } from 'playwright-core';

export interface Screen {
  /** The focused row, or -1. */
  focused: number;
  /** The number of unsaved entries, from the line above the grid. */
  unsaved: number;
  /** The number of open questions, from the same line. */
  questions: number;
  /** The texts of the rows, from top to bottom. */
  texts: string[];
  /** How many changes have no answer. */
  unanswered: number;
  /** How many changes have a call in progress. */
  inProgress: number;
  /** How many calls in progress are held back. */
  heldBack: number;
}

export async function readScreen(page: Page): Promise<Screen> {
  return page.evaluate(() => {
    const { activeElement } = document;
    const text = document.querySelector('main')?.textContent ?? '';
    const count = (words: string) => Number(new RegExp(`(\\d+) ${words}\\.`).exec(text)?.[1] ?? 0);
    const { unanswered, inProgress, heldBack } = window.gridCalls;
    return {
      focused: activeElement instanceof HTMLInputElement ? Number(activeElement.dataset.row ?? -1) : -1,
      unsaved: count('not saved yet'),
      questions: count('please check'),
      texts: [...document.querySelectorAll<HTMLInputElement>('input[data-row]')].map(({ value }) => value),
      unanswered: unanswered.size,
      inProgress,
      heldBack,
    };
  });
}

interface ClickPoint {
  /** The focused row, or -1. */
  focused: number;
  x: number;
  y: number;
}

/** The target of a click: the field of a row, or a button beside or below it. */
export interface Target {
  row: number;
  button?: string;
}

/** Returns where to click. If the rows move before the click, it hits something else and has no effect. */
export async function clickPointOf(page: Page, target: Target): Promise<ClickPoint> {
  return page.evaluate(findClickPoint, target);
}

/** Whether the last click hit its target. */
export async function hasHit(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const { hit } = window.gridClick ?? { hit: false };
    Object.assign(window.gridClick ?? {}, { control: undefined });
    return hit;
  });
}

declare global {
  interface Window {
    /** The target of the next click. */
    gridClick?: { control: Element | undefined; top: number; hit: boolean };
  }
}

/** Runs in the page. Installs a listener that stops a click that misses its target, or that it has left. */
function findClickPoint({ row, button }: Target): ClickPoint {
  const input = document.querySelector(`input[data-row="${row}"]`);
  const lines: Element[] = [];
  for (
    let line: Element | null = input?.closest('tr') ?? null;
    line !== null && (lines.length === 0 || line.querySelector('input[data-row]') === null);
    line = line.nextElementSibling
  )
    lines.push(line);
  const buttons = lines.flatMap((line) => [...line.querySelectorAll('button')]);
  const control = button === undefined ? input : buttons.find(({ textContent }) => textContent === button);
  control?.scrollIntoView({ block: 'center', behavior: 'instant' });
  const { left, top, width, height } = control?.getBoundingClientRect() ?? new DOMRect();
  const [x, y] = [left + width / 2, top + height / 2];
  if (control?.contains(document.elementFromPoint(x, y)) !== true)
    throw new Error(`row ${row} shows no ${button ?? 'field'} to click on`);

  function guard(event: Event): void {
    const click = window.gridClick;
    if (click?.control === undefined) return;
    const isThere = click.control.getBoundingClientRect().top === click.top;
    if (isThere && click.control.contains(event.target as Node)) {
      // A field takes the focus when it is pressed, a button acts when it is released.
      click.hit ||= event.type === 'click' || click.control instanceof HTMLInputElement;
    } else {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  }

  if (window.gridClick === undefined)
    for (const type of ['mousedown', 'click']) window.addEventListener(type, guard, true);
  const { activeElement } = document;
  const focused = activeElement instanceof HTMLInputElement ? Number(activeElement.dataset.row ?? -1) : -1;
  window.gridClick = { control: control === activeElement ? undefined : control, top, hit: false };
  return { focused, x, y };
}
