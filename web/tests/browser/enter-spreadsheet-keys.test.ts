/** Keys that people know from spreadsheets. */
import { expect, test } from 'vitest';
import { copy } from './clipboard';
import { cellOf, enter, hasFocus, rowOf, setUpMonths } from './month-entry';
import { READ_MS } from './visitor';

const { kreis, months, entering } = setUpMonths();

test('Ctrl+Home and Ctrl+End lead to the first and the last row, and add nothing to a number', async () => {
  const month = '2009-06';
  await months.fill(month, { reachability: 33 });
  const visitor = await entering(month);
  const { page } = visitor;
  await cellOf(visitor, 'reachability').focus();
  await page.keyboard.press('Control+Home');
  await enter(visitor, '690');
  await rowOf(visitor).getByText('✓ saved').waitFor();
  expect(await hasFocus(cellOf(visitor, 'reachability'))).toBe(true);
  await page.keyboard.press('Control+End');
  await enter(visitor, '44');
  await rowOf(visitor, 'new members').getByText('✓ saved').waitFor();
  expect(await months.numbers(month)).toEqual({ consultations: 690, reachability: 33, 'new members': 44 });
  await visitor.leave();
});

test('Ctrl+Enter saves a number and stays, and the next number goes to no other row', async () => {
  const month = '2009-05';
  const visitor = await entering(month);
  const { page } = visitor;
  await cellOf(visitor, 'donations').click();
  await page.keyboard.type('10400');
  await page.keyboard.press('Control+Enter');
  await rowOf(visitor, 'donations').getByText('✓ saved').waitFor();
  await enter(visitor, '104000');
  await page.getByText('What you typed after it was not entered.').waitFor();
  await page.keyboard.press('Escape');
  await enter(visitor, '104000');
  await page.waitForTimeout(READ_MS);
  expect(await months.numbers(month)).toEqual({ donations: 104_000 });
  await visitor.leave();
});

test('a number that is pasted twice into a cell stands there once', async () => {
  const month = '2009-04';
  const visitor = await entering(month);
  const { page } = visitor;
  await copy(visitor, kreis.url, '690\r\n');
  await cellOf(visitor).click();
  for (let pasted = 0; pasted < 3; pasted += 1) await page.keyboard.press('Control+v');
  await page.keyboard.press('Enter');
  await rowOf(visitor).getByText('✓ saved').waitFor();
  expect(await months.numbers(month)).toEqual({ consultations: 690 });
  await visitor.leave();
});
