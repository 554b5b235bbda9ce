/** What is said besides a number, or in place of one, in a month of values. */
import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ECONOMIST, Kreis } from './kreis';
import { openBrowser, Visitor, type Wishes } from './visitor';

let kreis: Kreis;
let browser: Browser;

/** Months of before the demo's three years: nobody has entered anything yet. */
const BLANK = {
  keyboard: '2018-02',
  conflict: '2018-04',
  lost: '2018-05',
  draft: '2018-07',
};

const REASON = 'Closed for works until August.';

beforeAll(async () => {
  kreis = await Kreis.start();
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.close();
  await kreis?.remove();
});

async function entering(month: string, wishes: Wishes = {}): Promise<Visitor> {
  const visitor = await Visitor.arrive(browser, kreis.url, wishes);
  await visitor.page.goto(`/enter?month=${month}`);
  await visitor.signIn(ECONOMIST);
  await cellOf(visitor).waitFor();
  return visitor;
}

function cellOf({ page }: Visitor): Locator {
  return page.getByRole('textbox', { name: 'consultations' });
}

function offerOf({ page }: Visitor, name: string): Locator {
  return page.getByRole('row', { name: /^consultations/ }).getByRole('button', { name });
}

async function mark(visitor: Visitor): Promise<void> {
  await offerOf(visitor, 'Nothing to report …').click();
  await visitor.page.getByLabel('Why is there nothing to report?').fill(REASON);
  await visitor.page.getByRole('button', { name: 'Save' }).click();
}

test('by keyboard, a month has nothing to report, then it is taken back, then it has a number', async () => {
  const visitor = await entering(BLANK.keyboard);
  const { page } = visitor;
  const cell = cellOf(visitor);
  await cell.focus();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.keyboard.type(REASON);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByText('✓ saved').waitFor();
  await page.getByText(/^1 of \d values are in\.$/).waitFor();

  await page.reload();
  await page.getByText('✓ nothing to report').waitFor();
  await page.getByText(`Nothing to report: ${REASON}`).waitFor();
  expect(await cell.inputValue()).toBe('');
  expect(await cell.getAttribute('placeholder')).toBe('nothing to report');

  await page.getByRole('button', { name: 'Take it back' }).press('Enter');
  await offerOf(visitor, 'Nothing to report …').waitFor();
  await page.getByText(/^0 of \d values are in\.$/).waitFor();

  await mark(visitor);
  await page.getByText('✓ saved').waitFor();
  await cell.fill('2300');
  await cell.press('Enter');
  await page.getByText(`Nothing to report: ${REASON}`).waitFor({ state: 'hidden' });
  await page.getByText('✓ saved').waitFor();
  await page.reload();
  await page.getByText(/^1 of \d values are in\.$/).waitFor();
  expect(await cell.inputValue()).toBe('2,300');
  await visitor.leave();
});

test('what had nothing to report a year before is shown so, and is not the last value', async () => {
  const before = await entering('2017-08');
  await cellOf(before).fill('1900');
  await cellOf(before).press('Enter');
  await before.page.getByText('✓ saved').waitFor();
  await before.page.goto('/enter?month=2017-09');
  await mark(before);
  await before.page.getByText('✓ saved').waitFor();
  await before.page.goto('/enter?month=2017-10');
  const row = before.page.getByRole('row', { name: /^consultations/ });
  await row.getByRole('cell', { name: '1,900' }).waitFor();
  await before.page.goto('/enter?month=2018-09');
  await row.getByRole('cell', { name: 'nothing to report', exact: true }).waitFor();
  await before.leave();
});

test('nothing to report does not take the place of a number that somebody else entered', async () => {
  const first = await entering(BLANK.conflict);
  const second = await entering(BLANK.conflict);
  await cellOf(first).fill('700');
  await cellOf(first).press('Enter');
  await first.page.getByText('✓ saved').waitFor();
  await mark(second);
  await second.page
    .getByText('Emil Rossi has entered 700 in the meantime. You said that there is nothing to report.')
    .waitFor();
  await second.inspect('enter-note-conflict');
  await second.page.getByRole('button', { name: 'Keep theirs' }).click();
  await second.page.getByText('✓ entered').waitFor();
  expect(await cellOf(second).inputValue()).toBe('700');
  await first.leave();
  await second.leave();
});

test('a mark whose answer was lost is saved once', async () => {
  const visitor = await entering(BLANK.lost);
  const { page } = visitor;
  await page.route(
    '**/MarkNothingToReport',
    async (route) => {
      await route.fetch();
      await route.abort('connectionreset');
    },
    { times: 1 },
  );
  await mark(visitor);
  await page.getByText('kept, will be saved').waitFor();
  await page.getByText('✓ saved').waitFor();
  await page.getByText(`Nothing to report: ${REASON}`).waitFor();
  await visitor.leave();
});

test('a reason that is being written outlives a reload, and Escape leaves the month blank', async () => {
  const visitor = await entering(BLANK.draft);
  const { page } = visitor;
  await offerOf(visitor, 'Nothing to report …').click();
  const field = page.getByLabel('Why is there nothing to report?');
  await field.fill(REASON);
  await page.reload();
  await field.waitFor();
  expect(await field.inputValue()).toBe(REASON);
  await page.getByText('not saved yet').waitFor();
  await field.press('Escape');
  await offerOf(visitor, 'Nothing to report …').waitFor();
  await page.getByText(/^0 of \d values are in\.$/).waitFor();
  await visitor.leave();
});

test.for([
  { month: '2016-01', width: 360, dark: false },
  { month: '2016-02', width: 360, dark: true },
  { month: '2016-04', width: 1440, dark: false },
  { month: '2016-05', width: 1440, dark: true },
])('notes are sound at $width px, dark: $dark', async ({ month, width, dark }) => {
  const visitor = await entering(month, { width, dark, locale: 'en-CH' });
  const { page } = visitor;
  await mark(visitor);
  await page.getByText(`Nothing to report: ${REASON}`).waitFor();
  await page
    .getByRole('row', { name: /^donations/ })
    .getByRole('button')
    .click();
  await page.getByLabel('Why is there nothing to report?').fill('The figures come in');
  await visitor.inspect(`enter-note-${width}-${dark ? 'dark' : 'light'}`);
  await visitor.leave();
});
