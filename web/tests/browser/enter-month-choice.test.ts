/** The month is chosen from the list above the grid. */

import { expect, test } from 'vitest';
import { addMonths, monthKey } from '#shared/periods/months';
import { cellOf, enter, hasFocus, setUpMonths } from './month-entry';
import { READ_MS, type Visitor } from './visitor';

const { months, entering } = setUpMonths();

async function monthAgo(count: number): Promise<string> {
  return monthKey(addMonths(await months.caller.thisMonth(), -count));
}

function monthOf({ page }: Visitor): string | null {
  return new URL(page.url()).searchParams.get('month');
}

test('after a month is chosen the keyboard is in its grid', async () => {
  const [last, current] = [await monthAgo(1), await monthAgo(0)];
  const visitor = await entering(last);
  const { page } = visitor;
  await page.getByLabel('Month').focus();
  await page.getByLabel('Month').selectOption(current);
  await page.waitForURL(`**/enter?month=${current}`);
  await expect.poll(() => hasFocus(cellOf(visitor))).toBe(true);
  await page.keyboard.press('ArrowDown');
  expect(monthOf(visitor)).toBe(current);
  expect(await hasFocus(cellOf(visitor))).toBe(false);
  expect(await page.locator('td input:focus').count()).toBe(1);
  await visitor.leave();
});

test('arrow keys go from month to month as long as the person chooses by them', async () => {
  const visitor = await entering(await monthAgo(0));
  const { page } = visitor;
  const choice = page.getByLabel('Month');
  await choice.focus();
  for (const back of [1, 2]) {
    await page.keyboard.press('ArrowDown');
    await expect.poll(async () => monthOf(visitor) === (await monthAgo(back))).toBe(true);
    await cellOf(visitor).waitFor();
    expect(await hasFocus(choice)).toBe(true);
  }
  await visitor.leave();
});

test.for(['Alt+ArrowDown', 'Space'])(
  'after a month is chosen from the list that %s opens, the keyboard is in its grid',
  async (key) => {
    const [last, current] = [await monthAgo(1), await monthAgo(0)];
    const visitor = await entering(last);
    const { page } = visitor;
    await page.getByLabel('Month').focus();
    await page.keyboard.press(key);
    await page.waitForTimeout(READ_MS);
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/enter?month=${current}`);
    await expect.poll(() => hasFocus(cellOf(visitor))).toBe(true);
    await visitor.leave();
  },
);

test('a number typed after the choice of a month belongs to this month', async () => {
  const current = await monthAgo(0);
  const visitor = await entering(await monthAgo(2));
  const { page } = visitor;
  await page.getByLabel('Month').focus();
  await page.getByLabel('Month').selectOption(current);
  await expect.poll(() => hasFocus(cellOf(visitor))).toBe(true);
  await page.waitForTimeout(READ_MS);
  await enter(visitor, '710');
  await expect.poll(async () => (await months.numbers(current)).consultations).toBe(710);
  await visitor.leave();
});
