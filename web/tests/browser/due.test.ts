/** What is due from a person: the number in the navigation, and the line on the overview. */
import type { Locator, Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { addMonths, type Month, monthKey, monthName } from '#shared/periods/months';
import { type Caller, callerOf } from './caller';
import { GATEKEEPER } from './kreis';
import { setUp } from './set-up';
import { gate, READ_MS, type Visitor, type Wishes } from './visitor';

const SENTENCE = 'a sentence that is long enough';
const CALL = '**/ListDueValues';

const { kreis, visit } = setUp();
let gatekeeper: Caller;
let thisMonth: Month;

beforeAll(async () => {
  gatekeeper = await callerOf(kreis.url, GATEKEEPER);
  thisMonth = await gatekeeper.thisMonth();
});

function monthsAgo(months: number): Month {
  return addMonths(thisMonth, -months);
}

function nameOf(month: Month): string {
  return monthName(month, 'en');
}

/** An economist of some KPIs, whose values are due since a month, or else not yet. */
async function newEconomist(kpis: number, since?: Month): Promise<string> {
  const { email, invitation } = await gatekeeper.inviteEconomistOf(kpis, since);
  const visitor = await visit(`/invitation#${invitation}`);
  await visitor.page.getByLabel('New password').fill(SENTENCE);
  await visitor.page.keyboard.press('Enter');
  await visitor.page.getByRole('banner').waitFor();
  await visitor.leave();
  return email;
}

async function arriving(email: string, wishes: Wishes = {}): Promise<Visitor> {
  const visitor = await visit('/', wishes);
  await visitor.signIn(email, SENTENCE);
  return visitor;
}

function enterLink(page: Page): Locator {
  return page.getByRole('navigation').getByRole('link', { name: 'Enter values', exact: true });
}

function dueLine(page: Page): Locator {
  return page.getByRole('main').getByRole('link', { name: /^\d+ values? due / });
}

async function descriptionOf(link: Locator): Promise<string> {
  return link.evaluate((element) => {
    const id = element.getAttribute('aria-describedby') ?? '';
    return document.getElementById(id)?.textContent ?? '';
  });
}

test('the navigation and the overview say what is due, and lead to the first blank cell', async () => {
  const month = monthsAgo(1);
  const visitor = await arriving(await newEconomist(2, month));
  const { page } = visitor;
  const words = `2 values due for ${nameOf(month)}`;
  await expect.poll(() => dueLine(page).textContent()).toBe(words);
  expect(await enterLink(page).textContent()).toBe('Enter values2');
  expect(await descriptionOf(enterLink(page))).toBe(words);
  await visitor.inspect('due');

  await dueLine(page).click();
  const first = page.getByRole('textbox', { name: 'figure a' });
  await expect.poll(() => first.and(page.locator(':focus')).count()).toBe(1);
  expect(new URL(page.url()).searchParams.get('month')).toBe(monthKey(month));
  await page.waitForTimeout(READ_MS);
  await page.keyboard.type('12');
  await page.keyboard.press('Enter');
  await page.getByText('✓ saved').waitFor();
  await expect.poll(() => descriptionOf(enterLink(page))).toBe(`1 value due for ${nameOf(month)}`);
  expect(await enterLink(page).textContent()).toBe('Enter values1');

  await page.getByRole('textbox', { name: 'figure b' }).fill('12');
  await page.getByRole('textbox', { name: 'figure b' }).press('Enter');
  await page.getByText('All 2 values are in.').waitFor();
  await expect.poll(() => enterLink(page).textContent()).toBe('Enter values');
  expect(await descriptionOf(enterLink(page))).toBe('');
  await page.getByRole('link', { name: 'Overview' }).click();
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  await dueLine(page).waitFor({ state: 'hidden' });
  await visitor.leave();
});

test('what is due for several months begins with the oldest one', async () => {
  const visitor = await arriving(await newEconomist(1, monthsAgo(3)));
  await expect
    .poll(() => dueLine(visitor.page).textContent())
    .toBe(`3 values due since ${nameOf(monthsAgo(3))}`);
  await visitor.leave();
});

test('where nothing is due, nothing is said, and people without a circle are not asked about', async () => {
  const visitor = await arriving(await newEconomist(3));
  await visitor.untilQuiet();
  expect(await enterLink(visitor.page).textContent()).toBe('Enter values');
  expect(await descriptionOf(enterLink(visitor.page))).toBe('');
  expect(await dueLine(visitor.page).count()).toBe(0);
  await visitor.leave();

  const other = await visit('about:blank');
  let asked = 0;
  other.page.on('request', (request) => {
    if (request.url().endsWith('/ListDueValues')) asked += 1;
  });
  await other.page.goto('/');
  await other.signIn(GATEKEEPER);
  await other.untilQuiet();
  expect(asked).toBe(0);
  expect(await enterLink(other.page).textContent()).toBe('Enter values');
  await other.leave();
});

test('the overview stands without the list of what is due', async () => {
  const email = await newEconomist(4, monthsAgo(1));
  const visitor = await visit('/');
  const refused = visitor.page.waitForRequest(CALL);
  await visitor.page.route(CALL, (route) => route.fulfill({ status: 403 }));
  await visitor.signIn(email, SENTENCE);
  await refused;
  await visitor.untilQuiet();
  await visitor.page.waitForTimeout(READ_MS);
  await visitor.page.getByRole('grid', { name: 'States by month' }).waitFor();
  expect(await enterLink(visitor.page).textContent()).toBe('Enter values');
  await visitor.leave();
});

test.for([
  { kpis: 12, width: 360, locale: 'fr-CH', signed: 'Saisir les valeurs' },
  { kpis: 13, width: 800, locale: 'fr-CH', signed: 'Saisir les valeurs' },
  { kpis: 14, width: 1440, locale: 'en-GB', signed: 'Enter values' },
  { kpis: 15, width: 2560, locale: 'it-CH', signed: 'Inserire i valori' },
])(
  'nothing moves when what is due is known, at $width px in $locale',
  async ({ kpis, width, locale, signed }) => {
    const email = await newEconomist(kpis, monthsAgo(9));
    const visitor = await visit('/', { width, locale });
    const { page } = visitor;
    const held = gate();
    const asked = page.waitForRequest(CALL);
    await page.route(CALL, async (route) => {
      await held.passed;
      await route.continue();
    });
    await visitor.signIn(email, SENTENCE);
    await page.getByRole('grid').waitFor();
    await asked;
    if (width < 768) await page.getByRole('banner').getByRole('button').first().click();
    const before = await placesOf(page);
    expect(before.length).toBeGreaterThan(10);
    held.open();
    const navigation = page.getByRole('navigation').getByRole('link', { name: signed, exact: true });
    await expect.poll(() => navigation.textContent()).toBe(`${signed}99+`);
    expect(await placesOf(page)).toEqual(before);
    await visitor.inspect(`due-${locale}`);
    await visitor.leave();
  },
);

/** Where each control stands, apart from the line of what is due. */
function placesOf(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('a, button, select, input, h1, h2, td')]
      .filter((control) => !control.parentElement?.className.includes('due'))
      .map((control) => {
        const { x, y, width, height } = control.getBoundingClientRect();
        return `${control.tagName} ${control.textContent?.replace(/99\+$/, '')} ${[x, y, width, height]}`;
      }),
  );
}
