/**
 * Text for which the browser has no room stays on the screen. The page says that the text is stored
 * nowhere else.
 */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { cellOf, inBothLanguages, rowOf, setUpMonths } from './month-entry';

const { months, entering } = setUpMonths();

/** Longer than the limit of one draft. */
const TOO_LONG = '1'.repeat(30_000);

const ENGLISH = {
  locale: 'en-CH',
  unkept: 'This browser cannot keep all that you typed',
  typed: 'not saved yet',
  saved: '✓ saved',
};
const GERMAN: typeof ENGLISH = {
  locale: 'de-CH',
  unkept: 'Dieser Browser kann nicht alles aufbewahren, was Sie getippt haben',
  typed: 'noch nicht gespeichert',
  saved: '✓ gespeichert',
};
const LANGUAGES = inBothLanguages(ENGLISH, GERMAN);

/** Fills all the storage that the browser gives a site. */
async function fillStorage(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (let size = 1_000_000; size >= 1; size = Math.floor(size / 2)) {
      for (let count = 0; ; count += 1) {
        try {
          localStorage.setItem(`full.${size}.${count}`, 'x'.repeat(size));
        } catch {
          break;
        }
      }
    }
  });
}

async function lengthOfDrafts(page: Page): Promise<number> {
  return page.evaluate(() =>
    Object.entries(localStorage)
      .filter(([key]) => key.startsWith('kreis.drafts.'))
      .reduce((sum, [, { length }]) => sum + length, 0),
  );
}

test.for(LANGUAGES)(
  'a text that is too long is not kept, and is said, and the others are, in $words.locale',
  async ({ words, year }) => {
    const visitor = await entering(`${year}-01`, { locale: words.locale });
    const { page } = visitor;
    await cellOf(visitor).fill('640');
    // As if another window took the focus.
    await cellOf(visitor).evaluate((cell) => cell.blur());
    await cellOf(visitor, 'reachability').fill(TOO_LONG);
    await page.getByText(words.unkept).waitFor();
    expect(await cellOf(visitor, 'reachability').inputValue()).toBe(TOO_LONG);
    expect(await lengthOfDrafts(page)).toBeLessThan(TOO_LONG.length);
    page.once('dialog', (dialog) => void dialog.accept());
    await page.reload();
    await rowOf(visitor).getByText(words.typed).waitFor();
    expect(await cellOf(visitor).inputValue()).toBe('640');
    expect(await cellOf(visitor, 'reachability').inputValue()).toBe('');
    await page.getByText(words.unkept).waitFor({ state: 'hidden' });
    await visitor.leave();
  },
);

test.for(LANGUAGES)(
  'a browser that has no room left loses nothing that is on the screen, in $words.locale',
  async ({ words, year }) => {
    const month = `${year}-02`;
    const visitor = await entering(month, { locale: words.locale });
    const { page } = visitor;
    await fillStorage(page);
    await cellOf(visitor).focus();
    await page.keyboard.type('640');
    await page.getByText(words.unkept).waitFor();
    expect(await cellOf(visitor).inputValue()).toBe('640');
    await page.keyboard.press('Enter');
    await rowOf(visitor).getByText(words.saved).waitFor();
    await page.getByText(words.unkept).waitFor({ state: 'hidden' });
    expect(await months.numbers(month)).toEqual({ consultations: 640 });
    await visitor.leave();
  },
);
