/** A month that is shown again shows what was saved there, whenever its rows were read. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { cellOf, enter, monthAddress, rowOf, setUpMonths } from './month-entry';
import { gate, READ_MS, type Visitor } from './visitor';

const { months, entering } = setUpMonths();

/** Longer than a save takes, in milliseconds. */
const SAVED_MS = 2_000;

async function hold(page: Page, call: string): Promise<() => void> {
  const { passed, open } = gate();
  await page.route(`**/${call}`, async (route) => {
    await passed;
    await route.continue();
  });
  return open;
}

/** Opens a month in which a closed tab has left text for another KPI. */
async function besideLeftText(month: string): Promise<Visitor> {
  const left = await entering(month);
  await cellOf(left, 'donations').click();
  await left.page.keyboard.type('6a');
  await left.page.keyboard.press('Tab');
  const tab = await left.openTab('/');
  await tab.page.getByRole('link', { name: 'Enter values' }).waitFor();
  await left.page.close({ runBeforeUnload: false });
  await tab.page.goto(monthAddress(month));
  // The offer of the left text moves the rows.
  await tab.page.getByRole('button', { name: 'Continue' }).waitFor();
  await tab.page.waitForTimeout(READ_MS);
  return tab;
}

test.for([
  { what: 'saved', month: '2012-05', before: {} },
  { what: 'corrected', month: '2012-07', before: { consultations: 70 } },
])('what was $what here stays after entries of another tab are continued', async ({ month, before }) => {
  await months.fill(month, before);
  const tab = await besideLeftText(month);
  const { page } = tab;
  await cellOf(tab).click();
  await enter(tab, '77');
  await rowOf(tab).getByText('✓ saved').waitFor();
  const goOn = page.getByRole('button', { name: 'Continue' });
  await goOn.click();
  await goOn.waitFor({ state: 'hidden' });
  await page.getByText('1 of 4 values are in.').waitFor();
  expect(await cellOf(tab).inputValue()).toBe('77');
  expect(await months.numbers(month)).toEqual({ consultations: 77 });

  // The value is known in its newest version.
  await cellOf(tab).click();
  await enter(tab, '78');
  await expect.poll(() => months.numbers(month)).toEqual({ consultations: 78 });
  await page.close();
});

test('a value whose save ends while its month is opened again stands there', async () => {
  const month = '2012-08';
  const visitor = await entering(month);
  const { page } = visitor;
  const record = await hold(page, 'RecordKpiValue');
  await cellOf(visitor).click();
  await enter(visitor, '12');
  await page.getByLabel('Month').selectOption('2026-10');
  await page.waitForTimeout(READ_MS);
  const lists = await hold(page, 'ListKpis');
  await page.goBack();
  await page.waitForTimeout(READ_MS);
  const recorded = page.waitForResponse((response) => response.url().endsWith('/RecordKpiValue'));
  record();
  await recorded;
  await page.waitForTimeout(300);
  lists();
  await cellOf(visitor).waitFor();
  await page.waitForTimeout(SAVED_MS);
  expect(await months.numbers(month)).toEqual({ consultations: 12 });
  expect(await cellOf(visitor).inputValue()).toBe('12');
  await visitor.leave();
});
