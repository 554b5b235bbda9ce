/** The state of a KPI on its page, and the thresholds that a gatekeeper gives it. */
import { expect, test } from 'vitest';
import { Periodicity, Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import { callerOf } from './caller';
import { ECONOMIST, GATEKEEPER } from './kreis';
import { LOOKS, setUp } from './set-up';

const { kreis, visit } = setUp();

/** A KPI with values for the first months of this year, at most up to November. Returns its id and their number. */
async function make(name: string, unit: Unit, targetValue: number, first: number, others: number) {
  const { circles, kpis, users, values } = await callerOf(kreis.url, GATEKEEPER);
  const { circle } = await circles.createCircle({ name: `Circle of ${name}` });
  const { organisation } = await users.getMe({});
  const { year, month: current } = organisation?.today ?? { year: 0, month: 0 };
  const { kpi } = await kpis.createKpi({
    circleId: circle?.id ?? '',
    name,
    unit,
    periodicity: Periodicity.MONTHLY,
    targets: [{ fromYear: year, initialValue: 0, targetValue }],
  });
  const kpiId = kpi?.id ?? '';
  const months = Math.min(current, 11);
  for (let month = 1; month <= months; month++) {
    await values.recordKpiValue({ kpiId, period: { year, month }, value: month === 1 ? first : others });
  }
  return { id: kpiId, months };
}

test('a KPI says where it stands, in its unit and in points, and what the year may end with', async () => {
  // 100,000 are due each month.
  const { id, months } = await make('bequests', Unit.CHF, 1_200_000, 40_000, 100_000);
  const sum = months * 100_000 - 60_000;
  const francs = (number: number) => `CHF ${Math.round(number).toLocaleString('en-GB')}`;
  const visitor = await visit(`/kpis/${id}`, { as: ECONOMIST });
  const { page } = visitor;
  await page.getByText('slightly behind', { exact: true }).waitFor();
  await page.getByText('CHF 60,000 behind pace').waitFor();
  await page.getByText('5 points behind pace').waitFor();
  await page.getByText(`forecast for the year ${francs((sum * 12) / months)}`).waitFor();

  await page
    .getByRole('button', { name: /explain the progress of/ })
    .last()
    .press('Enter');
  const explanation = page.getByRole('dialog', { name: 'progress of' });
  await explanation.getByText('(sum of the year − pace) ÷ (target − baseline), in points').waitFor();
  const numbers = `(${francs(sum)} − ${francs(months * 100_000)}) ÷ (CHF 1,200,000 − CHF 0) = -5:`;
  await explanation.getByText(`${numbers} slightly behind`).waitFor();
  await explanation.getByText('In points: on track from 0, slightly behind from -10.').waitFor();
  await visitor.inspect('kpi-state-explained');
  await visitor.leave();
});

test('a gatekeeper gives a KPI thresholds of its own, and takes them back', async () => {
  const { id } = await make('visits', Unit.SCORE, 100, 97, 97);
  const visitor = await visit(`/kpis/${id}`, { as: GATEKEEPER });
  const { page } = visitor;
  await page.getByText('slightly behind', { exact: true }).waitFor();
  await page.getByText('3 short of the target').waitFor();

  await page.goto(`/admin/kpis/${id}`);
  await page.getByLabel('On track from').fill('-5');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Please enter both numbers or none').waitFor();
  await page.getByLabel('Slightly behind from').fill('-4');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Please enter both numbers or none').waitFor();
  await page.getByLabel('Slightly behind from').fill('-15');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved.').waitFor();

  await page.goto(`/kpis/${id}`);
  await page.getByText('on track', { exact: true }).waitFor();
  const log = page.getByRole('region', { name: 'Changes' });
  await log.getByText(/changed the KPI: on track from/).waitFor();
  await page.goto(`/admin/kpis/${id}`);
  expect(await page.getByLabel('On track from').inputValue()).toBe('-5');
  await page.getByLabel('On track from').fill('');
  await page.getByLabel('Slightly behind from').fill('');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved.').waitFor();
  await page.goto(`/kpis/${id}`);
  await page.getByText('slightly behind', { exact: true }).waitFor();
  await visitor.leave();
});

test('a KPI without a target says so instead of a state', async () => {
  const { kpiNamed } = await callerOf(kreis.url, GATEKEEPER);
  const { id } = await kpiNamed('sessions on the website');
  const visitor = await visit(`/kpis/${id}`, { as: ECONOMIST, locale: 'de-CH' });
  await visitor.page.getByText('keine Aussage').waitFor();
  await visitor.page.getByText('kein Ziel', { exact: true }).waitFor();
  await visitor.leave();
});

test.for(LOOKS)('the state is sound at $width px, dark: $dark', async ({ width, dark }) => {
  const { kpiNamed } = await callerOf(kreis.url, GATEKEEPER);
  const { id } = await kpiNamed('donations');
  const visitor = await visit(`/kpis/${id}`, { as: ECONOMIST, width, dark, locale: 'fr-CH' });
  await visitor.page
    .getByText(/dans les temps|retard|sans indication/)
    .first()
    .waitFor();
  await visitor.inspect('kpi-state');
  await visitor.leave();
});
