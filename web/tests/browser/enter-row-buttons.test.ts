/** The buttons of a row: what is typed or pasted on them, and what a press meets after the rows moved. */
import type { Locator } from 'playwright-core';
import { expect, test } from 'vitest';
import { LAST_YEAR } from './kreis';
import { cellOf, comeBack, enter, hasFocus, rowOf, setUpMonths } from './month-entry';
import { countWrites } from './months';
import { READ_MS, type Visitor } from './visitor';

const { months, entering } = setUpMonths();

/** Longer than a save takes, in milliseconds. */
const SAVED_MS = 2_000;
const TYPED_ON = 'What you typed after it was not entered.';

function offerOf(visitor: Visitor, name?: string): Locator {
  return rowOf(visitor, name).getByRole('button');
}

async function boxOf(element: Locator): Promise<{ x: number; y: number }> {
  const box = await element.boundingBox();
  if (box === null) throw new Error('the element is not visible');
  return box;
}

test('a number typed on a button presses nothing, and the cell beside it says that it is not entered', async () => {
  const visitor = await entering('2012-01');
  const { page } = visitor;
  const writes = countWrites(page);
  await offerOf(visitor).focus();
  await enter(visitor, '33');
  await page.getByText(TYPED_ON).waitFor();
  expect(await hasFocus(cellOf(visitor))).toBe(true);
  await page.waitForTimeout(READ_MS);
  await page.keyboard.press('Enter');
  expect(await cellOf(visitor).inputValue()).toBe('');
  expect(await page.getByRole('textbox', { name: 'Why is there nothing to report?' }).count()).toBe(0);
  expect(writes()).toBe(0);
  await page.keyboard.press('Escape');
  await enter(visitor, '33');
  await expect.poll(() => months.numbers('2012-01')).toEqual({ consultations: 33 });
  await visitor.leave();
});

test('a number typed on an answer of a question does not give the answer', async () => {
  const month = `${LAST_YEAR}-02`;
  const visitor = await entering(month);
  const { page } = visitor;
  const before = await months.numbers(month);
  await cellOf(visitor, 'reachability').click();
  await enter(visitor, '8');
  await page.getByRole('button', { name: 'It is right' }).waitFor();
  await page.waitForTimeout(READ_MS);
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await enter(visitor, '140000');
  await page.getByText(TYPED_ON).waitFor();
  await page.waitForTimeout(SAVED_MS);
  await page.keyboard.press('Enter');
  await page.waitForTimeout(SAVED_MS);
  expect(await months.numbers(month)).toEqual(before);
  page.once('dialog', (dialog) => void dialog.accept());
  await visitor.leave();
});

test.for(['33', '33\n34\n'])('a paste of %j on a button is said not to be entered', async (text) => {
  const visitor = await entering('2012-02');
  const { page } = visitor;
  await offerOf(visitor).focus();
  await visitor.paste(offerOf(visitor), text);
  await page.getByText(TYPED_ON).waitFor();
  expect(await hasFocus(cellOf(visitor))).toBe(true);
  expect(await cellOf(visitor).inputValue()).toBe('');
  await visitor.leave();
});

test('a click on “Nothing to report …” right after the rows have moved marks no other KPI', async () => {
  const month = '2012-07';
  const visitor = await entering(month);
  const { page } = visitor;
  await cellOf(visitor, 'reachability').click();
  await enter(visitor, '50');
  await rowOf(visitor, 'reachability').getByText('✓ saved').waitFor();
  await page.waitForTimeout(READ_MS);
  const { x, y } = await boxOf(offerOf(visitor, 'new members'));
  const { id: kpiId } = await months.caller.kpiNamed('consultations');
  await months.caller.values.recordKpiValue({
    kpiId,
    period: { year: 2012, month: 7 },
    value: 31,
    comment: 'counted by hand',
    requestId: crypto.randomUUID(),
  });
  await comeBack(page);
  await page.getByText('counted by hand').waitFor();
  await page.mouse.click(x + 20, y + 5);
  await page.keyboard.type('12 campaigns.');
  await page.keyboard.press('Control+Enter');
  await page.getByText(TYPED_ON).waitFor();
  await page.waitForTimeout(SAVED_MS);
  expect(await months.numbers(month)).toEqual({ consultations: 31, reachability: 50 });
  await page.getByText('2 of 4 values are in.').waitFor();

  // The next click is aimed at what the person sees now.
  await offerOf(visitor, 'new members').click();
  await page.keyboard.type('No campaign.');
  await page.keyboard.press('Control+Enter');
  await page.getByText('Nothing to report: No campaign.').waitFor();
  await visitor.leave();
});

test('a click on “Nothing to report …” writes no comment to a number that has just come', async () => {
  const month = '2012-08';
  const visitor = await entering(month);
  const { page } = visitor;
  await cellOf(visitor, 'reachability').click();
  await enter(visitor, '50');
  await rowOf(visitor, 'reachability').getByText('✓ saved').waitFor();
  const { x, y } = await boxOf(offerOf(visitor));
  await months.caller.record('consultations', { year: 2012, month: 8 }, 31);
  await comeBack(page);
  await rowOf(visitor).getByText('entered').waitFor();
  // “Comment …” stands to the right of the state now.
  await page.mouse.click(x + 110, y + 5);
  expect(await page.getByRole('textbox', { name: 'Comment' }).count()).toBe(0);
  await visitor.leave();
});
