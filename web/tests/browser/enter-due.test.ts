/** The missing values of other months, and the month that the page opens first. */
import { beforeAll, expect, test } from 'vitest';
import { addMonths, type Month, monthKey, monthName } from '#shared/periods/months';
import { type Caller, callerOf } from './caller';
import { ECONOMIST, GATEKEEPER } from './kreis';
import { LOOKS, setUp } from './set-up';
import { READ_MS, type Visitor, type Wishes } from './visitor';

const SENTENCE = 'a sentence that is long enough';

const { kreis, visit } = setUp();
let gatekeeper: Caller;
let thisMonth: Month;

beforeAll(async () => {
  gatekeeper = await callerOf(kreis.url, GATEKEEPER);
  thisMonth = await gatekeeper.thisMonth();
});

/** Signs in as an economist whose KPIs have been due for two months and have no values. */
async function arriving(kpis: number, wishes: Wishes = {}): Promise<Visitor> {
  const { invitation } = await gatekeeper.inviteEconomistOf(kpis, monthsAgo(2));
  const visitor = await visit('about:blank', wishes);
  await acceptInvitation(visitor, invitation);
  await visitor.page.getByRole('textbox', { name: 'figure a' }).waitFor();
  return visitor;
}

/** Sets a password and opens the page to enter values. */
async function acceptInvitation({ page }: Visitor, invitation: string): Promise<void> {
  await page.goto(`/invitation#${invitation}`);
  await page.getByLabel('New password').fill(SENTENCE);
  await page.keyboard.press('Enter');
  await page.getByRole('banner').waitFor();
  const navigation = page.getByRole('button', { name: 'Navigation' });
  if (await navigation.isVisible()) await navigation.press('Enter');
  await page.getByRole('link', { name: 'Enter values' }).first().press('Enter');
}

function monthsAgo(months: number): Month {
  return addMonths(thisMonth, -months);
}

function nameOf(month: Month): string {
  return monthName(month, 'en');
}

test('the screen begins with the oldest month that is due, and links to the next one', async () => {
  const visitor = await arriving(2);
  const { page } = visitor;
  const [oldest, next] = [monthsAgo(2), monthsAgo(1)];
  expect(new URL(page.url()).search).toBe(`?month=${monthKey(oldest)}`);
  await page.getByText('2 values of other months are missing:').waitFor();
  for (const name of ['figure a', 'figure b']) {
    await page.getByRole('textbox', { name }).fill('12');
    await page.getByRole('textbox', { name }).press('Enter');
  }
  await page.getByText('All 2 values are in.').waitFor();
  await page.getByRole('link', { name: `${nameOf(next)} (2)` }).press('Enter');
  await page.getByRole('columnheader', { name: nameOf(next) }).waitFor();
  await page.getByText('values of other months are missing').waitFor({ state: 'hidden' });

  // The page no longer opens the complete month.
  await page.getByRole('link', { name: 'Enter values' }).press('Enter');
  await page.waitForURL(`**/enter?month=${monthKey(next)}`);
  await page.getByLabel('Month').selectOption(monthKey(oldest));
  await page.getByText('All 2 values are in.').waitFor();
  expect(await page.getByRole('textbox', { name: 'figure a' }).inputValue()).toBe('12');
  await visitor.leave();
});

test('what is due is asked for once on arrival, and again where something was saved', async () => {
  const { invitation } = await gatekeeper.inviteEconomistOf(8, monthsAgo(2));
  const visitor = await visit('about:blank');
  const { page } = visitor;
  let asked = 0;
  page.on('request', (request) => {
    if (request.url().endsWith('/ListDueValues')) asked += 1;
  });
  await acceptInvitation(visitor, invitation);
  await page.getByText('8 values of other months are missing:').waitFor();
  expect(asked).toBe(1);

  const next = page.getByRole('link', { name: `${nameOf(monthsAgo(1))} (8)` });
  await next.press('Enter');
  await page.getByRole('link', { name: `${nameOf(monthsAgo(2))} (8)` }).waitFor();
  expect(asked).toBe(1);
  await page.getByRole('textbox', { name: 'figure a' }).waitFor();
  await page.waitForTimeout(READ_MS);
  await page.getByRole('textbox', { name: 'figure a' }).fill('12');
  await page.keyboard.press('Enter');
  await page.getByText('✓ saved').waitFor();
  await page.getByRole('link', { name: `${nameOf(monthsAgo(2))} (8)` }).press('Enter');
  await page.getByRole('link', { name: `${nameOf(monthsAgo(1))} (7)` }).waitFor();
  expect(asked).toBe(2);
  await visitor.leave();
});

test('a month that has nothing to report is not due', async () => {
  const visitor = await arriving(1);
  const { page } = visitor;
  await page.getByRole('button', { name: 'Nothing to report …' }).click();
  await page.getByLabel('Why is there nothing to report?').fill('On holiday.');
  await page.keyboard.press('Control+Enter');
  await page.getByText('✓ saved').waitFor();
  await page.getByRole('link', { name: 'Enter values' }).press('Enter');
  await page.waitForURL(`**/enter?month=${monthKey(monthsAgo(1))}`);
  await page.getByText('missing').waitFor({ state: 'hidden' });
  await visitor.leave();
});

test('the screen begins with the last month if nothing is due', async () => {
  const { invitation } = await gatekeeper.inviteEconomistOf(3);
  const visitor = await visit('about:blank');
  const { page } = visitor;
  await acceptInvitation(visitor, invitation);
  await page.waitForURL(`**/enter?month=${monthKey(monthsAgo(1))}`);
  await visitor.leave();
});

test('the demo leaves values of last month to its economist', async () => {
  const visitor = await visit(`/enter?month=${monthKey(monthsAgo(2))}`, { as: ECONOMIST });
  const { page } = visitor;
  await page.getByText('2 values of other months are missing:').waitFor();
  await page.getByRole('link', { name: `${nameOf(monthsAgo(1))} (2)` }).press('Enter');
  await page.getByRole('columnheader', { name: nameOf(monthsAgo(1)) }).waitFor();
  for (const name of ['donations', 'reachability']) {
    expect(await page.getByRole('textbox', { name }).inputValue()).toBe('');
  }
  await visitor.leave();
});

test.for(LOOKS.map((look, index) => ({ ...look, kpis: 4 + index })))(
  'what is due is sound at $width px, dark: $dark',
  async ({ kpis, width, dark }) => {
    const visitor = await arriving(kpis, { width, dark, locale: 'en-CH' });
    await visitor.page.getByText(`${kpis} values of other months are missing:`).waitFor();
    await visitor.inspect('enter-due');
    await visitor.leave();
  },
);
