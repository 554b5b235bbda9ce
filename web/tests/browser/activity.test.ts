/** The activity page: a sentence for every kind of change, filtered by circle and month. */
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { Periodicity, Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import { monthKey } from '#shared/periods/months';
import { callerOf } from './caller';
import { ECONOMIST, GATEKEEPER, LAST_YEAR } from './kreis';
import { LOOKS, setUp } from './set-up';

const { kreis, visit } = setUp();
let people = '';
/** In the organisation's time zone, such as `2026-03`. */
let thisMonth = '';

beforeAll(async () => {
  people = await everyKindOfChange();
  thisMonth = monthKey(await (await callerOf(kreis.url, GATEKEEPER)).thisMonth());
});

/** Makes every kind of change that the log knows. Returns the id of the circle. */
async function everyKindOfChange(): Promise<string> {
  const { kpis, values, kpiNamed } = await callerOf(kreis.url, GATEKEEPER);
  const { circleId } = await kpiNamed('short-term leave');
  const { circleId: otherCircleId } = await kpiNamed('donations');
  const { kpi } = await kpis.createKpi({
    circleId,
    name: 'sick leave',
    periodicity: Periodicity.MONTHLY,
    unit: Unit.PERCENTAGE,
  });
  const kpiId = kpi?.id ?? '';
  const once = () => ({ requestId: crypto.randomUUID() });
  await kpis.updateKpi({ kpiId, name: 'absences', unit: Unit.SCORE, limits: { maximum: 1200.5 } });
  await kpis.setKpiTarget({ kpiId, fromYear: 2025, initialValue: 3.5, targetValue: 2 });
  await kpis.removeKpiTarget({ kpiId, fromYear: 2025 });
  await kpis.deactivateKpi({ kpiId });
  await kpis.activateKpi({ kpiId });
  const march = { year: LAST_YEAR, month: 3 };
  const { kpiValue } = await values.recordKpiValue({ kpiId, period: march, value: 1100, ...once() });
  const kpiValueId = kpiValue?.id ?? '';
  await values.correctKpiValue({ kpiValueId, value: 1150, ...once() });
  await values.retractKpiValue({ kpiValueId, ...once() });
  const april = { year: LAST_YEAR, month: 4 };
  await values.markNothingToReport({ kpiId, period: april, reason: 'the office was closed', ...once() });
  await kpis.updateKpi({ kpiId, circleId: otherCircleId });
  await kpis.updateKpi({ kpiId, circleId });
  return circleId;
}

test('every kind of change is a sentence', async () => {
  const visitor = await visit(`/activity?circle=${people}&from=${thisMonth}&to=${thisMonth}`, {
    as: ECONOMIST,
  });
  for (const sentence of [
    'created the KPI.',
    'changed the KPI: name sick leave → now: absences',
    'changed the KPI: unit Percentage → now: Score',
    'changed the KPI: maximum –blank → now: 1,200.5',
    'set baseline and target from 2025 on: –blank → now: from 3.5 to 2',
    'removed baseline and target from 2025 on: from 3.5 to 2 → now: –blank',
    'deactivated the KPI.',
    'activated the KPI.',
    `recorded the value for March ${LAST_YEAR}: –blank → now: 1,100`,
    `corrected the value for March ${LAST_YEAR}: 1,100 → now: 1,150`,
    `took back the value for March ${LAST_YEAR}: 1,150 → now: –blank`,
    `said that there is nothing to report for April ${LAST_YEAR}: “the office was closed”`,
    'changed the KPI: circle People → now: Fundraising',
  ]) {
    await visitor.page.getByText(`Greta Keller ${sentence}`, { exact: true }).first().waitFor();
  }
  await visitor.inspect('activity-every-kind');
  await visitor.leave();
});

test('the log is chosen by circle and month, and the address keeps the choice', async () => {
  const visitor = await visit('/', { as: ECONOMIST });
  const { page } = visitor;
  await page.getByRole('link', { name: 'Activity' }).click();
  await page.getByLabel('Circle', { exact: true }).selectOption('People');
  await page.getByRole('link', { name: 'absences' }).first().waitFor();
  await page.getByLabel('To month').fill('2020-12');
  await page.getByText('Nothing was changed here.').waitFor();
  await page.getByLabel('From month').fill('2021-01');
  await page.getByRole('alert').getByText('The last month lies before the first.').waitFor();
  await page.getByLabel('To month').fill(thisMonth);
  await page.getByRole('link', { name: 'absences' }).first().waitFor();
  await page.reload();
  await page.getByRole('link', { name: 'absences' }).first().waitFor();
  expect(await page.getByLabel('From month').inputValue()).toBe('2021-01');
  expect(new URL(page.url()).search).toBe(`?circle=${people}&from=2021-01&to=${thisMonth}`);
  await visitor.leave();
});

test('the log goes on with more, and leads to the KPI and the year', async () => {
  const visitor = await visit('/activity', { as: ECONOMIST });
  const { page } = visitor;
  await page.getByRole('link', { name: 'absences' }).first().waitFor();
  const before = await entries(page);
  await page.getByRole('button', { name: 'Show more' }).click();
  await expect.poll(() => entries(page)).toBe(2 * before);

  await page.getByRole('listitem').filter({ hasText: 'took back the value' }).getByRole('link').click();
  await page.getByRole('heading', { level: 1, name: 'absences' }).waitFor();
  await page.getByRole('table', { name: `Values ${LAST_YEAR}` }).waitFor();
  await visitor.leave();
});

function entries(page: Page): Promise<number> {
  return page.getByRole('main').getByRole('listitem').count();
}

test.for(LOOKS)('the log is sound at $width px, dark: $dark', async ({ width, dark }) => {
  const visitor = await visit(`/activity?circle=${people}`, { as: ECONOMIST, width, dark, locale: 'de-CH' });
  await visitor.page.getByRole('link', { name: 'absences' }).first().waitFor();
  await visitor.inspect('activity');
  await visitor.leave();
});

test('a change is told by the name of its period, and with the unit of its number', async () => {
  const { kpiNamed } = await callerOf(kreis.url, ECONOMIST);
  const { id } = await kpiNamed('grants approved');
  const visitor = await visit(`/kpis/${id}`, { as: ECONOMIST });
  const changes = visitor.page.getByRole('region', { name: 'Changes' });
  await changes
    .getByText(/recorded the value for Q[1-4] \d{4}: –blank → now: \d+(\.\d+)?\u00a0%/)
    .first()
    .waitFor();
  await visitor.leave();
});

test.for([
  [
    'en-GB',
    [
      'Greta Keller corrected the value for May {year}: 830 → now: 840',
      'Greta Keller removed the comment on the value for June {year}.',
      'Emil Rossi commented on the value for May {year}: “Holidays”',
      'Emil Rossi recorded the value for May {year}: –blank → now: 830 “counted twice”',
    ],
  ],
  [
    'de-CH',
    [
      'Greta Keller hat den Wert für Mai {year} korrigiert: 830 → jetzt: 840',
      'Greta Keller hat den Kommentar zum Wert für Juni {year} entfernt.',
      'Emil Rossi hat den Wert für Mai {year} kommentiert: «Holidays»',
      'Emil Rossi hat den Wert für Mai {year} erfasst: –leer → jetzt: 830 «counted twice»',
    ],
  ],
] as const)('a comment is told once, with the change it came with, in %s', async ([locale, sentences]) => {
  const kpiId = await commentedKpi(locale);
  const visitor = await visit(`/kpis/${kpiId}`, { as: ECONOMIST, locale });
  const changes = visitor.page.getByRole('region', { name: locale === 'de-CH' ? 'Änderungen' : 'Changes' });
  for (const sentence of sentences) {
    const told = sentence.replace('{year}', String(LAST_YEAR));
    await changes.getByText(told, { exact: true }).first().waitFor();
  }
  await visitor.inspect('activity-comments');
  await visitor.leave();
});

/** Emil records and comments, Greta corrects the number and removes another comment. */
async function commentedKpi(name: string): Promise<string> {
  const greta = await callerOf(kreis.url, GATEKEEPER);
  const emil = await callerOf(kreis.url, ECONOMIST);
  const { circleId } = await greta.kpiNamed('donations');
  const { kpi } = await greta.kpis.createKpi({
    circleId,
    name: `visits ${name}`,
    periodicity: Periodicity.MONTHLY,
    unit: Unit.AMOUNT,
  });
  const kpiId = kpi?.id ?? '';
  const once = () => ({ requestId: crypto.randomUUID() });
  const may = { year: LAST_YEAR, month: 5 };
  const june = { year: LAST_YEAR, month: 6 };
  const recorded = await emil.values.recordKpiValue({
    kpiId,
    period: may,
    value: 830,
    comment: 'counted twice',
    ...once(),
  });
  const kpiValueId = recorded.kpiValue?.id ?? '';
  await emil.values.correctKpiValue({ kpiValueId, value: 830, comment: 'Holidays', ...once() });
  await greta.values.correctKpiValue({ kpiValueId, value: 840, ...once() });
  const other = await emil.values.recordKpiValue({
    kpiId,
    period: june,
    value: 1,
    comment: 'a guess',
    ...once(),
  });
  await greta.values.correctKpiValue({
    kpiValueId: other.kpiValue?.id ?? '',
    value: 1,
    comment: '',
    ...once(),
  });
  return kpiId;
}
