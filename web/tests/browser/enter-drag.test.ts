/** Numbers dragged by the mouse: no drag changes a cell by accident. */
import type { Locator } from 'playwright-core';
import { expect, test } from 'vitest';
import { cellOf, rowOf, setUpMonths } from './month-entry';
import { countWrites } from './months';
import type { Visitor } from './visitor';

const { months, entering } = setUpMonths();

/** Drags from the text, at the right of the cell, to the middle of another cell. */
async function drag({ page }: Visitor, from: Locator, to: Locator): Promise<void> {
  const source = await from.boundingBox();
  const target = await to.boundingBox();
  if (source === null || target === null) throw new Error('there is nothing to drag');
  await page.mouse.move(source.x + source.width - 20, source.y + source.height / 2);
  await page.mouse.down();
  await page.mouse.move(target.x + target.width / 2, target.y + target.height / 2, { steps: 5 });
  await page.mouse.up();
}

test('a number that is dragged from one cell onto another stays where it is', async () => {
  const month = '2013-01';
  await months.fill(month, { consultations: 690 });
  const visitor = await entering(month);
  const { page } = visitor;
  const writes = countWrites(page);
  await cellOf(visitor).focus();
  await drag(visitor, cellOf(visitor), cellOf(visitor, 'donations'));
  expect(await cellOf(visitor).inputValue()).toBe('690');
  expect(await cellOf(visitor, 'donations').inputValue()).toBe('');
  await cellOf(visitor, 'reachability').click();
  await page.getByText(/^1 of \d values are in\.$/).waitFor();
  expect(writes()).toBe(0);
  await visitor.leave();
});

test('a number that is dragged from beside a cell into it is not entered', async () => {
  await months.fill('2012-03', { consultations: 690 });
  const visitor = await entering('2012-04');
  const { page } = visitor;
  const writes = countWrites(page);
  const last = rowOf(visitor).getByRole('cell', { name: '690' }).first();
  await last.evaluate((cell) => getSelection()?.selectAllChildren(cell));
  await drag(visitor, last, cellOf(visitor, 'donations'));
  expect(await cellOf(visitor, 'donations').inputValue()).toBe('');
  await cellOf(visitor, 'reachability').click();
  await page.getByText(/^0 of \d values are in\.$/).waitFor();
  expect(writes()).toBe(0);
  await visitor.leave();
});
