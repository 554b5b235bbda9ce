/** A double click where a click is enough. */
import { expect, test } from 'vitest';
import { ECONOMIST } from './kreis';
import { hasFocus, setUpMonths } from './month-entry';
import { READ_MS } from './visitor';

const { months, visit } = setUpMonths();

test('a double click on “Correct” leaves the keyboard to the correction', async () => {
  const { id } = await months.caller.kpiNamed('donations');
  for (const [month, value] of [1100, 1200, 1150].entries())
    await months.caller.record('donations', { year: 2005, month: month + 1 }, value);
  const visitor = await visit(`/kpis/${id}?year=2005`, { as: ECONOMIST, locale: 'en-CH' });
  const { page } = visitor;
  const opener = page.getByRole('button', { name: 'Correct March 2005' });
  await page.waitForTimeout(READ_MS);
  await opener.waitFor();
  await page.waitForTimeout(READ_MS);
  await opener.dblclick();
  await page.waitForTimeout(READ_MS);
  const field = page.getByLabel('New value for March 2005');
  expect(await hasFocus(field)).toBe(true);
  await visitor.leave();
});
