/** A person types over a change that is on its way. The draft names the request that has no answer. */
import { expect, test } from 'vitest';
import { cellOf, enter, rowOf, setUpMonths } from './month-entry';
import { gate, READ_MS } from './visitor';

const { months, entering } = setUpMonths();

test('a number typed over an undo that was on its way is not at odds with it after a reload', async () => {
  const month = '2012-05';
  const visitor = await entering(month);
  const { page } = visitor;
  await cellOf(visitor).click();
  await enter(visitor, '690');
  await rowOf(visitor).getByText('✓ saved').waitFor();
  const first = gate();
  const undone = gate();
  let calls = 0;
  await page.route('**/CorrectKpiValue', async (route) => {
    calls += 1;
    if (calls === 1) await first.passed;
    if (calls !== 2) return route.continue();
    // The server carries out the undo. The page is gone before the answer.
    await route.fetch();
    undone.open();
  });
  await rowOf(visitor).getByRole('button', { name: 'Comment …' }).click();
  await page.keyboard.type('Estimate.');
  await page.keyboard.press('Control+Enter');
  await page.keyboard.press('Control+z');
  await page.keyboard.type('7');
  first.open();
  await undone.passed;
  await page.reload();
  await cellOf(visitor).waitFor();
  await page.waitForTimeout(READ_MS);
  await cellOf(visitor).focus();
  await enter(visitor, '700');
  await rowOf(visitor).getByText('✓ saved').waitFor();
  expect(await months.numbers(month)).toEqual({ consultations: 700 });
  expect(await months.comment(month, 'consultations')).toBe('');
  await visitor.leave();
});
