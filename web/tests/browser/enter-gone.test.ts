/** Entries that leave the screen before they are saved: their KPI is gone, or their circle is not shown. */
import { expect, test } from 'vitest';
import { LAST_YEAR } from './kreis';
import { cellOf, comeBack, rowOf, setUpMonths } from './month-entry';

const { months, entering } = setUpMonths();

test('an unsaved number of a KPI that is gone meanwhile does not go without a word', async () => {
  const month = '2010-07';
  const visitor = await entering(month);
  const { page } = visitor;
  const { id: kpiId } = await months.caller.kpiNamed('reachability');
  await cellOf(visitor, 'reachability').fill('45x');
  await cellOf(visitor, 'reachability').press('Tab');
  await rowOf(visitor, 'reachability').getByText('please check').waitFor();
  await months.caller.kpis.deactivateKpi({ kpiId });
  try {
    await cellOf(visitor).fill('641');
    await cellOf(visitor).press('Enter');
    await page.getByText('✓ saved').waitFor();
    await comeBack(page);
    await rowOf(visitor, 'reachability').waitFor({ state: 'hidden' });
    await cellOf(visitor).fill('642');
    expect(await page.locator('main').textContent()).toContain('reachability');
  } finally {
    await months.caller.kpis.activateKpi({ kpiId });
  }
  await cellOf(visitor).press('Enter');
  await page.getByText('✓ saved').waitFor();
  await comeBack(page);
  await rowOf(visitor, 'reachability').getByText('please check').waitFor();
  expect(await cellOf(visitor, 'reachability').inputValue()).toBe('45x');
  await visitor.leave();
});

test('a number that “will be saved” is not forgotten with its KPI', async () => {
  const month = '2005-06';
  const visitor = await entering(month);
  const { page } = visitor;
  const { id: kpiId } = await months.caller.kpiNamed('reachability');
  await page.route('**/RecordKpiValue', (route) => route.abort('connectionreset'));
  for (const [name, text] of [
    ['consultations', '640'],
    ['reachability', '91'],
  ] as const) {
    await cellOf(visitor, name).fill(text);
    await cellOf(visitor, name).press('Enter');
    await rowOf(visitor, name).getByText('kept, will be saved').waitFor();
  }
  await months.caller.kpis.deactivateKpi({ kpiId });
  try {
    await page.reload();
    await cellOf(visitor).waitFor();
    await page.unroute('**/RecordKpiValue');
    await rowOf(visitor).getByText('✓ saved').waitFor();
    expect(await page.locator('main').textContent()).toContain('reachability');
  } finally {
    await months.caller.kpis.activateKpi({ kpiId });
  }
  await visitor.leave();
});

test('not all values are in while a question is open in a circle that is not shown', async () => {
  const visitor = await entering(`${LAST_YEAR}-02`);
  const { page } = visitor;
  await cellOf(visitor, 'reachability').fill('4');
  await cellOf(visitor, 'reachability').press('Enter');
  await rowOf(visitor, 'reachability').getByText('please check').waitFor();
  await page.getByLabel('Circle').selectOption({ label: 'Fundraising' });
  await rowOf(visitor, 'reachability').waitFor({ state: 'hidden' });
  expect(await page.getByText(/^All \d values are in\. Thank you!$/).count()).toBe(0);
  await page.getByText('reachability').waitFor({ timeout: 2_000 });
  await visitor.leave();
});
