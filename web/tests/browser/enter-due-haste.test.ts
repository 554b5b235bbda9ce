/** A link to another month that is due, followed by a person who clicks or presses Enter twice. */
import { beforeAll, expect, test } from 'vitest';
import { Periodicity } from '#gen/kreis/kpi/v1/kpi_pb';
import { addMonths, type Month, monthKey, monthName } from '#shared/periods/months';
import { cellOf, enter, hasFocus, setUpMonths } from './month-entry';
import { READ_MS, type Visitor } from './visitor';

const { months, entering } = setUpMonths();

const KPI = 'calls';
let thisMonth: Month;

beforeAll(async () => {
  thisMonth = await months.caller.thisMonth();
  await months.caller.addKpi('Counselling', KPI, Periodicity.MONTHLY, monthAgo(4));
});

function monthAgo(count: number): Month {
  return addMonths(thisMonth, -count);
}

function linkTo({ page }: Visitor, month: Month) {
  return page.getByRole('main').getByRole('link', { name: monthName(month, 'en') });
}

/** Where the link stands, once the person has read it. */
async function aimAt(visitor: Visitor, month: Month): Promise<[x: number, y: number]> {
  await linkTo(visitor, month).waitFor();
  await visitor.page.waitForTimeout(READ_MS);
  const box = await linkTo(visitor, month).boundingBox();
  if (box === null) throw new Error('the link is not visible');
  return [box.x + box.width / 3, box.y + box.height / 2];
}

function monthOf({ page }: Visitor): string | null {
  return new URL(page.url()).searchParams.get('month');
}

test('a double click on the link to a month leads to that month', async () => {
  const visitor = await entering(monthKey(monthAgo(4)));
  const { page } = visitor;
  await page.mouse.dblclick(...(await aimAt(visitor, monthAgo(3))), { delay: 30 });
  await page.waitForTimeout(READ_MS);
  expect(monthOf(visitor)).toBe(monthKey(monthAgo(3)));

  // The next click is aimed at what the person sees now.
  await linkTo(visitor, monthAgo(2)).click();
  await expect.poll(() => monthOf(visitor)).toBe(monthKey(monthAgo(2)));
  await visitor.leave();
});

test('a click meets no other month if the links have just moved', async () => {
  const visitor = await entering(monthKey(monthAgo(0)));
  const { page } = visitor;
  const aimed = await aimAt(visitor, monthAgo(3));
  await months.fill(monthKey(monthAgo(4)), { [KPI]: 12 });
  await cellOf(visitor, 'donations').fill('104000');
  await cellOf(visitor, 'donations').press('Enter');
  await page.getByText('✓ saved').waitFor();
  await page.evaluate(() => window.dispatchEvent(new Event('visibilitychange')));
  await linkTo(visitor, monthAgo(4)).waitFor({ state: 'hidden' });
  await page.mouse.click(...aimed);
  await page.waitForTimeout(READ_MS);
  expect(monthOf(visitor)).toBe(monthKey(monthAgo(0)));
  await visitor.leave();
});

test('a second Enter on the link to a month skips no row of its grid', async () => {
  const visitor = await entering(monthKey(monthAgo(2)));
  const { page } = visitor;
  const due = monthAgo(1);
  await linkTo(visitor, due).focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => hasFocus(cellOf(visitor, KPI))).toBe(true);
  expect(monthOf(visitor)).toBe(monthKey(due));
  await page.keyboard.press('Enter');
  expect(await hasFocus(cellOf(visitor, KPI))).toBe(true);

  // By then the person has seen which cell has the keyboard.
  await page.waitForTimeout(READ_MS);
  await enter(visitor, '23');
  await expect.poll(async () => (await months.numbers(monthKey(due)))[KPI]).toBe(23);
  expect(await hasFocus(cellOf(visitor, KPI))).toBe(false);
  await visitor.leave();
});
