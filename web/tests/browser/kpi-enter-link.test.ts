/** The link that leads from a blank period of a KPI to its cell. */
import { expect, test } from 'vitest';
import { monthKey } from '#shared/periods/months';
import { ECONOMIST } from './kreis';
import { cellOf, enter, hasFocus, monthAddress, setUpMonths } from './month-entry';
import { READ_MS, type Visitor } from './visitor';

const { months, visit } = setUpMonths();

const KPI = 'new members';

/** Opens the KPI in a year before the demo, which has no values. */
async function atKpi(): Promise<Visitor> {
  const { id } = await months.caller.kpiNamed(KPI);
  return visit(`/kpis/${id}?year=2011`, { as: ECONOMIST, locale: 'en-CH' });
}

test('a number typed after the link goes to the KPI of the link', async () => {
  const visitor = await atKpi();
  const { page } = visitor;
  await page.getByRole('link', { name: 'Enter May 2011' }).click();
  await cellOf(visitor, KPI).waitFor();
  await page.waitForTimeout(READ_MS);
  await enter(visitor, '38');
  await expect.poll(() => months.numbers('2011-05')).toEqual({ [KPI]: 38 });
  await visitor.leave();
});

test('a number typed after the link goes nowhere if another person has entered the value meanwhile', async () => {
  const visitor = await atKpi();
  const { page } = visitor;
  const link = page.getByRole('link', { name: 'Enter June 2011' });
  await link.waitFor();
  await months.fill('2011-06', { [KPI]: 41 });
  await link.click();
  await cellOf(visitor, KPI).waitFor();
  await page.waitForTimeout(READ_MS);
  await enter(visitor, '38');
  await page.waitForTimeout(READ_MS);
  expect(await months.numbers('2011-06')).toEqual({ [KPI]: 41 });
  await visitor.leave();
});

test('the link leads to no other cell if the KPI has no row', async () => {
  const visitor = await visit(`${monthAddress('2011-07')}&kpi=999999`, { as: ECONOMIST, locale: 'en-CH' });
  const { page } = visitor;
  await cellOf(visitor).waitFor();
  await page.waitForTimeout(READ_MS);
  await enter(visitor, '38');
  await page.waitForTimeout(READ_MS);
  expect(await months.numbers('2011-07')).toEqual({});
  await visitor.leave();
});

test('another month begins with its first blank cell', async () => {
  const visitor = await atKpi();
  const { page } = visitor;
  await page.getByRole('link', { name: 'Enter August 2011' }).click();
  await expect.poll(() => hasFocus(cellOf(visitor, KPI))).toBe(true);
  const current = monthKey(await months.caller.thisMonth());
  await page.getByLabel('Month').selectOption(current);
  await page.waitForURL(`**/enter?month=${current}`);
  await expect.poll(() => hasFocus(cellOf(visitor))).toBe(true);
  await visitor.leave();
});
