/** Keys that only pass a cell. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { cellOf, rowOf, setUpMonths } from './month-entry';
import { countWrites } from './months';

const { months, entering } = setUpMonths();

/** Longer than a question takes to be read. */
const READ_MS = 700;

/** Walks from the first row to one of those below, as fast as the keys go. */
async function walkThrough(page: Page, rows: number): Promise<void> {
  await page.locator('input[data-row="0"]').focus();
  for (let row = 0; row < rows; row += 1) await page.keyboard.press('Enter');
}

test('Enter that passes a cell does not take its value back', async () => {
  const month = '2026-04';
  const visitor = await entering(month);
  const { page } = visitor;
  const before = await months.numbers(month);
  await cellOf(visitor, 'donations').focus();
  await page.keyboard.press('Delete');
  await cellOf(visitor, 'consultations').click();
  await page.getByText('Take this value back?').waitFor();
  await page.waitForTimeout(READ_MS);
  const writes = countWrites(page);
  await walkThrough(page, 4);
  await page.waitForTimeout(READ_MS);
  expect(writes()).toBe(0);
  expect(await months.numbers(month)).toEqual(before);
  await visitor.leave();
});

test('Enter that passes a cell does not say that an unusual number is right', async () => {
  const month = '2026-03';
  const visitor = await entering(month);
  const { page } = visitor;
  const before = await months.numbers(month);
  await cellOf(visitor, 'donations').focus();
  await page.keyboard.type('697');
  await cellOf(visitor, 'consultations').click();
  await rowOf(visitor, 'donations').getByText('please check').waitFor();
  await page.waitForTimeout(READ_MS);
  const writes = countWrites(page);
  await walkThrough(page, 4);
  await page.waitForTimeout(READ_MS);
  expect(writes()).toBe(0);
  expect(await months.numbers(month)).toEqual(before);
  await visitor.leave();
});
