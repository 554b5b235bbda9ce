/** The board: what a board asks about the organisation, in one look. */
import type { Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { ECONOMIST, GATEKEEPER } from './kreis';
import { LOOKS, setUp } from './set-up';

const { visit } = setUp();

function states(page: Page): Locator {
  return page.getByRole('region', { name: 'State of the KPIs' });
}

function fields(page: Page): Locator {
  return page.getByRole('grid', { name: 'States by month' });
}

async function countIn(button: Locator): Promise<number> {
  return Number.parseInt((await button.textContent()) ?? '', 10);
}

test('one look says how many KPIs are in which state, and a click shows which', async () => {
  const visitor = await visit('/', { as: GATEKEEPER });
  const { page } = visitor;
  const all = page.getByRole('rowheader').getByRole('link');
  await all.first().waitFor();
  const whole = await all.count();
  let sum = 0;
  for (const name of ['on track', 'slightly behind', 'behind', 'no statement']) {
    const button = states(page).getByRole('button', { name: new RegExp(`^\\d+ ${name}$`) });
    const count = await countIn(button);
    sum += count;
    if (count === 0) continue;
    await button.click();
    await expect.poll(() => all.count()).toBe(count);
    expect(await button.getAttribute('aria-pressed')).toBe('true');
    expect(new URL(page.url()).searchParams.get('state')).toBe(name.replace(' ', '-'));
    await button.click();
    await expect.poll(() => all.count()).toBe(whole);
  }
  expect(sum).toBe(whole);
  await visitor.leave();
});

test('another person who opens the address sees the same', async () => {
  const sender = await visit('/?circle=all', { as: ECONOMIST });
  const chosen = sender.page.getByRole('button', { name: /^\d+ slightly behind$/ });
  await chosen.click();
  await sender.page.getByRole('button', { name: 'The month before' }).click();
  await expect.poll(() => new URL(sender.page.url()).searchParams.has('month')).toBe(true);
  expect(new URL(sender.page.url()).searchParams.get('state')).toBe('slightly-behind');
  const kpis = sender.page.getByRole('rowheader').getByRole('link');
  await expect.poll(async () => (await kpis.count()) === (await countIn(chosen))).toBe(true);
  const seen = await kpis.allTextContents();
  const receiver = await visit(sender.page.url(), { as: GATEKEEPER });
  await expect
    .poll(() => receiver.page.getByRole('rowheader').getByRole('link').allTextContents())
    .toEqual(seen);
  await sender.leave();
  await receiver.leave();
});

test('the keyboard goes through the fields of the months, and Enter leads to the KPI', async () => {
  const visitor = await visit('/?circle=all', { as: GATEKEEPER });
  const { page } = visitor;
  const first = page.getByRole('link', { name: 'consultations' });
  await first.focus();
  await page.keyboard.press('ArrowRight');
  const field = page.locator('td:focus');
  expect(await field.getAttribute('aria-label')).toMatch(
    /^[\d,.]+, (on track|slightly behind|behind|no statement)$/,
  );
  await page.getByText(/^consultations, \w+ 20\d\d: [\d,.]+ /).waitFor();
  await page.keyboard.press('ArrowDown');
  // A yearly KPI has no field in most months.
  const below = (await page.locator('tr:has(td:focus)').getByRole('link').textContent()) ?? '';
  expect(['net promoter score', 'reachability']).toContain(below);
  await page.getByText(new RegExp(`^${below}, \\w+ 20\\d\\d: `)).waitFor();
  // One stop of the Tab key leads into the grid, and the next one out of it.
  await page.keyboard.press('Shift+Tab');
  expect(await fields(page).locator(':focus').count()).toBe(0);
  await page.keyboard.press('Tab');
  expect(await field.getAttribute('aria-label')).not.toBeNull();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: below }).waitFor();
  await visitor.leave();
});

test('what is missing leads a member to the blank field', async () => {
  const visitor = await visit('/', { as: ECONOMIST });
  const { page } = visitor;
  const missing = page.getByRole('region', { name: 'Missing values' });
  const link = missing.getByRole('link').first();
  const name = (await link.textContent()) ?? '';
  await link.click();
  await page.getByRole('heading', { level: 1, name: 'Enter values' }).waitFor();
  const row = page.getByRole('row').filter({ hasText: name });
  await expect.poll(() => row.locator('input:focus').count()).toBe(1);
  await visitor.leave();
});

test('a circle’s card says its progress and leads to that circle', async () => {
  const visitor = await visit('/?circle=all', { as: GATEKEEPER });
  const { page } = visitor;
  const card = page
    .getByRole('list', { name: 'Circles' })
    .getByRole('listitem')
    .filter({ hasText: 'Fundraising' });
  await card.getByRole('button', { name: /^Progress \d+/ }).waitFor();
  await card.getByRole('link', { name: 'Fundraising' }).click();
  await expect.poll(() => page.getByLabel('Circles', { exact: true }).first().inputValue()).toMatch(/^\d+$/);
  await expect.poll(() => page.getByRole('list', { name: 'Circles' }).getByRole('listitem').count()).toBe(1);
  await visitor.leave();
});

test.for([...LOOKS, { width: 800, dark: false }, { width: 2560, dark: false }])(
  'the board is sound at $width px, dark: $dark',
  async ({ width, dark }) => {
    const visitor = await visit('/?circle=all', { as: GATEKEEPER, width, dark, locale: 'de-CH' });
    await visitor.page.getByRole('link', { name: 'donations' }).first().waitFor();
    await visitor.inspect('board');
    await visitor.leave();
  },
);

test('the day to compare with stays in the address, and what came since then is counted', async () => {
  const visitor = await visit('/?circle=all', { as: GATEKEEPER });
  const { page } = visitor;
  const changes = page.getByRole('region', { name: 'Changes since' });
  await changes.getByText(/ \d+ new values · \d+ values? corrected$/).waitFor();
  const day = changes.getByLabel('The day to compare with');
  const today = await day.getAttribute('max');
  await day.fill(today ?? '');
  await expect.poll(() => new URL(page.url()).searchParams.get('since')).toBe(today);
  await changes.getByText(/\d+ new values/).waitFor();
  await page.goto('/?circle=all&month=2015-01&since=2015-01-31');
  await changes.getByText('Nothing has changed.').waitFor();
  await visitor.leave();
});
