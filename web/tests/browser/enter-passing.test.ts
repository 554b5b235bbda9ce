/** Keys that only pass a cell. */
import { expect, test } from 'vitest';
import { LAST_YEAR } from './kreis';
import { cellOf, setUpMonths } from './month-entry';
import { countWrites } from './months';
import { READ_MS } from './visitor';

const { months, entering } = setUpMonths();

const MONTH = `${LAST_YEAR}-04`;

const LEFT_OPEN = [
  { what: 'take its value back', keys: ['Delete'], question: 'Take this value back?' },
  { what: 'say that an unusual number is right', keys: ['6', '9', '7'], question: 'please check' },
];

test.for(LEFT_OPEN)('Enter that passes a cell does not $what', async ({ keys, question }) => {
  const visitor = await entering(MONTH);
  const { page } = visitor;
  const before = await months.numbers(MONTH);
  await cellOf(visitor, 'donations').focus();
  for (const key of keys) await page.keyboard.press(key);
  await cellOf(visitor, 'consultations').click();
  await page.getByRole('table').getByText(question).waitFor();
  await page.waitForTimeout(READ_MS);
  const writes = countWrites(page);
  // From the first row to one of those below, as fast as the keys go.
  await page.locator('input[data-row="0"]').focus();
  for (let row = 0; row < 4; row += 1) await page.keyboard.press('Enter');
  await page.waitForTimeout(READ_MS);
  expect(writes()).toBe(0);
  expect(await months.numbers(MONTH)).toEqual(before);
  await visitor.leave();
});
