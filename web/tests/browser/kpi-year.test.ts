/** The page of a KPI shows one year. Other people's values, and the person's own, change no year. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { Periodicity } from '#gen/kreis/kpi/v1/kpi_pb';
import { ECONOMIST, LAST_YEAR } from './kreis';
import { enter, setUpMonths } from './month-entry';
import { gate, pressOnceRead, READ_MS, type Visitor } from './visitor';

const { months, visit } = setUpMonths();

const THIS_YEAR = LAST_YEAR + 1;

/** Opens a new KPI whose newest value is of last year. Returns its values of a month too. */
async function opening(name: string) {
  await months.caller.addKpi('Fundraising', name, Periodicity.MONTHLY);
  for (const month of [1, 2, 12]) await record(name, LAST_YEAR, month, 9 + month);
  const visitor = await arrive(name, LAST_YEAR);
  const stored = async (year: number, month: number) =>
    (await months.caller.valueFor(name, { year, month }))?.value;
  return { visitor, page: visitor.page, stored };
}

async function arrive(name: string, year: number): Promise<Visitor> {
  const { id } = await months.caller.kpiNamed(name);
  const visitor = await visit(`/kpis/${id}`, { as: ECONOMIST, locale: 'en-CH' });
  await visitor.page.getByRole('heading', { name: `Values ${year}` }).waitFor();
  return visitor;
}

async function record(name: string, year: number, month: number, value: number): Promise<void> {
  await months.caller.record(name, { year, month }, value);
}

async function saved(page: Page, month: string): Promise<void> {
  await page.getByRole('status').getByText(`${month} ${LAST_YEAR} is saved.`).waitFor();
  await page.waitForTimeout(READ_MS);
}

test('corrections go to the year on the screen, though another person enters the first value of the next', async () => {
  const { visitor, page, stored } = await opening('letters');
  await record('letters', THIS_YEAR, 1, 13);
  await page.getByRole('button', { name: 'Correct December' }).click();
  await enter(visitor, '14');
  await saved(page, 'December');
  await page.getByRole('button', { name: 'Correct January' }).click();
  await enter(visitor, '15');
  await saved(page, 'January');
  expect(await stored(THIS_YEAR, 1)).toBe(13);
  expect(await stored(LAST_YEAR, 1)).toBe(15);
  await visitor.leave();
});

test('a correction stays open while it is typed, though another person enters the first value of the next year', async () => {
  const { visitor, page, stored } = await opening('cards');
  await record('cards', THIS_YEAR, 1, 13);
  const { passed, open } = gate();
  await page.route('**/CorrectKpiValue', async (route) => {
    await passed;
    await route.continue();
  });
  await page.getByRole('button', { name: 'Correct December' }).click();
  await enter(visitor, '14');
  await page.getByRole('button', { name: 'Correct February' }).click();
  await page.keyboard.type('1');
  const listed = page.waitForResponse((response) => response.url().endsWith('/ListKpiValues'));
  open();
  await listed;
  await page.waitForTimeout(READ_MS);
  await enter(visitor, '6');
  await expect.poll(() => stored(LAST_YEAR, 2)).toBe(16);
  await visitor.leave();
});

test('a year stays on the screen after its only value is taken back', async () => {
  const { visitor: before } = await opening('stamps');
  await before.leave();
  await record('stamps', THIS_YEAR, 1, 13);
  const visitor = await arrive('stamps', THIS_YEAR);
  const { page } = visitor;
  await page.getByRole('button', { name: 'Correct January' }).click();
  await page.getByRole('button', { name: 'Take back …' }).click();
  await pressOnceRead(page.getByRole('button', { name: 'Take it back' }));
  await page.getByRole('status').getByText(`January ${THIS_YEAR} is blank again.`).waitFor();
  await page.waitForTimeout(READ_MS);
  await page.getByRole('heading', { name: `Values ${THIS_YEAR}` }).waitFor();
  await visitor.leave();
});

test('a KPI shows this year after the first value of the year', async () => {
  const { visitor, page } = await opening('parcels');
  const opened = new URL(page.url());
  expect(opened.search).toBe(`?year=${LAST_YEAR}`);
  await page.getByRole('link', { name: 'Enter values' }).press('Enter');
  await page.getByLabel('Month').selectOption(`${THIS_YEAR}-01`);
  const cell = page.getByRole('textbox', { name: 'parcels' });
  await cell.fill('8');
  await cell.press('Enter');
  await page
    .getByRole('row', { name: /^parcels/ })
    .getByText('✓ saved')
    .waitFor();
  await page.getByRole('link', { name: 'Overview' }).press('Enter');
  await page.getByRole('link', { name: 'parcels', exact: true }).press('Enter');
  await page.waitForURL(`**${opened.pathname}?year=${THIS_YEAR}`);
  await visitor.leave();
});

test('the way back from a KPI leads to the screen before it', async () => {
  const { id } = await months.caller.kpiNamed('donations');
  const visitor = await visit('/activity', { as: ECONOMIST, locale: 'en-CH' });
  const { page } = visitor;
  await page.getByRole('link', { name: 'Overview' }).press('Enter');
  await page.getByRole('rowheader').getByRole('link', { name: 'donations', exact: true }).press('Enter');
  await page.waitForURL(`**/kpis/${id}?year=*`);
  await page.goBack();
  await page.waitForURL(({ pathname }) => pathname === '/');
  await visitor.leave();
});
