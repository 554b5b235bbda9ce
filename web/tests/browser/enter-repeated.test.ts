/**
 * The grid repeats a call without an answer. If another person has changed the value since, the grid
 * does not say that it is saved.
 */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { cellOf, rowOf, setUpMonths } from './month-entry';
import { loseAnswer, pressOnceRead } from './visitor';

const { months, entering } = setUpMonths();

/** The answer to the first call is lost. Later calls reach the server only after the returned function. */
async function loseFirst(page: Page): Promise<() => void> {
  let [calls, reachable] = [0, false];
  await page.route('**/RecordKpiValue', (route) => {
    calls += 1;
    if (calls === 1) return loseAnswer(route);
    return reachable ? route.continue() : route.abort('connectionreset');
  });
  return () => {
    reachable = true;
  };
}

const PERSON = [
  { does: 'taken it back', month: 2, reload: false, after: undefined },
  { does: 'taken it back, with a reload', month: 4, reload: true, after: undefined },
  { does: 'corrected it', month: 5, reload: false, after: 695 },
  { does: 'corrected it, with a reload', month: 7, reload: true, after: 695 },
];

test.for(PERSON)('a repeated number is not called saved where another person has $does', async (of) => {
  const { month, reload, after } = of;
  const period = `2011-0${month}`;
  await months.fill(period, { reachability: 81, donations: 104_000, 'new members': 33 });
  const visitor = await entering(period);
  const { page } = visitor;
  page.on('dialog', (question) => void question.accept());
  const reach = await loseFirst(page);
  await cellOf(visitor).fill('690');
  await cellOf(visitor).press('Enter');
  await page.getByText('kept, will be saved').waitFor();
  if (after === undefined) await months.caller.retract('consultations', { year: 2011, month });
  else await months.correct(period, 'consultations', after);
  if (reload) await page.reload();
  reach();
  await page
    .getByText(
      after === undefined
        ? 'Greta Keller has taken this value back in the meantime. You entered 690.'
        : 'Greta Keller has entered 695 in the meantime. You entered 690.',
    )
    .waitFor();
  expect(await rowOf(visitor).getByText('✓ saved').count()).toBe(0);
  expect(await page.getByText(/^All \d values are in/).count()).toBe(0);
  expect((await months.numbers(period)).consultations).toBe(after);

  await pressOnceRead(page.getByRole('button', { name: 'Take mine' }));
  await rowOf(visitor).getByText('✓ saved').waitFor();
  expect((await months.numbers(period)).consultations).toBe(690);
  await visitor.leave();
});

test('a repeated number is called saved where it is still there', async () => {
  const visitor = await entering('2011-08');
  const { page } = visitor;
  const reach = await loseFirst(page);
  await cellOf(visitor).fill('690');
  await cellOf(visitor).press('Enter');
  await page.getByText('kept, will be saved').waitFor();
  reach();
  await rowOf(visitor).getByText('✓ saved').waitFor();
  expect(await months.version('2011-08', 'consultations')).toBe(1);
  // An undo knows what this person saved.
  await page.keyboard.press('Control+z');
  await page.getByText('Undone:').waitFor();
  await expect.poll(() => months.numbers('2011-08')).toEqual({});
  await visitor.leave();
});
