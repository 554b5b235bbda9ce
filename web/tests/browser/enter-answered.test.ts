/** After a button of a row or a key in a note has saved something, a person types the next number. */
import { expect, test } from 'vitest';
import { LAST_YEAR } from './kreis';
import { cellOf, enter, rowOf, setUpMonths } from './month-entry';
import { pressOnceRead, READ_MS } from './visitor';

const { months, entering } = setUpMonths();

const TYPED_ON = 'What you typed after it was not entered.';
/** Longer than a save takes, in milliseconds. */
const SAVED_MS = 2_000;

const WAYS = [
  { way: 'Ctrl+Enter', month: '2012-01', keys: ['Control+Enter'] },
  { way: 'Enter on “Save”', month: '2012-02', keys: ['Tab', 'Enter'] },
];

test.for(WAYS)('the number after a mark that $way has saved does not replace it', async ({ month, keys }) => {
  const visitor = await entering(month);
  const { page } = visitor;
  await rowOf(visitor).getByRole('button').click();
  await page.keyboard.type('Closed.');
  for (const key of keys) await page.keyboard.press(key);
  await rowOf(visitor).getByText('✓ saved').waitFor();
  await enter(visitor, '56');
  await page.getByText(TYPED_ON).waitFor();
  await page.waitForTimeout(SAVED_MS);
  expect(await months.numbers(month)).toEqual({});
  await page.getByText('Nothing to report: Closed.').waitFor();

  // Following the sentence on the screen leads to a number.
  await page.keyboard.press('Escape');
  await enter(visitor, '56');
  await expect.poll(() => months.numbers(month)).toEqual({ consultations: 56 });
  await visitor.leave();
});

test('after a comment is saved, Tab leads to the next row, which takes its number at once', async () => {
  const month = '2012-03';
  const visitor = await entering(month);
  const { page } = visitor;
  await cellOf(visitor).click();
  await enter(visitor, '12');
  await rowOf(visitor).getByText('✓ saved').waitFor();
  await rowOf(visitor).getByRole('button', { name: 'Comment …' }).click();
  await page.keyboard.type('First count.');
  await page.keyboard.press('Control+Enter');
  await page.keyboard.press('Tab');
  await enter(visitor, '50');
  await expect.poll(() => months.numbers(month)).toEqual({ consultations: 12, reachability: 50 });
  await visitor.leave();
});

test('the number after a click on “It is right” does not replace the number that is right', async () => {
  const month = `${LAST_YEAR}-06`;
  const visitor = await entering(month);
  const { page } = visitor;
  await cellOf(visitor, 'reachability').click();
  await enter(visitor, '8');
  await pressOnceRead(page.getByRole('button', { name: 'It is right' }));
  await rowOf(visitor, 'reachability').getByText('✓ saved').waitFor();
  await enter(visitor, '87');
  await page.getByText(TYPED_ON).waitFor();
  await page.waitForTimeout(READ_MS);
  expect((await months.numbers(month)).reachability).toBe(8);
  await visitor.leave();
});
