/** Unsaved entries that leave the screen: their KPI is gone, or their circle is not shown. */
import { expect, test } from 'vitest';
import { LAST_YEAR } from './kreis';
import { cellOf, comeBack, rowOf, setUpMonths } from './month-entry';
import { countWrites } from './months';
import { gate, pressOnceRead, READ_MS } from './visitor';

const { months, entering } = setUpMonths();

/** Longer than the wait before a retry. */
const RETRIED_MS = 2_500;

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
    // Before that, a cell takes no number, because the rows have just moved.
    await page.waitForTimeout(READ_MS);
    await cellOf(visitor).fill('642');
    expect(await page.locator('main').textContent()).toContain('reachability');
  } finally {
    await months.caller.kpis.activateKpi({ kpiId });
  }
  await cellOf(visitor).press('Enter');
  await page.getByText('✓ saved').waitFor();
  await comeBack(page);
  await rowOf(visitor, 'reachability').getByText('not saved yet').waitFor();
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

test('what is left of a KPI that is gone can be discarded, and is neither sent nor shown again', async () => {
  const month = '2005-07';
  const visitor = await entering(month);
  const { page } = visitor;
  const { id: kpiId } = await months.caller.kpiNamed('reachability');
  await page.route('**/RecordKpiValue', (route) => route.abort('connectionreset'), { times: 1 });
  await cellOf(visitor, 'reachability').fill('91');
  await cellOf(visitor, 'reachability').press('Enter');
  await rowOf(visitor, 'reachability').getByText('kept, will be saved').waitFor();
  const isGone = page.getByText('You cannot enter these KPIs any more');
  await months.caller.kpis.deactivateKpi({ kpiId });
  try {
    // The retry finds the KPI gone.
    await rowOf(visitor, 'reachability').getByText('not saved', { exact: false }).waitFor();
    await cellOf(visitor).fill('641');
    await cellOf(visitor).press('Enter');
    await rowOf(visitor).getByText('✓ saved').waitFor();
    await comeBack(page);
    await isGone.waitFor();
    await pressOnceRead(page.getByRole('button', { name: 'Discard' }), 'Enter');
    await isGone.waitFor({ state: 'hidden' });
  } finally {
    await months.caller.kpis.activateKpi({ kpiId });
  }
  // Before that, a cell takes no number, because the rows have just moved.
  await page.waitForTimeout(READ_MS);
  await cellOf(visitor).fill('642');
  await cellOf(visitor).press('Enter');
  await expect.poll(() => months.numbers(month)).toEqual({ consultations: 642 });
  await comeBack(page);
  await rowOf(visitor, 'reachability').waitFor();
  expect(await cellOf(visitor, 'reachability').inputValue()).toBe('');
  await visitor.leave();
});

test('a call that is lost for a KPI that is gone is not made again once it is discarded', async () => {
  const month = '2005-08';
  const visitor = await entering(month);
  const { page } = visitor;
  const { id: kpiId } = await months.caller.kpiNamed('reachability');
  await cellOf(visitor).fill('641');
  await cellOf(visitor).press('Enter');
  await rowOf(visitor).getByText('✓ saved').waitFor();
  await page.route('**/RecordKpiValue', (route) => route.abort('connectionreset'));
  await cellOf(visitor, 'reachability').fill('91');
  await cellOf(visitor, 'reachability').press('Enter');
  await rowOf(visitor, 'reachability').getByText('kept, will be saved').waitFor();
  await months.caller.kpis.deactivateKpi({ kpiId });
  try {
    await comeBack(page);
    const notice = page.getByRole('alert').filter({ hasText: 'You cannot enter these KPIs any more' });
    await notice.getByText('Sent without an answer, so perhaps saved: reachability.').waitFor();
    await pressOnceRead(notice.getByRole('button', { name: 'Discard' }), 'Enter');
    await notice.waitFor({ state: 'hidden' });
  } finally {
    await months.caller.kpis.activateKpi({ kpiId });
  }
  await page.unroute('**/RecordKpiValue');
  const writes = countWrites(page);
  await page.waitForTimeout(RETRIED_MS);
  expect(writes()).toBe(0);
  expect(await months.numbers(month)).toEqual({ consultations: 641 });
  await visitor.leave();
});

test.for([
  { what: 'a number that follows', month: '2001-01', followed: true, text: '46' },
  { what: 'a number that is being typed', month: '2001-02', text: '46' },
  { what: 'a comment that is being written', month: '2001-03', text: '45', note: 'recount' },
])('$what is kept where its KPI goes before the answer to the call ahead of it', async (way) => {
  const { month, followed, text, note } = way;
  const visitor = await entering(month);
  const { page } = visitor;
  const { id: kpiId } = await months.caller.kpiNamed('reachability');
  await cellOf(visitor).fill('640');
  await cellOf(visitor).press('Enter');
  await rowOf(visitor).getByText('✓ saved').waitFor();
  const stored = gate();
  const released = gate();
  await page.route('**/RecordKpiValue', async (route) => {
    const response = await route.fetch();
    stored.open();
    await released.passed;
    await route.fulfill({ response });
  });
  if (note !== undefined) {
    await rowOf(visitor, 'reachability').getByRole('button', { name: 'Nothing to report …' }).press('Enter');
    await page.keyboard.type(note);
  }
  const cell = cellOf(visitor, 'reachability');
  await cell.fill('45');
  await cell.press('Enter');
  await stored.passed;
  if (text !== '45') await cell.fill(text);
  if (followed) await cell.press('Enter');
  await months.caller.kpis.deactivateKpi({ kpiId });
  const notice = page.getByRole('alert').filter({ hasText: 'You cannot enter these KPIs any more' });
  try {
    await comeBack(page);
    await notice.getByText('Sent without an answer, so perhaps saved: reachability.').waitFor();
    released.open();
    await notice.getByText('Sent without an answer').waitFor({ state: 'hidden' });
    await notice.getByText('reachability').waitFor();
  } finally {
    await months.caller.kpis.activateKpi({ kpiId });
  }
  await comeBack(page);
  await rowOf(visitor, 'reachability').getByText('not saved yet').waitFor();
  expect(await cell.inputValue()).toBe(text);
  const comments = page.getByRole('textbox', { name: 'Comment' });
  expect(await comments.evaluateAll((fields) => fields.map((field) => field.textContent))).toEqual(
    note === undefined ? [] : [note],
  );
  expect(await months.numbers(month)).toEqual({ consultations: 640, reachability: 45 });
  await visitor.leave();
});

test('an undo does not reach a KPI that is gone', async () => {
  const month = '2005-09';
  const visitor = await entering(month);
  const { page } = visitor;
  const { id: kpiId } = await months.caller.kpiNamed('reachability');
  for (const [name, text] of [
    ['consultations', '641'],
    ['reachability', '91'],
  ] as const) {
    await cellOf(visitor, name).fill(text);
    await cellOf(visitor, name).press('Enter');
    await rowOf(visitor, name).getByText('✓ saved').waitFor();
  }
  await months.caller.kpis.deactivateKpi({ kpiId });
  try {
    await comeBack(page);
    await rowOf(visitor, 'reachability').waitFor({ state: 'hidden' });
    await cellOf(visitor).press('Control+z');
    await page.getByText('Undone: “consultations” is blank again.').waitFor();
    await cellOf(visitor).press('Control+z');
    await page.getByText('There is nothing to undo.').waitFor();
    await expect.poll(() => months.numbers(month)).not.toHaveProperty('consultations');
  } finally {
    await months.caller.kpis.activateKpi({ kpiId });
  }
  expect(await months.numbers(month)).toEqual({ reachability: 91 });
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
