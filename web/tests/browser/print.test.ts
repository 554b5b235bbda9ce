/** Printed pages: only the screen, dark on white, also from a dark screen. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { callerOf } from './caller';
import { GATEKEEPER, LAST_YEAR } from './kreis';
import { setUp } from './set-up';
import { SHOTS, type Visitor } from './visitor';

/** A4 minus margins of 12 mm, in CSS pixels. */
const PAPER = { width: 703, height: 1032 };

const { kreis, visit } = setUp();

/** Prints the page, then shows it with the print styles. Returns the number of sheets. */
async function print({ page }: Visitor, name: string): Promise<number> {
  mkdirSync(SHOTS, { recursive: true });
  const margin = { top: '12mm', right: '12mm', bottom: '12mm', left: '12mm' };
  const pdf = await page.pdf({ path: join(SHOTS, `${name}.pdf`), format: 'A4', margin });
  await page.setViewportSize(PAPER);
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  await page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: true });
  return pdf.toString('latin1').match(/\/Type \/Page\b/g)?.length ?? 0;
}

/** The frame around every screen must not be printed. */
async function expectNothingAround({ page }: Visitor) {
  expect(await page.getByRole('banner').isVisible()).toBe(false);
  expect(await page.getByRole('navigation').isVisible()).toBe(false);
  expect(await page.getByRole('link', { name: 'Skip to the content' }).count()).toBe(0);
  expect(await page.getByRole('button', { name: 'Greta Keller' }).count()).toBe(0);
}

test.for([
  { width: 360, dark: true },
  { width: 1440, dark: false },
])('a KPI is printed whole from $width px, dark: $dark', async ({ width, dark }) => {
  const { id } = await (await callerOf(kreis.url, GATEKEEPER)).kpiNamed('donations');
  const visitor = await visit(`/kpis/${id}?year=${LAST_YEAR}`, { as: GATEKEEPER, width, dark });
  const { page } = visitor;
  const table = page.getByRole('table', { name: `Values ${LAST_YEAR}` });
  await table.waitFor();
  await page.getByRole('region', { name: 'Changes' }).getByRole('listitem').first().waitFor();
  expect(await print(visitor, `kpi-printed-${width}`)).toBe(2);

  await expectNothingAround(visitor);
  for (const name of [/^Download/, /^Correct/, 'Show more']) {
    expect(await page.getByRole('button', { name }).count(), String(name)).toBe(0);
  }
  expect(await page.getByLabel('Year', { exact: true }).isVisible()).toBe(false);
  for (const name of ['Value', 'Year before', 'Sum of the year', 'Steady pace to the target', 'Progress']) {
    expect(await table.getByRole('columnheader', { name, exact: true }).isVisible(), name).toBe(true);
  }
  expect(await table.getByText(/^\d+\s%$/).count()).toBe(12);

  const look = await page.evaluate(() => {
    const chart = document.querySelector('figure svg')?.getBoundingClientRect().width ?? 0;
    const page = document.querySelector('main h1')?.closest('div')?.getBoundingClientRect().width ?? 0;
    return {
      ground: getComputedStyle(document.body).backgroundColor,
      ink: getComputedStyle(document.querySelector('h1') ?? document.body).color,
      chart: chart / page,
      cut: [...document.querySelectorAll('tr, figure')].filter(
        (part) => getComputedStyle(part).breakInside !== 'avoid',
      ).length,
      wider: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    };
  });
  expect(look).toMatchObject({ ground: 'rgb(255, 255, 255)', ink: 'rgb(0, 0, 0)', cut: 0 });
  expect(look.chart).toBeGreaterThan(0.97);
  expect(look.wider).toBeLessThanOrEqual(0);
  await visitor.leave();
});

test('the overview is printed whole from a dark phone', async () => {
  const visitor = await visit('/?view=list', { as: GATEKEEPER, width: 360, dark: true });
  const { page } = visitor;
  await page.getByRole('link', { name: 'donations' }).waitFor();
  expect(await print(visitor, 'overview-printed-360')).toBe(1);
  await expectNothingAround(visitor);
  expect(await page.getByLabel('Circles').isVisible()).toBe(false);
  for (const name of ['Progress', 'Target']) {
    expect(await page.getByRole('columnheader', { name }).isVisible()).toBe(true);
  }
  const { ground, cut } = await page.evaluate(() => ({
    ground: getComputedStyle(document.body).backgroundColor,
    cut: [...document.querySelectorAll('tbody tr')].filter(
      (row) => getComputedStyle(row).breakInside !== 'avoid',
    ).length,
  }));
  expect(ground).toBe('rgb(255, 255, 255)');
  expect(cut).toBe(0);
  await visitor.leave();
});
