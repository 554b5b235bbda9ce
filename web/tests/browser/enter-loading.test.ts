/** A person types while the rows of a month load. The first empty cell then takes the focus. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { cellOf, enter, hasFocus, monthAddress, setUpMonths } from './month-entry';
import { gate, READ_MS, type Visitor } from './visitor';

const { months, entering } = setUpMonths();

const TYPED_ON = 'What you typed after it was not entered.';
/** Longer than a save takes, in milliseconds. */
const SAVED_MS = 2_000;

async function holdLists(page: Page): Promise<() => void> {
  const { passed, open } = gate();
  await page.route('**/ListKpis', async (route) => {
    await passed;
    await route.continue();
  });
  return open;
}

/** Opens a month whose rows come when the returned function is called. */
async function opening(month: string): Promise<{ visitor: Visitor; load: () => void }> {
  const visitor = await entering('2012-04');
  const { page } = visitor;
  const load = await holdLists(page);
  await page.goto(monthAddress(month));
  await page.getByRole('heading', { name: 'Enter values' }).waitFor();
  await page.waitForTimeout(READ_MS);
  return { visitor, load };
}

test.for([
  { pause: 0, month: '2012-03' },
  { pause: 1_000, month: '2012-05' },
])(
  'the rest of a number that was begun before the rows came is not entered, $pause ms later',
  async ({ pause, month }) => {
    const { visitor, load } = await opening(month);
    const { page } = visitor;
    await page.keyboard.type('12', { delay: 100 });
    load();
    await cellOf(visitor).waitFor();
    await page.waitForTimeout(pause);
    await enter(visitor, '34');
    await page.getByText(TYPED_ON).waitFor();
    await page.waitForTimeout(SAVED_MS);
    expect(await months.numbers(month)).toEqual({});
    // Following the sentence on the screen leads to the number.
    await page.keyboard.press('Escape');
    await enter(visitor, '1234');
    await expect.poll(() => months.numbers(month)).toEqual({ consultations: 1_234 });
    await visitor.leave();
  },
);

test('a number that is begun before the person could see the rows is not entered', async () => {
  const { visitor, load } = await opening('2012-06');
  const { page } = visitor;
  await page.evaluate(() => {
    // A key that comes with the rows.
    new MutationObserver((_, observer) => {
      if (!(document.activeElement instanceof HTMLInputElement)) return;
      observer.disconnect();
      document.execCommand('insertText', false, '3');
    }).observe(document.body, { childList: true, subtree: true });
  });
  load();
  await cellOf(visitor).waitFor();
  await enter(visitor, '4');
  await page.getByText(TYPED_ON).waitFor();
  await page.waitForTimeout(SAVED_MS);
  expect(await months.numbers('2012-06')).toEqual({});
  await visitor.leave();
});

test('the first empty cell takes a number once the person could see it', async () => {
  const { visitor, load } = await opening('2012-07');
  const { page } = visitor;
  load();
  await cellOf(visitor).waitFor();
  expect(await hasFocus(cellOf(visitor))).toBe(true);
  await page.waitForTimeout(READ_MS);
  await enter(visitor, '1250');
  await expect.poll(() => months.numbers('2012-07')).toEqual({ consultations: 1_250 });
  await visitor.leave();
});
