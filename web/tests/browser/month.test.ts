/** A complete month, from the sign-in to the overview, by people who know kreis only from its texts. */
import type { Locator } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { addMonths, type Month, monthName } from '#shared/periods/months';
import { type Caller, callerOf } from './caller';
import { ECONOMIST, GATEKEEPER, PASSWORD } from './kreis';
import { setUp } from './set-up';
import { READ_MS, type Visitor } from './visitor';

const ENGLISH = {
  navigation: 'Navigation',
  overview: 'Overview',
  list: 'List',
  enter: 'Enter values',
  done: (count: number) => `All ${count} values are in. Thank you!`,
};
const GERMAN: typeof ENGLISH = {
  navigation: 'Navigation',
  overview: 'Übersicht',
  list: 'Liste',
  enter: 'Werte eingeben',
  done: (count) => `Alle ${count} Werte sind erfasst. Danke!`,
};

const PEOPLE = [
  { locale: 'en-CH', words: ENGLISH, width: 1440 },
  { locale: 'en-CH', words: ENGLISH, width: 360 },
  { locale: 'de-CH', words: GERMAN, width: 1440 },
  { locale: 'de-CH', words: GERMAN, width: 360 },
];

/** Usual numbers for these KPIs, so that none looks like a slip. */
const FIGURES: Record<string, string> = {
  consultations: '731',
  donations: '118’000',
  'grants approved': '51',
  'net promoter score': '36',
  'new members': '38',
  reachability: '86.5',
};

const { kreis, visit } = setUp();
let gatekeeper: Caller;
let lastMonth: Month;

beforeAll(async () => {
  gatekeeper = await callerOf(kreis.url, GATEKEEPER);
  lastMonth = addMonths(await gatekeeper.thisMonth(), -1);
});

/** Makes last month blank. Returns the due values in the order of the grid. */
async function lastMonthIsDue(): Promise<{ name: string; figure: string }[]> {
  const time = { case: 'range', value: { from: lastMonth, to: lastMonth } } as const;
  const { kpiValues } = await gatekeeper.values.listKpiValues({ time, pageSize: 500 });
  for (const { id } of kpiValues.filter(({ value }) => value !== undefined)) {
    await gatekeeper.values.retractKpiValue({ kpiValueId: id, requestId: crypto.randomUUID() });
  }
  const economist = await callerOf(kreis.url, ECONOMIST);
  const { dueValues } = await economist.values.listDueValues({});
  return dueValues
    .sort((a, b) => a.circleName.localeCompare(b.circleName) || a.kpiName.localeCompare(b.kpiName))
    .map(({ kpiName }) => ({ name: kpiName, figure: FIGURES[kpiName] ?? '' }));
}

/** Expects the newest value of a KPI and its month, ignoring how digits are grouped. */
async function seesInOverview({ page }: Visitor, name: string, figure: string, month: string) {
  const row = page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) });
  const shown = async () => plain((await row.textContent()) ?? '');
  await expect.poll(shown).toContain(plain(month));
  expect(await shown()).toContain(plain(figure));
}

function plain(text: string): string {
  return text.replace(/[\s’']/g, '');
}

test.for(PEOPLE)(
  'a month is entered by its labels alone, in $locale at $width px',
  async ({ locale, words, width }) => {
    const due = await lastMonthIsDue();
    const visitor = await visit('/', { as: ECONOMIST, locale, width });
    const { page } = visitor;
    const follow = async (name: string) => {
      if (width < 600) await page.getByRole('button', { name: words.navigation }).click();
      await page.getByRole('link', { name, exact: true }).click();
    };

    await follow(words.enter);
    await page.getByRole('textbox', { name: due[0]?.name ?? '' }).waitFor();
    await page.waitForTimeout(READ_MS);
    for (const { name, figure } of due) {
      await page.getByRole('textbox', { name }).fill(figure);
      await page.getByRole('textbox', { name }).press('Enter');
    }
    await page.getByText(words.done(due.length)).waitFor();
    await visitor.inspect(`month-${locale}`);

    await follow(words.overview);
    await page.getByRole('button', { name: words.list }).click();
    const month = monthName(lastMonth, locale);
    for (const { name, figure } of due) await seesInOverview(visitor, name, figure, month);
    await visitor.leave();
  },
);

test.for(PEOPLE)(
  'a month is entered without a mouse, in $locale at $width px',
  async ({ locale, words, width }) => {
    const due = await lastMonthIsDue();
    const visitor = await visit('/', { locale, width });
    const { page } = visitor;
    const { keyboard } = page;
    const enterOn = async (control: Locator) => {
      await visitor.tabTo(control);
      await keyboard.press('Enter');
    };
    const follow = async (name: string) => {
      if (width < 600) await enterOn(page.getByRole('button', { name: words.navigation }));
      await enterOn(page.getByRole('link', { name, exact: true }));
    };

    await page.getByLabel(visitor.words.email).waitFor();
    await visitor.tabTo(page.getByLabel(visitor.words.email));
    await keyboard.type(ECONOMIST);
    await visitor.tabTo(page.getByLabel(visitor.words.password, { exact: true }));
    await keyboard.type(PASSWORD);
    await keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: words.overview }).waitFor();
    await follow(words.enter);
    const cells = due.map(({ name }) => page.getByRole('textbox', { name }));
    await cells[0]?.waitFor();
    if (cells[0] !== undefined) await visitor.tabTo(cells[0]);
    await page.waitForTimeout(READ_MS);
    for (const { figure } of due) {
      await keyboard.type(figure);
      await keyboard.press('Enter');
    }
    await page.getByText(words.done(due.length)).waitFor();

    await follow(words.overview);
    await enterOn(page.getByRole('button', { name: words.list }));
    const month = monthName(lastMonth, locale);
    for (const { name, figure } of due) await seesInOverview(visitor, name, figure, month);
    await visitor.leave();
    expect(due.length).toBeGreaterThan(3);
  },
);
