/** Keys that only move through a cell. */
import { expect, test } from 'vitest';
import { LAST_YEAR } from './kreis';
import { cellOf, rowOf, setUpMonths } from './month-entry';
import { countWrites } from './months';
import { READ_MS } from './visitor';

const { months, entering } = setUpMonths();

const MONTH = `${LAST_YEAR}-04`;

const LEFT_OPEN = [
  { what: 'take its value back', keys: ['Delete'], question: 'Take this value back?' },
  { what: 'say that an unusual number is right', keys: ['6', '9', '7'], question: 'please check' },
];

const PACES = [0, 700];
const PASSED = LEFT_OPEN.flatMap((left) => PACES.map((pace) => ({ ...left, pace })));

test.for(PASSED)(
  'Enter that passes a cell every $pace ms does not $what',
  async ({ keys, question, pace }) => {
    const visitor = await entering(MONTH);
    const { page } = visitor;
    const before = await months.numbers(MONTH);
    await cellOf(visitor, 'donations').focus();
    for (const key of keys) await page.keyboard.press(key);
    await cellOf(visitor, 'consultations').click();
    await page.getByRole('table').getByText(question).waitFor();
    await page.waitForTimeout(READ_MS);
    const writes = countWrites(page);
    // From the first row past the row that asks.
    await page.locator('input[data-row="0"]').focus();
    for (let row = 0; row < 4; row += 1) {
      await page.keyboard.press('Enter');
      await page.waitForTimeout(pace);
    }
    await page.waitForTimeout(READ_MS);
    expect(writes()).toBe(0);
    expect(await months.numbers(MONTH)).toEqual(before);
    await visitor.leave();
  },
);

test('what was typed before the page was loaded is saved by an Enter in its cell, not by keys that pass it', async () => {
  const visitor = await entering(MONTH);
  const { page } = visitor;
  const before = await months.numbers(MONTH);
  await cellOf(visitor, 'reachability').focus();
  await page.keyboard.type('88');
  await page.reload();
  await rowOf(visitor, 'reachability').getByText('not saved yet').waitFor();
  const writes = countWrites(page);
  for (const key of ['Enter', 'Tab']) {
    await cellOf(visitor, 'consultations').click();
    for (let row = 0; row < 3; row += 1) await page.keyboard.press(key);
  }
  await page.waitForTimeout(READ_MS);
  expect(writes()).toBe(0);
  await cellOf(visitor, 'reachability').click();
  await page.keyboard.press('Enter');
  await rowOf(visitor, 'reachability').getByText('✓ saved').waitFor();
  expect(await months.numbers(MONTH)).toEqual({ ...before, reachability: 88 });
  await visitor.leave();
});

test('texts from before a reload are saved by one Enter after the other', async () => {
  const month = `${LAST_YEAR}-03`;
  const visitor = await entering(month);
  const { page } = visitor;
  const { consultations, reachability } = await months.numbers(month);
  const meant = {
    consultations: (consultations ?? 0) + 1,
    reachability: Number(((reachability ?? 0) - 0.1).toFixed(1)),
  };
  for (const [name, number] of Object.entries(meant)) {
    await cellOf(visitor, name).click();
    await page.keyboard.type(String(number));
    // As if another window took the focus.
    await page.evaluate(() => document.activeElement instanceof HTMLElement && document.activeElement.blur());
  }
  await page.reload();
  await cellOf(visitor, 'consultations').click();
  await page.keyboard.press('Enter');
  await page.waitForTimeout(READ_MS);
  await page.keyboard.press('Enter');
  await expect.poll(() => months.numbers(month)).toMatchObject(meant);
  await visitor.leave();
});

test('what is typed after Enter has passed the last row is not entered in it', async () => {
  const month = `${LAST_YEAR}-05`;
  const visitor = await entering(month);
  const { page } = visitor;
  const before = await months.numbers(month);
  const cells = page.locator('input[data-row]');
  await cells.last().focus();
  await page.keyboard.type('88');
  await page.reload();
  await page.getByText('not saved yet').first().waitFor();
  const writes = countWrites(page);
  await cells.nth((await cells.count()) - 2).click();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await page.keyboard.type('42');
  await page.getByText('What you typed after it was not entered.').waitFor();
  await page.keyboard.press('Enter');
  await page.waitForTimeout(READ_MS);
  await page.keyboard.press('Enter');
  expect(await cells.last().inputValue()).toBe('88');
  expect(writes()).toBe(0);
  expect(await months.numbers(month)).toEqual(before);
  await visitor.leave();
});

test('a second Enter in haste saves no half-typed text from before a reload', async () => {
  const month = '1999-03';
  const visitor = await entering(month);
  const { page } = visitor;
  await cellOf(visitor).click();
  await page.keyboard.type('697');
  // As if another window took the focus.
  await page.evaluate(() => document.activeElement instanceof HTMLElement && document.activeElement.blur());
  await page.locator('input[data-row="1"]').click();
  await page.keyboard.type('8');
  await page.reload();
  await rowOf(visitor).getByText('not saved yet').waitFor();
  await page.waitForTimeout(READ_MS);
  await cellOf(visitor).click();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await page.waitForTimeout(2 * READ_MS);
  expect(await months.numbers(month)).toEqual({ consultations: 697 });
  await visitor.leave();
});
