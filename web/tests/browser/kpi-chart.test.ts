/** The chart of a KPI: its content for every kind of KPI, and its download as a picture. */
import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Download, Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { Periodicity, Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import { type Caller, callerOf } from './caller';
import { ECONOMIST, GATEKEEPER, LAST_YEAR } from './kreis';
import { setUp } from './set-up';
import { SHOTS, type Visitor, type Wishes } from './visitor';

const { kreis, visit } = setUp();
let gatekeeper: Caller;

beforeAll(async () => {
  gatekeeper = await callerOf(kreis.url, GATEKEEPER);
});

async function visitKpi(kpi: string, wishes: Wishes = {}): Promise<Visitor> {
  const { id } = await gatekeeper.kpiNamed(kpi);
  const visitor = await visit(`/kpis/${id}?year=${LAST_YEAR}`, { as: ECONOMIST, ...wishes });
  await visitor.page.getByRole('heading', { level: 1, name: kpi }).waitFor();
  return visitor;
}

const INVENTED: Parameters<typeof define>[0][] = [
  {
    name: 'one value',
    periodicity: Periodicity.MONTHLY,
    unit: Unit.AMOUNT,
    targets: [[LAST_YEAR, 0, 120]],
    values: [[LAST_YEAR, 5, 30]],
  },
  {
    name: 'below and above zero',
    periodicity: Periodicity.QUARTERLY,
    unit: Unit.CHF,
    targets: [[LAST_YEAR, -40_000, 20_000]],
    values: [
      [LAST_YEAR, 3, -12_000],
      [LAST_YEAR, 6, -8_000],
      [LAST_YEAR, 9, 31_000],
      [LAST_YEAR, 12, 14_500],
    ],
  },
  {
    name: 'with gaps and without a target',
    periodicity: Periodicity.MONTHLY,
    unit: Unit.SCORE,
    targets: [],
    values: [1, 2, 3, 6, 9, 10].map((month) => [LAST_YEAR, month, 78 + month / 7]),
  },
  {
    name: 'a sum with gaps',
    periodicity: Periodicity.MONTHLY,
    unit: Unit.CHF,
    targets: [[LAST_YEAR, 0, 90_000]],
    values: [1, 2, 3, 6, 7, 10].map((month) => [LAST_YEAR, month, 9_000 + month * 100]),
  },
  {
    name: 'ten years whose target moves',
    periodicity: Periodicity.YEARLY,
    unit: Unit.AMOUNT,
    targets: [
      [LAST_YEAR - 9, 100, 200],
      [LAST_YEAR - 4, 100, 260],
      [LAST_YEAR - 1, 120, 320],
    ],
    values: [0, 1, 2, 4, 5, 6, 7, 8, 9].map((back) => [LAST_YEAR - back, 12, 300 - back * 17]),
  },
];

interface Invented {
  name: string;
  periodicity: Periodicity;
  unit: Unit;
  /** First year, baseline and target. */
  targets: number[][];
  /** Year, month and number. */
  values: number[][];
}

async function define({ name, periodicity, unit, targets, values }: Invented) {
  const { circleId } = await gatekeeper.kpiNamed('donations');
  const { kpi } = await gatekeeper.kpis.createKpi({
    circleId,
    name,
    periodicity,
    unit,
    targets: targets.map(([fromYear = 0, initialValue = 0, targetValue = 0]) => ({
      fromYear,
      initialValue,
      targetValue,
    })),
  });
  for (const [year = 0, month = 0, value = 0] of values) {
    await gatekeeper.values.recordKpiValue({ kpiId: kpi?.id ?? '', period: { year, month }, value });
  }
}

test.for([
  { kpi: 'reachability', legend: ['Value', 'Baseline', 'Target'] },
  { kpi: 'consultations', legend: ['Sum of the year', 'Target', 'Steady pace to the target'] },
  { kpi: 'grants approved', legend: ['Value', 'Baseline', 'Target'] },
  { kpi: 'overtime hours', legend: ['Value', 'Sum of the year', 'Target', 'Steady pace to the target'] },
  { kpi: 'satisfaction of staff', legend: ['Value', 'Baseline', 'Target'] },
  { kpi: 'sessions on the website', legend: ['Sum of the year'] },
])('the chart of $kpi says what its parts are', async ({ kpi, legend }) => {
  const visitor = await visitKpi(kpi);
  const chart = visitor.page.getByRole('figure');
  await chart.getByRole('img', { name: 'Chart of the values in the table below' }).waitFor();
  expect(await chart.locator('figcaption > *').allInnerTexts()).toEqual(legend);
  await visitor.inspect(`kpi-chart-${kpi.replaceAll(' ', '-')}`);
  await visitor.leave();
});

test('the chart is sound whatever the values are', async () => {
  for (const kpi of INVENTED) await define(kpi);
  for (const { name } of INVENTED) {
    for (const width of [360, 1440]) {
      const visitor = await visitKpi(name, { width });
      await visitor.page.getByRole('img', { name: 'Chart of the values in the table below' }).waitFor();
      await visitor.inspect(`kpi-chart-${name.replaceAll(' ', '-')}-${width}`);
      await visitor.leave();
    }
  }
});

test('the table has the numbers of the chart, the pace too', async () => {
  const visitor = await visitKpi('overtime hours');
  const { page } = visitor;
  const table = page.getByRole('table', { name: `Values ${LAST_YEAR}` });
  await table.getByRole('columnheader', { name: 'Steady pace to the target' }).waitFor();
  // A target of 600, spread over the four quarters of a year.
  for (const [quarter, pace] of [
    ['Q1', '150'],
    ['Q4', '600'],
  ] as const) {
    await table.getByRole('row', { name: quarter }).getByRole('cell', { name: pace, exact: true }).waitFor();
  }
  await page.setViewportSize({ width: 360, height: 740 });
  await table.getByRole('row', { name: 'Q1' }).getByText('Pace: 150').waitFor();
  await visitor.leave();
});

test.for([
  { kpi: 'donations', dark: false, file: `Fundraising-donations-${LAST_YEAR}.png` },
  { kpi: 'overtime hours', dark: true, file: `People-overtime-hours-${LAST_YEAR}.png` },
  { kpi: 'satisfaction of staff', dark: true, file: 'People-satisfaction-of-staff.png' },
])('the chart of $kpi can be taken along as a picture, dark: $dark', async ({ kpi, dark, file }) => {
  const visitor = await visitKpi(kpi, { dark });
  const downloaded = visitor.page.waitForEvent('download');
  await visitor.page.getByRole('button', { name: 'Download as PNG' }).click();
  const download = await downloaded;
  expect(download.suggestedFilename()).toBe(file);
  const { width, height, corner, colours, inked } = await look(visitor.page, download);
  expect(width).toBe(1600);
  expect(height).toBeGreaterThan(800);
  expect(corner).toEqual([255, 255, 255, 255]);
  expect(colours).toBeGreaterThan(20);
  // The name at the top, the axis at the left, the legend at the bottom.
  expect(inked).toEqual([true, true, true]);
  await visitor.leave();
});

/** Examines a picture with the browser itself. */
async function look(page: Page, download: Download) {
  mkdirSync(SHOTS, { recursive: true });
  await download.saveAs(join(SHOTS, download.suggestedFilename()));
  const bytes = await readFile(await download.path());
  expect(bytes.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
  return await page.evaluate(async (base64) => {
    const data = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([data], { type: 'image/png' }));
    const { width, height } = bitmap;
    const context = new OffscreenCanvas(width, height).getContext('2d');
    if (context === null) throw new Error('there is no canvas');
    context.drawImage(bitmap, 0, 0);
    const pixels = (x: number, y: number, w: number, h: number) => [
      ...new Uint32Array(context.getImageData(x, y, w, h).data.buffer),
    ];
    const hasInk = (part: number[]) => part.some((pixel) => pixel !== 0xffffffff);
    return {
      width,
      height,
      corner: [...context.getImageData(0, 0, 1, 1).data],
      colours: new Set(pixels(0, 0, width, height)).size,
      inked: [
        hasInk(pixels(0, 40, width, 50)),
        hasInk(pixels(48, 200, 60, 500)),
        hasInk(pixels(120, height - 96, 600, 40)),
      ],
    };
  }, bytes.toString('base64'));
}
