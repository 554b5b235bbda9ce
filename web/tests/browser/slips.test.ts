/** Slips in the grid: the questions and their reasons, in two languages. */
import { beforeAll, expect, test } from 'vitest';
import { addMonths, type Month, monthKey } from '#shared/periods/months';
import { type Caller, callerOf } from './caller';
import { ECONOMIST } from './kreis';
import { setUp } from './set-up';
import { pressOnceRead, READ_MS, typeOver } from './visitor';

const { kreis, visit } = setUp();
let economist: Caller;
/** The demo's newest month, in which some KPIs have no value yet. */
let month: Month;

beforeAll(async () => {
  economist = await callerOf(kreis.url, ECONOMIST);
  month = addMonths(await economist.thisMonth(), -1);
});

const WORDS = {
  'en-GB': {
    range: (count: number) =>
      new RegExp(`^Unusual: the last ${count} values lie between [\\d.,]+ and [\\d.,]+\\.`),
    swapped: (usual: string) => `This looks like ${usual} with two digits swapped. Is it right?`,
    decimals: 'This KPI has never had decimals. Is it right?',
    spaced: 'There is a space in it, as between two numbers. Is it right?',
    emptyMonth: '2008-09',
    negative: 'This KPI has never been negative. Is it right?',
    right: 'It is right',
    saved: '✓ saved',
  },
  'de-CH': {
    range: (count: number) =>
      new RegExp(`^Ungewöhnlich: Die letzten ${count} Werte liegen zwischen [\\d.'’]+ und [\\d.'’]+\\.`),
    swapped: (usual: string) => `Das sieht aus wie ${usual} mit zwei vertauschten Ziffern. Stimmt das?`,
    decimals: 'Dieser KPI hatte noch nie Nachkommastellen. Stimmt das?',
    spaced: 'Darin steht ein Leerzeichen, wie zwischen zwei Zahlen. Stimmt das?',
    emptyMonth: '2008-10',
    negative: 'Dieser KPI war noch nie negativ. Stimmt das?',
    right: 'Es stimmt',
    saved: '✓ gespeichert',
  },
} as const;

const LANGUAGES = [['en-GB'], ['de-CH']] as const;

/** The current number of the newest month, from the server. */
async function stored(kpi: string): Promise<number | undefined> {
  const { id } = await economist.kpiNamed(kpi);
  const { kpiValues } = await economist.values.listKpiValues({
    scope: { case: 'kpiId', value: id },
    time: { case: 'range', value: { from: month, to: month } },
  });
  return kpiValues[0]?.value;
}

test.each(LANGUAGES)('%s: what is unlike the last values is asked about, and not saved', async (locale) => {
  const words = WORDS[locale];
  const slips: [kpi: string, typed: string, question: string | RegExp][] = [
    ['reachability', '39.5', words.swapped('93.5')],
    ['reachability', '53.9', words.swapped('93.5')],
    ['reachability', '4.4', words.range(12)],
    ['reachability', '2', words.range(12)],
    ['donations', '697', words.range(12)],
    ['consultations', '1.234', words.decimals],
    ['consultations', '.5', words.decimals],
    ['consultations', '-5', words.negative],
    ['new members', '40.5', words.decimals],
  ];
  const before = await Promise.all(slips.map(([kpi]) => stored(kpi)));
  const visitor = await visit(`/enter?month=${monthKey(month)}`, { as: ECONOMIST, locale });
  const { page } = visitor;
  for (const [kpi, typed, question] of slips) {
    const cell = page.getByRole('textbox', { name: kpi, exact: true });
    await cell.waitFor();
    // The question before has moved the rows.
    await page.waitForTimeout(READ_MS);
    await cell.click();
    await typeOver(cell, typed);
    await cell.press('Enter');
    await page.getByRole('alert').getByText(question).waitFor();
    expect(await cell.inputValue()).toBe(typed);
    if (typed === '4.4') await visitor.inspect(`enter-unusual-${locale}`);
    await cell.press('Escape');
  }
  expect(await Promise.all(slips.map(([kpi]) => stored(kpi)))).toEqual(before);
  await visitor.leave();
});

test.each(LANGUAGES)(
  '%s: what is unusual is saved by a button, and what is usual at once',
  async (locale) => {
    const words = WORDS[locale];
    const visitor = await visit(`/enter?month=${monthKey(month)}`, { as: ECONOMIST, locale });
    const { page } = visitor;
    const cell = page.getByRole('textbox', { name: 'reachability', exact: true });
    await cell.click();
    await cell.fill('61');
    await cell.press('Enter');
    await page.getByRole('alert').getByText(words.range(12)).waitFor();
    await pressOnceRead(page.getByRole('button', { name: words.right }), 'Enter');
    await page.getByText(words.saved).waitFor();
    expect(await stored('reachability')).toBe(61);

    await cell.press('Escape');
    await cell.fill('90.1');
    await cell.press('Enter');
    await expect.poll(() => stored('reachability')).toBe(90.1);
    expect(await page.getByRole('alert').count()).toBe(0);
    await visitor.leave();
  },
);

test.for(LANGUAGES)(
  'two numbers with a space between them do not become one number unasked: %s',
  async ([locale]) => {
    const { spaced, emptyMonth, right, saved } = WORDS[locale];
    const [year = 0, month = 0] = emptyMonth.split('-').map(Number);
    const stored = () => economist.valueFor('consultations', { year, month });
    const visitor = await visit(`/enter?month=${emptyMonth}`, { as: ECONOMIST, locale });
    const { page } = visitor;
    const cell = page.getByRole('textbox', { name: 'consultations' });
    await cell.click();
    await page.keyboard.type('690 825');
    await page.keyboard.press('Enter');
    await page.getByText(spaced).waitFor();
    expect(await stored()).toBeUndefined();
    await pressOnceRead(page.getByRole('button', { name: right }));
    await page.getByText(saved).waitFor();
    expect((await stored())?.value).toBe(690_825);
    await visitor.leave();
  },
);

test('the values of three years before take no more calls', async () => {
  const quarter = addMonths(month, -(month.month % 3));
  const calls: string[] = [];
  const visitor = await visit('/', { as: ECONOMIST });
  const { page } = visitor;
  await page.getByRole('grid').waitFor();
  page.on('request', (request) => calls.push(request.url().replace(/.*\//, '')));
  await page.goto(`/enter?month=${monthKey(quarter)}`);
  await page.getByRole('textbox', { name: 'grants approved' }).waitFor();
  expect(calls.filter((call) => call === 'ListKpis')).toHaveLength(1);
  expect(calls.filter((call) => call === 'ListKpiValues')).toHaveLength(1);

  // The client compares a quarter with three years of quarters.
  const cell = page.getByRole('textbox', { name: 'grants approved' });
  await cell.click();
  await cell.fill('2.1');
  await cell.press('Enter');
  await page
    .getByRole('alert')
    .getByText(/^Unusual: the last 1[12] values lie between/)
    .waitFor();
  await visitor.leave();
});
