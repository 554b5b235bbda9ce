/** A value of a KPI that changes: likely slips, taking back, and a blank that is filled. */
import { beforeAll, expect, test } from 'vitest';
import type { KpiValue } from '#gen/kreis/kpi/v1/kpi_pb';
import { type Caller, callerOf } from './caller';
import { ECONOMIST, GATEKEEPER } from './kreis';
import { setUp } from './set-up';
import type { Visitor, Wishes } from './visitor';

/** The newest year of which the demo has every value. */
const LAST_YEAR = new Date().getFullYear() - 1;

const { kreis, visit } = setUp();
let gatekeeper: Caller;

beforeAll(async () => {
  gatekeeper = await callerOf(kreis.url, GATEKEEPER);
});

async function visitKpi(as: string, kpi: string, wishes: Wishes = {}): Promise<Visitor> {
  const { id } = await gatekeeper.kpiNamed(kpi);
  const visitor = await visit(`/kpis/${id}?year=${LAST_YEAR}`, { as, ...wishes });
  await visitor.page.getByRole('table', { name: `Values ${LAST_YEAR}` }).waitFor();
  return visitor;
}

/** The value of a month as it is at the server by now; absent where it is blank. */
async function valueFor(kpi: string, month: number): Promise<KpiValue | undefined> {
  const { id } = await gatekeeper.kpiNamed(kpi);
  const period = { year: LAST_YEAR, month };
  const { kpiValues } = await gatekeeper.values.listKpiValues({
    scope: { case: 'kpiId', value: id },
    time: { case: 'range', value: { from: period, to: period } },
  });
  return kpiValues[0];
}

test('a likely slip is asked about, and what was typed stays as it is', async () => {
  const visitor = await visitKpi(ECONOMIST, 'consultations');
  const { page } = visitor;
  const before = (await valueFor('consultations', 3))?.value ?? 0;
  await page.getByRole('button', { name: `Correct March ${LAST_YEAR}` }).press('Enter');
  const field = page.getByLabel(`New value for March ${LAST_YEAR}`);
  await field.fill(String(before * 10));
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText('This is about 10 times the last value').waitFor();
  expect(await field.inputValue()).toBe(String(before * 10));
  expect((await valueFor('consultations', 3))?.value).toBe(before);
  await visitor.inspect('kpi-slip');

  // Typing on takes the question away; saying it twice means it.
  await field.fill(String(-before));
  expect(await page.getByRole('alert').count()).toBe(0);
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText('Is the sign right?').waitFor();
  await page.getByRole('button', { name: 'It is right' }).click();
  await page.getByRole('status').getByText(`March ${LAST_YEAR} is saved.`).waitFor();
  expect((await valueFor('consultations', 3))?.value).toBe(-before);
  await visitor.leave();
});

test("a fraction in place of a percentage, and the neighbour's number, are asked about", async () => {
  const visitor = await visitKpi(ECONOMIST, 'reachability');
  const { page } = visitor;
  await page.getByRole('button', { name: `Correct June ${LAST_YEAR}` }).click();
  await page.getByLabel(`New value for June ${LAST_YEAR}`).fill('0.84');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText('Is this meant in percent?').waitFor();
  await page.keyboard.press('Escape');

  const july = await valueFor('reachability', 7);
  await gatekeeper.values.correctKpiValue({ kpiValueId: july?.id ?? '', value: 31 });
  await page.reload();
  await page.getByRole('button', { name: `Correct June ${LAST_YEAR}` }).click();
  await page.getByLabel(`New value for June ${LAST_YEAR}`).fill('31.2');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText(`the value of “July ${LAST_YEAR}”, one row away`).waitFor();
  await visitor.leave();
});

test('a value is taken back after a question, and the blank leads to where it is entered', async () => {
  const visitor = await visitKpi(ECONOMIST, 'donations');
  const { page } = visitor;
  const opener = page.getByRole('button', { name: `Correct April ${LAST_YEAR}` });
  await opener.press('Enter');
  await page.getByRole('button', { name: 'Take back …' }).press('Enter');
  await page.getByText(`Take this value back? April ${LAST_YEAR} is blank again then`).waitFor();
  await visitor.inspect('kpi-take-back');
  // The keyboard stands where nothing happens.
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Take it back' }).waitFor({ state: 'hidden' });
  expect(await valueFor('donations', 4)).toBeDefined();

  await page.getByRole('button', { name: 'Take back …' }).click();
  await page.getByRole('button', { name: 'Take it back' }).click();
  await page.getByRole('status').getByText(`April ${LAST_YEAR} is blank again.`).waitFor();
  expect(await valueFor('donations', 4)).toBeUndefined();
  await opener.waitFor({ state: 'hidden' });
  const head = page.getByRole('rowheader', { name: 'April' });
  expect(await head.evaluate((cell) => cell === document.activeElement)).toBe(true);
  await page
    .getByRole('region', { name: 'Changes' })
    .getByText(`took back the value for April ${LAST_YEAR}`)
    .waitFor();
  await visitor.inspect('kpi-blank');

  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Enter values' }).waitFor();
  expect(new URL(page.url()).searchParams.get('month')).toBe(`${LAST_YEAR}-04`);
  await page.getByRole('textbox', { name: 'donations' }).waitFor();
  await visitor.leave();
});

test('who takes back what somebody else has corrected meanwhile sees both, and may still do it', async () => {
  const visitor = await visitKpi(ECONOMIST, 'donations');
  const { page } = visitor;
  await page.getByRole('button', { name: `Correct August ${LAST_YEAR}` }).click();
  const seen = await valueFor('donations', 8);
  await gatekeeper.values.correctKpiValue({ kpiValueId: seen?.id ?? '', value: 98_765 });
  await page.getByRole('button', { name: 'Take back …' }).click();
  await page.getByRole('button', { name: 'Take it back' }).click();
  const both = page.getByRole('alert');
  await both.getByText('Greta Keller').waitFor();
  await both.getByText('CHF 98,765').waitFor();
  await both.getByText('You took it back.').waitFor();
  await visitor.inspect('kpi-take-back-conflict');
  expect((await valueFor('donations', 8))?.value).toBe(98_765);
  await both.getByRole('button', { name: 'Take it back' }).click();
  await page.getByRole('status').getByText(`August ${LAST_YEAR} is blank again.`).waitFor();
  expect(await valueFor('donations', 8)).toBeUndefined();
  await visitor.leave();
});

test('a correction of what somebody else took back meanwhile can still be saved', async () => {
  const visitor = await visitKpi(ECONOMIST, 'donations');
  const { page } = visitor;
  await page.getByRole('button', { name: `Correct October ${LAST_YEAR}` }).click();
  const seen = await valueFor('donations', 10);
  await gatekeeper.values.retractKpiValue({ kpiValueId: seen?.id ?? '' });
  await page.getByLabel(`New value for October ${LAST_YEAR}`).fill('123000');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText('blank').waitFor();
  await page.getByRole('button', { name: 'Save mine' }).click();
  await page.getByRole('status').getByText(`October ${LAST_YEAR} is saved.`).waitFor();
  expect((await valueFor('donations', 10))?.value).toBe(123_000);
  await visitor.leave();
});

test('who may not write is led nowhere from a blank', async () => {
  const blank = await valueFor('newsletter open rate', 2);
  await gatekeeper.values.retractKpiValue({ kpiValueId: blank?.id ?? '' });
  const stranger = await visitKpi(ECONOMIST, 'newsletter open rate');
  expect(await stranger.page.getByRole('link', { name: `Enter February ${LAST_YEAR}` }).count()).toBe(0);
  await stranger.leave();
  const member = await visitKpi(GATEKEEPER, 'newsletter open rate', { width: 360, dark: true });
  await member.page.getByRole('link', { name: `Enter February ${LAST_YEAR}` }).waitFor();
  await member.inspect('kpi-blank-360-dark');
  await member.leave();
});
