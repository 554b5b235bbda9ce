/** Keys at the first and the last row of the grid, which have no neighbour in one direction. */
import { expect, test } from 'vitest';
import { cellOf, enter, setUpMonths } from './month-entry';
import { READ_MS } from './visitor';

const { months, entering } = setUpMonths();

const COLUMN = [
  { name: 'consultations', number: 640 },
  { name: 'reachability', number: 81 },
  { name: 'donations', number: 104_000 },
  { name: 'new members', number: 3 },
];
const TYPED_ON = 'What you typed after it was not entered.';

const PAST_THE_END = [
  { key: 'ArrowDown', column: COLUMN, month: '2013-01' },
  { key: 'Enter', column: COLUMN, month: '2013-02' },
  { key: 'ArrowUp', column: COLUMN.toReversed(), month: '2013-04' },
  { key: 'Shift+Enter', column: COLUMN.toReversed(), month: '2013-05' },
];

test.for(PAST_THE_END)(
  'a number that is typed after $key has led past the end is entered in no row',
  async ({ key, column, month }) => {
    const visitor = await entering(month);
    const { page } = visitor;
    const meant = Object.fromEntries(column.map(({ name, number }) => [name, number]));
    const end = cellOf(visitor, column.at(-1)?.name);
    await cellOf(visitor, column[0]?.name).click();
    for (const number of [...Object.values(meant), 7, 8]) {
      await page.keyboard.type(String(number));
      await page.keyboard.press(key);
    }
    await page.getByText(TYPED_ON).waitFor();
    // The focus is still there, and the number is entered.
    await expect.poll(() => months.numbers(month)).toEqual(meant);
    await page.getByRole('heading', { name: 'Enter values' }).click();
    await page.getByText('All 4 values are in.').waitFor();
    expect(await months.numbers(month)).toEqual(meant);

    // Following the sentence on the screen leads to another number.
    await end.focus();
    await page.keyboard.press(key);
    await page.keyboard.type('9');
    await page.getByText(TYPED_ON).waitFor();
    await page.keyboard.press('Escape');
    await page.getByText(TYPED_ON).waitFor({ state: 'hidden' });
    await page.keyboard.type('9');
    expect(await end.inputValue()).toBe('9');
    await page.keyboard.press('Escape');
    await visitor.leave();
  },
);

test('an arrow that is held down leads to the last row, where a number can be typed', async () => {
  const month = '2013-07';
  const visitor = await entering(month);
  const { page } = visitor;
  await cellOf(visitor).click();
  for (let repeated = 0; repeated < 8; repeated += 1) await page.keyboard.down('ArrowDown');
  await page.keyboard.up('ArrowDown');
  await page.keyboard.type('3');
  await page.keyboard.press('Enter');
  await expect.poll(() => months.numbers(month)).toEqual({ 'new members': 3 });
  await visitor.leave();
});

test('a scroll by finger does not say that the last row is meant again', async () => {
  const month = '2011-02';
  const visitor = await entering(month, { touch: true, width: 400 });
  const { page, context } = visitor;
  const cells = page.locator('input[data-row]');
  await cells.last().tap();
  await enter(visitor, '42');
  await page.waitForTimeout(READ_MS);
  const touch = await context.newCDPSession(page);
  const move = (y: number) =>
    touch.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: [{ x: 60, y }] });
  await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x: 60, y: 400 }] });
  for (let y = 415; y <= 550; y += 15) await move(y);
  await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  await page.waitForTimeout(READ_MS);
  await enter(visitor, '7');
  await page.waitForTimeout(READ_MS);
  expect(await months.numbers(month)).toEqual({ 'new members': 42 });
  await visitor.leave();
});
