/** The page of a KPI: its definition, its values, and a correction in place. */

import { readFile } from 'node:fs/promises';
import type { Locator } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { type Caller, callerOf } from './caller';
import { ECONOMIST, GATEKEEPER, LAST_YEAR } from './kreis';
import { LOOKS, setUp } from './set-up';
import { pressOnceRead, READ_MS, typeOver, type Visitor, type Wishes } from './visitor';

const { kreis, visit: arriveAt } = setUp();
let gatekeeper: Caller;

beforeAll(async () => {
  gatekeeper = await callerOf(kreis.url, GATEKEEPER);
});

async function visit(email: string, kpi: string, wishes: Wishes = {}): Promise<Visitor> {
  const { id } = await gatekeeper.kpiNamed(kpi);
  const visitor = await arriveAt(`/kpis/${id}?year=${LAST_YEAR}`, { as: email, ...wishes });
  await visitor.page.getByRole('heading', { level: 1, name: kpi }).waitFor();
  return visitor;
}

test('a KPI shows what it is, and its values by year', async () => {
  const visitor = await visit(ECONOMIST, 'reachability');
  const definition = visitor.page.getByRole('region', { name: 'Definition' });
  await definition.getByText('Counselling').waitFor();
  await definition.getByText('monthly').waitFor();
  await definition.getByText('0 % to 100 %').waitFor();
  const values = visitor.page.getByRole('table', { name: `Values ${LAST_YEAR}` });
  await expect.poll(() => values.getByRole('rowheader').count()).toBe(12);
  await visitor.page.getByLabel('Year').selectOption(String(LAST_YEAR - 1));
  await visitor.page.getByRole('table', { name: `Values ${LAST_YEAR - 1}` }).waitFor();
  expect(visitor.page.url()).toContain(`year=${LAST_YEAR - 1}`);
  await visitor.leave();
});

test('an economist corrects a value in place, by keyboard, and sees what became of it', async () => {
  const visitor = await visit(ECONOMIST, 'consultations');
  const { page } = visitor;
  await page.getByRole('button', { name: `Correct March ${LAST_YEAR}` }).press('Enter');
  await page.getByRole('region', { name: 'Last changes' }).getByText('recorded the value').waitFor();
  const field = page.getByLabel(`New value for March ${LAST_YEAR}`);
  await page.keyboard.type('seven');
  await page.keyboard.press('Enter');
  await page.getByText('This cannot be read as a number.').waitFor();
  await visitor.inspect('kpi-correction-unreadable');
  await typeOver(field, '1,234');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText('Unusual: the last 12 values lie between').waitFor();
  await page.waitForTimeout(READ_MS);
  await page.keyboard.press('Enter');
  await page.getByRole('status').getByText(`March ${LAST_YEAR} is saved.`).waitFor();
  await page
    .getByRole('row', { name: `March ${LAST_YEAR}` })
    .getByText('1,234', { exact: true })
    .waitFor();

  const opener = page.getByRole('button', { name: `Correct March ${LAST_YEAR}` });
  expect(await opener.evaluate((button) => button === document.activeElement)).toBe(true);
  await page.keyboard.press('Enter');
  const changes = page.getByRole('region', { name: 'Last changes' });
  await changes.getByText('Emil Rossi corrected the value').waitFor();
  await visitor.inspect('kpi-correction');
  await page.keyboard.press('Escape');
  await field.waitFor({ state: 'hidden' });
  await visitor.leave();
});

test('a value that another person has corrected is shown in both versions', async () => {
  const visitor = await visit(ECONOMIST, 'reachability');
  const { page } = visitor;
  const { id } = await gatekeeper.kpiNamed('reachability');
  await page.getByRole('button', { name: `Correct May ${LAST_YEAR}` }).click();
  const period = { year: LAST_YEAR, month: 5 };
  const { kpiValues } = await gatekeeper.values.listKpiValues({
    scope: { case: 'kpiId', value: id },
    time: { case: 'range', value: { from: period, to: period } },
  });
  const kpiValueId = kpiValues[0]?.id ?? '';
  await gatekeeper.values.correctKpiValue({ kpiValueId, value: 71.5, requestId: crypto.randomUUID() });

  await page.getByLabel(`New value for May ${LAST_YEAR}`).fill('72');
  await page.keyboard.press('Enter');
  const both = page.getByRole('alert');
  await both.getByText('Greta Keller').waitFor();
  await both.getByText('71.5 %').waitFor();
  await both.getByText('72 %').waitFor();
  await visitor.inspect('kpi-conflict');
  await pressOnceRead(both.getByRole('button', { name: 'Save mine' }));
  await page
    .getByRole('row', { name: `May ${LAST_YEAR}` })
    .getByText('72 %', { exact: true })
    .waitFor();
  await visitor.leave();
});

test('values of another circle, or of an inactive KPI, cannot be corrected', async () => {
  const other = await visit(ECONOMIST, 'newsletter open rate');
  await other.page.getByRole('table', { name: `Values ${LAST_YEAR}` }).waitFor();
  expect(await other.page.getByRole('button', { name: 'Correct' }).count()).toBe(0);
  await other.leave();

  const { id } = await gatekeeper.kpiNamed('new members');
  await gatekeeper.kpis.deactivateKpi({ kpiId: id });
  const inactive = await visit(GATEKEEPER, 'new members');
  await inactive.page.getByText('This KPI is inactive and takes no values.').waitFor();
  await inactive.page.getByRole('table', { name: `Values ${LAST_YEAR}` }).waitFor();
  expect(await inactive.page.getByRole('button', { name: 'Correct' }).count()).toBe(0);
  await inactive.inspect('kpi-inactive');
  await inactive.leave();
});

test('nothing to report is said as such, and a blank period is blank', async () => {
  const today = new Date();
  const { id } = await gatekeeper.kpiNamed('net promoter score');
  const period = { year: today.getFullYear(), month: 12 };
  const reason = 'no survey this year';
  await gatekeeper.values.markNothingToReport({ kpiId: id, period, reason, requestId: crypto.randomUUID() });
  const visitor = await visit(ECONOMIST, 'net promoter score');
  const row = visitor.page.getByRole('row', { name: String(today.getFullYear()) });
  await row.getByText('nothing to report').waitFor();
  await row.getByText(reason).waitFor();
  await visitor.inspect('kpi-nothing-to-report');
  await visitor.leave();
});

test('a progress explains how it comes about, and whose numbers it is made of', async () => {
  const visitor = await visit(ECONOMIST, 'overtime hours');
  const { page } = visitor;
  expect(await page.getByRole('button', { name: 'explain the progress of Q1' }).count()).toBe(0);
  await page.getByRole('button', { name: `explain the progress of Q4 ${LAST_YEAR}` }).press('Enter');
  const explanation = page.getByRole('dialog', { name: `Progress of Q4 ${LAST_YEAR}` });
  await explanation.getByText('(sum of the year − baseline) ÷ (target − baseline)').waitFor();
  await explanation.getByText(/^\(.+ − 1,000\) ÷ \(600 − 1,000\) = .+\s%$/).waitFor();
  expect(await explanation.getByRole('listitem').filter({ hasText: 'Lea Blanc' }).count()).toBe(4);
  await expect.poll(() => explanation.evaluate((box) => box.contains(document.activeElement))).toBe(true);
  await page.keyboard.press('Escape');
  await explanation.waitFor({ state: 'hidden' });

  // This step comes last: the full-page screenshot may move the focus.
  await page.keyboard.press('Enter');
  await explanation.waitFor();
  await visitor.inspect('kpi-explanation');
  await visitor.leave();
});

test('an explanation with many months can be read to its end by keyboard', async () => {
  const visitor = await visit(ECONOMIST, 'donations');
  const { page } = visitor;
  await page.setViewportSize({ width: 1440, height: 640 });
  const share = page.getByRole('button', { name: `explain the progress of December ${LAST_YEAR}` });
  await share.press('Enter');
  const explanation = page.getByRole('dialog', { name: `Progress of December ${LAST_YEAR}` });
  await expect.poll(() => explanation.evaluate((box) => box.contains(document.activeElement))).toBe(true);
  await page.keyboard.press('End');
  await expect
    .poll(() => explanation.evaluate((box) => box.scrollHeight - box.clientHeight - box.scrollTop))
    .toBeLessThan(2);
  expect(await explanation.evaluate((box) => box.scrollTop)).toBeGreaterThan(0);
  await visitor.inspect('kpi-explanation-long');
  await visitor.leave();
});

test.for(['donations', 'reachability', 'satisfaction of staff'])(
  'every progress of %s is explained to pointer and keyboard alike',
  async (kpi) => {
    const visitor = await visit(GATEKEEPER, kpi);
    const { page } = visitor;
    const explained = page.getByRole('button', { name: 'explain the progress' });
    await explained.first().waitFor();
    const count = await explained.count();
    // Every share of the way to the target has an explanation.
    const progress = await page.getByRole('columnheader', { name: 'Progress' }).evaluate((cell) => {
      const index = (cell as HTMLTableCellElement).cellIndex;
      const rows = [...(cell.closest('table')?.querySelectorAll('tbody tr') ?? [])];
      return rows.filter((row) => row.children[index]?.textContent?.includes('%')).length;
    });
    expect(count).toBe(progress);
    for (let index = 0; index < count; index += 1) {
      for (const ask of ['click', 'Enter', 'Space']) {
        const share = explained.nth(index);
        await (ask === 'click' ? share.click() : share.press(ask));
        const explanation = page.getByRole('dialog', { name: 'Progress of' });
        await explanation.getByText('− baseline) ÷ (target − baseline)').waitFor();
        expect(await distance(share, explanation)).toBeLessThan(50);
        expect(await explanation.getByRole('listitem').first().textContent()).toMatch(/(Rossi|Blanc|Keller)/);
        await expect
          .poll(() => explanation.evaluate((box) => box.contains(document.activeElement)))
          .toBe(true);
        await page.keyboard.press('Escape');
        await explanation.waitFor({ state: 'hidden' });
        // The focus returns, so that a keyboard user continues at the same place.
        await expect.poll(() => share.evaluate((button) => button === document.activeElement)).toBe(true);
      }
    }
    await visitor.leave();
  },
);

/** The vertical gap in pixels between the button and its explanation. */
async function distance(asked: Locator, answer: Locator): Promise<number> {
  const [from, to] = [await asked.boundingBox(), await answer.boundingBox()];
  if (from === null || to === null) return Number.POSITIVE_INFINITY;
  return Math.max(to.y - (from.y + from.height), from.y - (to.y + to.height));
}

test('the change log of a KPI goes back to its beginning', async () => {
  const visitor = await visit(ECONOMIST, 'newsletter open rate');
  const log = visitor.page.getByRole('region', { name: 'Changes' });
  await log.getByText('Lea Blanc recorded the value').first().waitFor();
  const more = log.getByRole('button', { name: 'Show more' });
  while (await more.isVisible()) {
    const before = await log.getByRole('listitem').count();
    await more.click();
    await expect.poll(() => log.getByRole('listitem').count()).toBeGreaterThan(before);
  }
  await log.getByRole('listitem').last().getByText('Greta Keller created the KPI.').waitFor();
  await visitor.leave();
});

test.for([
  ['en-GB', 'Download as CSV', 'Circle,KPI,Periodicity,', 'Digital,sessions on the website,Monthly,'],
  ['de-CH', 'Als CSV herunterladen', 'Kreis;KPI;Periodizität;', 'Digital;sessions on the website;Monatlich;'],
  ['de-DE', 'Als CSV herunterladen', 'Kreis;KPI;Periodizität;', 'Digital;sessions on the website;Monatlich;'],
  ['fr-CH', 'Télécharger en CSV', 'Cercle;KPI;Périodicité;', 'Digital;sessions on the website;Mensuelle;'],
] as const)(
  'a KPI’s values come as a file that a spreadsheet of %s opens',
  async ([locale, button, head, line]) => {
    const visitor = await visit(ECONOMIST, 'sessions on the website', { locale });
    const downloaded = visitor.page.waitForEvent('download');
    await visitor.page.getByRole('button', { name: button }).click();
    const download = await downloaded;
    expect(download.suggestedFilename()).toBe('Digital-sessions-on-the-website.csv');
    const lines = (await readFile(await download.path(), 'utf8')).split('\r\n');
    expect(lines[0]).toMatch(new RegExp(`^\uFEFF${head}`));
    expect(lines.filter((each) => each.startsWith(line))).toHaveLength(lines.length - 2);
    await visitor.leave();
  },
);

test('a KPI that does not exist is said not to', async () => {
  const visitor = await arriveAt('/kpis/999999', { as: ECONOMIST });
  await visitor.page.getByText('This KPI does not exist.').waitFor();
  await visitor.page.goto('/kpis/none');
  await visitor.page.getByRole('heading', { name: 'There is nothing here' }).waitFor();
  await visitor.leave();
});

test.for(LOOKS)('the page of a KPI is sound at $width px, dark: $dark', async ({ width, dark }) => {
  const visitor = await visit(GATEKEEPER, 'donations', { width, dark, locale: 'de-CH' });
  await visitor.page.getByRole('table', { name: `Werte ${LAST_YEAR}` }).waitFor();
  await visitor.inspect('kpi');
  await visitor.leave();
});
