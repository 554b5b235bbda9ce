/** The overview, for a reader with one minute. */
import type { Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { Periodicity, Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import { callerOf } from './caller';
import { ECONOMIST, GATEKEEPER } from './kreis';
import { LOOKS, setUp } from './set-up';
import type { Visitor } from './visitor';

const { kreis, visit } = setUp();

async function arrive(email: string, address = '/?view=list', wishes = {}): Promise<Visitor> {
  const visitor = await visit(address, { as: email, ...wishes });
  await visitor.page.getByRole('table', { name: 'KPIs by circle' }).waitFor();
  return visitor;
}

function kpi(page: Page, name: string): Locator {
  return page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) });
}

function namesOn(page: Page): Promise<string[]> {
  return page.getByRole('rowheader').getByRole('link').allInnerTexts();
}

test('an economist sees the circles that are hers, and each one’s progress', async () => {
  const visitor = await arrive(ECONOMIST);
  const { page } = visitor;
  await page
    .getByRole('rowheader', { name: /Fundraising Progress \d+ % \d of 3 KPIs, oldest \w+/ })
    .waitFor();
  expect(await page.getByRole('rowheader', { name: /^Digital/ }).count()).toBe(0);
  const donations = await kpi(page, 'donations').textContent();
  expect(donations).toMatch(/CHF\s[\d,.]+ \w+ 20\d\d/);
  expect(donations).toMatch(/[▲▼]\s[+-][\d.]+\s%/);
  const score = await kpi(page, 'net promoter score').textContent();
  expect(score).toMatch(/[▲▼●]\s[+-]?[\d.]+ points?/);
  await visitor.leave();
});

test('circle and month stay in the address, also over a reload', async () => {
  const visitor = await arrive(ECONOMIST);
  const { page } = visitor;
  await page.getByLabel('Circles').selectOption('Digital');
  await page.getByRole('rowheader', { name: /^Digital/ }).waitFor();
  const month = page.getByLabel('As of');
  const current = await month.inputValue();
  await page.getByRole('button', { name: 'The month before' }).click();
  await expect.poll(() => month.inputValue()).not.toBe(current);
  const before = await month.inputValue();
  expect(new URL(page.url()).searchParams.get('month')).toBe(before);
  await page.reload();
  await page.getByRole('rowheader', { name: /^Digital/ }).waitFor();
  expect(await month.inputValue()).toBe(before);
  expect(await page.getByRole('rowheader', { name: /^Fundraising/ }).count()).toBe(0);
  await page.getByRole('button', { name: 'The month after' }).click();
  await expect.poll(() => month.inputValue()).toBe(current);
  expect(new URL(page.url()).searchParams.has('month')).toBe(false);
  expect(await page.getByRole('button', { name: 'The month after' }).isDisabled()).toBe(true);
  await visitor.leave();
});

test('a gatekeeper without circles sees them all, with at most four calls', async () => {
  const visitor = await arrive(GATEKEEPER);
  const { page } = visitor;
  for (const circle of ['Counselling', 'Digital', 'Fundraising', 'People']) {
    await page.getByRole('rowheader', { name: new RegExp(`^${circle}`) }).waitFor();
  }
  expect(await page.getByLabel('Circles').locator('option').allInnerTexts()).not.toContain('My circles');
  const calls: string[] = [];
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    // The notices come after the screen. On a slow machine, that is before the last row is seen.
    if (request.method() === 'POST' && !pathname.endsWith('/ListNotices')) calls.push(pathname);
  });
  await page.reload();
  await page.getByRole('rowheader', { name: /^People/ }).waitFor();
  await page.getByLabel('Circles').locator('option', { hasText: 'People' }).waitFor({ state: 'attached' });
  expect(calls.length, calls.join(' ')).toBeLessThanOrEqual(4);
  await visitor.leave();
});

test('every percentage of the overview is explained, down to whose numbers it is made of', async () => {
  const visitor = await arrive(GATEKEEPER, '/?view=list&circle=all');
  const { page } = visitor;
  const ofCircle = page
    .getByRole('rowheader', { name: /^Fundraising/ })
    .getByRole('button', { name: /^Progress/ });
  await ofCircle.press('Enter');
  const formula = page.getByText(/^\(.+\) ÷ \d = \d+\u00a0%$/).filter({ visible: true });
  const [, shares = '', figure = ''] =
    /^\((.+)\) ÷ \d = (\d+)/.exec((await formula.textContent()) ?? '') ?? [];
  const numbers = shares.split(' + ').map((share) => Number.parseInt(share, 10));
  const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
  expect(Math.abs(mean - Number(figure))).toBeLessThanOrEqual(1);
  await visitor.inspect('overview-explained');
  await page.keyboard.press('Escape');

  const donations = page.getByRole('row').filter({ has: page.getByRole('link', { name: 'donations' }) });
  await donations.getByRole('link', { name: /explain the progress$/ }).press('Enter');
  const explanation = page.getByRole('dialog', { name: 'progress of' });
  await explanation.getByText('(sum of the year − baseline) ÷ (target − baseline)').waitFor();
  await explanation.getByText('Emil Rossi').first().waitFor();
  await visitor.leave();
});

test('a click on a head sorts, a second one the other way round', async () => {
  const visitor = await arrive(GATEKEEPER, '/?view=list&circle=all');
  const { page } = visitor;
  const counselling = ['consultations', 'net promoter score', 'reachability'];
  expect((await namesOn(page)).slice(0, 3)).toEqual(counselling);
  const head = page.getByRole('columnheader', { name: 'KPI' });
  expect(await head.getAttribute('aria-sort')).toBe('ascending');
  await head.getByRole('button').press('Enter');
  await expect.poll(() => head.getAttribute('aria-sort')).toBe('descending');
  expect((await namesOn(page)).slice(0, 3)).toEqual(counselling.toReversed());

  await page.getByRole('button', { name: 'Progress', exact: true }).click();
  const progress = page.getByRole('columnheader', { name: 'Progress' });
  await expect.poll(() => progress.getAttribute('aria-sort')).toBe('ascending');
  await page.reload();
  await expect.poll(() => progress.getAttribute('aria-sort')).toBe('ascending');
  await visitor.leave();
});

test('a search finds KPIs by their words, and says when there is none', async () => {
  const visitor = await arrive(GATEKEEPER);
  const { page } = visitor;
  const search = page.getByLabel('Search KPIs');
  await search.fill('score NET');
  await expect.poll(() => namesOn(page)).toEqual(['net promoter score']);
  await page.getByRole('status').getByText('1 KPI found').waitFor();
  await search.fill('nobody counts this');
  await page.getByRole('heading', { name: 'No KPI here is called “nobody counts this”' }).waitFor();
  await visitor.inspect('overview-nothing-found');
  await page.getByRole('button', { name: 'Clear the search' }).click();
  await page.getByRole('link', { name: 'donations' }).waitFor();
  expect(await search.inputValue()).toBe('');
  await visitor.leave();
});

test('a circle without KPIs says so, and a new KPI without values has a row', async () => {
  const { circles, kpis } = await callerOf(kreis.url, GATEKEEPER);
  const { circle } = await circles.createCircle({ name: 'Archive' });
  const circleId = circle?.id ?? '';
  const visitor = await arrive(GATEKEEPER, `/?view=list&circle=${circleId}`);
  const { page } = visitor;
  await page.getByText('This circle has no KPIs yet.').waitFor();
  await visitor.inspect('overview-no-kpis');

  await kpis.createKpi({
    circleId,
    name: 'boxes lost',
    unit: Unit.AMOUNT,
    periodicity: Periodicity.QUARTERLY,
    targets: [{ fromYear: 2020, initialValue: 12, targetValue: 0 }],
  });
  await page.reload();
  const row = kpi(page, 'boxes lost');
  await row.getByText('No value yet').waitFor();
  await row.getByText('no statement').waitFor();
  await row.getByText('no value in the last 13 months').waitFor();
  await row.getByRole('img', { name: 'Lower is better' }).waitFor();
  await page.getByRole('rowheader', { name: 'Archive No progress yet 0 of 1 KPI' }).waitFor();
  await visitor.leave();
});

test('figures say what they are worth: missing periods, small sums, zeros before', async () => {
  const { circles, kpis, values } = await callerOf(kreis.url, GATEKEEPER);
  const { circle } = await circles.createCircle({ name: 'Kitchen' });
  const circleId = circle?.id ?? '';
  const target = { fromYear: 2020, initialValue: 100, targetValue: 40 };
  const waste = await kpis.createKpi({
    circleId,
    name: 'waste',
    unit: Unit.AMOUNT,
    periodicity: Periodicity.MONTHLY,
    targets: [target],
  });
  const spilt = await kpis.createKpi({
    circleId,
    name: 'spilt',
    unit: Unit.PERCENTAGE,
    periodicity: Periodicity.MONTHLY,
    targets: [target],
  });
  for (const [kpi, month, value] of [
    [waste.kpi, 3, 0],
    [waste.kpi, 4, 7],
    [spilt.kpi, 3, 80.3],
    [spilt.kpi, 4, 70.2],
  ] as const) {
    await values.recordKpiValue({ kpiId: kpi?.id ?? '', period: { year: 2025, month }, value });
  }
  const visitor = await arrive(GATEKEEPER, `/?view=list&circle=${circleId}&month=2025-05`);
  const { page } = visitor;
  const cellsOf = (name: string) => kpi(page, name).getByRole('cell').allTextContents();
  expect(await cellsOf('waste')).toEqual([
    '7 April 2025',
    '–',
    '–',
    expect.stringContaining('May 2024 to May 2025: lowest 0, highest 7, blank: 11'),
    'Once the year is complete',
    'no statement values of the year are missing',
    '40 ↓',
  ]);
  expect(await cellsOf('spilt')).toEqual([
    '70.2\u00a0% April 2025',
    '▼ -10.1 points better',
    '–',
    expect.stringContaining('lowest 70.2\u00a0%, highest 80.3\u00a0%, blank: 11'),
    '50\u00a0% 2 periods missing',
    'behind 50 points short of the target',
    '40\u00a0% ↓',
  ]);
  await page.getByRole('rowheader', { name: 'Kitchen Progress 50 % 1 of 2 KPIs, oldest April' }).waitFor();
  await visitor.leave();
});

test('each row says where its KPI stands, and the worst can come first', async () => {
  const { circles, kpis, values } = await callerOf(kreis.url, GATEKEEPER);
  const { circle } = await circles.createCircle({ name: 'Garden' });
  const circleId = circle?.id ?? '';
  // Of 1200, 300 are due in March.
  for (const [name, march] of [
    ['apples', 330],
    ['beans', 240],
    ['carrots', 100],
  ] as const) {
    const { kpi } = await kpis.createKpi({
      circleId,
      name,
      unit: Unit.CHF,
      periodicity: Periodicity.QUARTERLY,
      targets: [{ fromYear: 2020, initialValue: 0, targetValue: 1200 }],
    });
    await values.recordKpiValue({ kpiId: kpi?.id ?? '', period: { year: 2025, month: 3 }, value: march });
  }
  const visitor = await arrive(GATEKEEPER, `/?view=list&circle=${circleId}&month=2025-05`);
  const { page } = visitor;
  await kpi(page, 'apples').getByText('on track').waitFor();
  await kpi(page, 'apples').getByText('3 points ahead of pace').waitFor();
  await kpi(page, 'beans').getByText('slightly behind').waitFor();
  await kpi(page, 'beans').getByText('5 points behind pace').waitFor();
  await kpi(page, 'carrots').getByText('17 points behind pace').waitFor();
  await page.getByRole('button', { name: 'State', exact: true }).click();
  await expect.poll(() => namesOn(page)).toEqual(['carrots', 'beans', 'apples']);
  await visitor.leave();
});

test('a KPI without values has a row that says so', async () => {
  // Long before the demo's first value.
  const visitor = await arrive(GATEKEEPER, '/?view=list&month=2019-06');
  const { page } = visitor;
  const donations = kpi(page, 'donations');
  await donations.getByText('No value yet').waitFor();
  await donations.getByRole('img', { name: 'June 2018 to June 2019: no values' }).waitFor();
  await donations.getByRole('img', { name: 'Higher is better' }).waitFor();
  await kpi(page, 'sessions on the website').getByText('No target').waitFor();
  await page.getByRole('rowheader', { name: /^People No progress yet 0 of 3 KPIs/ }).waitFor();
  expect(await page.getByLabel('As of').inputValue()).toBe('2019-06');
  await visitor.inspect('overview-no-values');
  await visitor.leave();
});

test('where lower is better a fall is better, and where higher is better a rise', async () => {
  const visitor = await arrive(GATEKEEPER);
  const { page } = visitor;
  const leave = await changesOf(kpi(page, 'short-term leave'), 'Lower is better');
  const open = await changesOf(kpi(page, 'newsletter open rate'), 'Higher is better');
  const changes = [
    ...leave.map(({ fell, word }) => ({ good: fell, word })),
    ...open.map(({ fell, word }) => ({ good: !fell, word })),
  ];
  for (const { good, word } of changes) expect(word).toBe(good ? 'better' : 'worse');
  await visitor.leave();
});

async function changesOf(row: Locator, direction: string): Promise<{ fell: boolean; word: string }[]> {
  await row.getByRole('img', { name: direction }).waitFor();
  const cells = await row.getByRole('cell').allTextContents();
  const found = cells
    .map((cell) => /^([▲▼]) [+-][\d.]+ points? (\w+)$/.exec(cell))
    .filter((it) => it !== null);
  expect(found.length).toBeGreaterThan(0);
  return found.map(([, arrow, word]) => ({ fell: arrow === '▼', word: word ?? '' }));
}

test('a circle that is not there says what to do', async () => {
  const visitor = await visit('/?view=list&circle=987654', { as: ECONOMIST });
  await visitor.page.getByRole('heading', { name: 'This circle does not exist' }).waitFor();
  await visitor.page.getByRole('button', { name: 'Show all circles' }).click();
  await visitor.page.getByRole('rowheader', { name: /^People/ }).waitFor();
  await visitor.leave();
});

test('a month that no value can have is refused below the filters, which lead out', async () => {
  const visitor = await visit('/?view=list&month=1850-01', { as: ECONOMIST });
  const { page } = visitor;
  await page.getByRole('alert').getByText('Some of what was entered is not allowed.').waitFor();
  await page
    .getByRole('alert')
    .getByText(/^If you ask for help, name this number: \w+$/)
    .waitFor();
  await visitor.inspect('overview-refused');
  await page.getByRole('link', { name: 'Overview' }).click();
  await page.getByRole('rowheader', { name: /^Fundraising/ }).waitFor();
  await visitor.leave();
});

test('on a phone the figures say themselves what they are, and can be sorted', async () => {
  const visitor = await arrive(ECONOMIST, '/?view=list', { width: 360 });
  const { page } = visitor;
  await page.getByLabel('Sort by').selectOption('Progress, descending');
  await expect.poll(() => new URL(page.url()).searchParams.get('sort')).toBe('-progress');
  await kpi(page, 'donations').waitFor();
  expect(await page.getByRole('columnheader').count()).toBe(0);
  await visitor.leave();
});

test('on paper there is the table alone, dark on white', async () => {
  const visitor = await arrive(GATEKEEPER, '/?view=list', { width: 760, dark: true });
  const { page } = visitor;
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  expect(await page.getByRole('button', { name: 'Greta Keller' }).isVisible()).toBe(false);
  expect(await page.getByLabel('Circles').isVisible()).toBe(false);
  expect(await page.getByRole('columnheader', { name: 'Progress' }).isVisible()).toBe(true);
  await page.getByRole('heading', { name: /^Overview \w+ 20\d\d$/ }).waitFor();
  await visitor.inspect('overview-printed');
  await visitor.leave();
});

test.for([...LOOKS, { width: 800, dark: false }])(
  'the overview is sound at $width px, dark: $dark',
  async ({ width, dark }) => {
    const visitor = await visit('/?view=list', { as: GATEKEEPER, width, dark, locale: 'de-CH' });
    await visitor.page.getByRole('link', { name: 'donations' }).waitFor();
    await visitor.inspect('overview');
    await visitor.leave();
  },
);
