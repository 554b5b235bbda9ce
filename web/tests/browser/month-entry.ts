/** Shared by the tests of the grid: an economist opens a month, in English or in German. */
import type { Locator, Page } from 'playwright-core';
import { beforeAll, expect } from 'vitest';
import { ECONOMIST } from './kreis';
import { monthsOf } from './months';
import { setUp } from './set-up';
import { READ_MS, type Visitor, type Wishes } from './visitor';

type Months = Awaited<ReturnType<typeof monthsOf>>;

/**
 * Starts a kreis with a demo. Returns its months as the gatekeeper sees them, and functions to open
 * one as the economist.
 */
export function setUpMonths() {
  const { kreis, visit } = setUp();
  // `beforeAll` fills this before the first test.
  const months = {} as Months;

  beforeAll(async () => {
    Object.assign(months, await monthsOf(kreis.url));
  });

  async function entering(month: string, wishes: Wishes = {}): Promise<Visitor> {
    const visitor = await visit(monthAddress(month), { as: ECONOMIST, locale: 'en-CH', ...wishes });
    await cellOf(visitor).waitFor();
    // The first empty cell takes a number only after the person could see that it has the focus.
    await visitor.page.waitForTimeout(READ_MS);
    return visitor;
  }

  /** Opens a month and saves a number, so that a return to the window reads the month again. */
  async function havingSaved(month: string): Promise<Visitor> {
    const visitor = await entering(month);
    await cellOf(visitor, 'donations').fill('104000');
    await cellOf(visitor, 'donations').press('Enter');
    await rowOf(visitor, 'donations').getByText('✓ saved').waitFor();
    return visitor;
  }

  return { kreis, visit, months, entering, havingSaved };
}

/** For `test.for`: with years before the demo, which have no values. */
export function inBothLanguages<Words extends { locale: string }>(english: Words, german: Words) {
  return [
    { words: english, year: 2015 },
    { words: german, year: 2014 },
  ];
}

export function monthAddress(month: string): string {
  return `/enter?month=${month}`;
}

export function cellOf({ page }: Visitor, name = 'consultations'): Locator {
  return page.getByRole('table').getByRole('textbox', { name });
}

export function rowOf({ page }: Visitor, name = 'consultations'): Locator {
  return page.getByRole('row', { name: new RegExp(`^${name}`) });
}

export async function hasFocus(control: Locator): Promise<boolean> {
  return control.evaluate((element) => element === document.activeElement);
}

/** Returns to the window, which reads the values again after a save. */
export async function comeBack(page: Page): Promise<void> {
  const answer = page.waitForResponse((response) => response.url().endsWith('/ListKpiValues'));
  await page.evaluate(() => window.dispatchEvent(new Event('visibilitychange')));
  await answer;
}

/**
 * Returns to the window while the page's clock is stopped. The clock advances only until the screen
 * shows the change.
 */
export async function comeBackUntil({ page }: Visitor, shows: () => boolean): Promise<void> {
  await page.evaluate(() => window.dispatchEvent(new Event('visibilitychange')));
  await expect
    .poll(async () => {
      await page.clock.runFor(1);
      return page.evaluate(shows);
    })
    .toBe(true);
}

/** Types a number into the focused cell and presses Enter. */
export async function enter({ page }: Visitor, number: string): Promise<void> {
  await page.keyboard.type(number);
  await page.keyboard.press('Enter');
}
