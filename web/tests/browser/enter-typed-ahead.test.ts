/** A person who reads numbers from a paper types on after Enter, though Enter had to ask. */
import { expect, test } from 'vitest';
import { LAST_YEAR } from './kreis';
import { cellOf, hasFocus, rowOf, setUpMonths } from './month-entry';
import { countWrites } from './months';
import { READ_MS } from './visitor';

const { months, entering } = setUpMonths();

const MONTH = `${LAST_YEAR}-10`;
/** Longer than it takes to type on. */
const PAUSE_MS = 1_100;

test('the next number is not added to one that is asked about', async () => {
  const before = await months.numbers(MONTH);
  const visitor = await entering(MONTH);
  const { page } = visitor;
  const cell = cellOf(visitor, 'reachability');
  const writes = countWrites(page);
  await cell.focus();
  // 8 and 8 would make a usual 88.
  for (const key of ['8', 'Enter', '8', 'Enter']) await page.keyboard.press(key);
  await rowOf(visitor, 'reachability').getByText('please check').waitFor();
  await page.waitForTimeout(READ_MS);
  expect(await cell.inputValue()).toBe('8');
  expect(await hasFocus(cell)).toBe(true);
  expect(writes()).toBe(0);
  expect(await months.numbers(MONTH)).toEqual(before);

  // After a look at the question, another number takes its place.
  await page.waitForTimeout(PAUSE_MS);
  await page.keyboard.type('88.1');
  await page.keyboard.press('Enter');
  await rowOf(visitor, 'reachability').getByText('✓ saved').waitFor();
  expect((await months.numbers(MONTH)).reachability).toBe(88.1);
  await visitor.leave();
});

test('the next number does not take the place of a value that was cleared', async () => {
  const month = `${LAST_YEAR}-08`;
  const before = await months.numbers(month);
  const visitor = await entering(month);
  const { page } = visitor;
  const writes = countWrites(page);
  await cellOf(visitor).focus();
  for (const key of ['Delete', 'Enter', '6', '9', '7', 'Enter', '3']) await page.keyboard.press(key);
  await page.getByText('Take this value back?').waitFor();
  await page.waitForTimeout(READ_MS);
  expect(await cellOf(visitor).inputValue()).toBe('');
  expect(writes()).toBe(0);
  expect(await months.numbers(month)).toEqual(before);
  // Escape says that the person has seen it: what follows is meant for this cell.
  await page.keyboard.press('Escape');
  await page.keyboard.type('697');
  expect(await cellOf(visitor).inputValue()).toBe('697');
  await page.keyboard.press('Escape');
  await visitor.leave();
});
