/** A duplicated tab: both tabs have the drafts of the first, and each value is saved once. */
import type { Locator, Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { type Caller, callerOf } from './caller';
import { ECONOMIST, GATEKEEPER } from './kreis';
import { countWrites } from './months';
import { setUp } from './set-up';
import { loseAnswer, pressOnceRead, READ_MS } from './visitor';

/** Longer than the delay before a screen offers drafts of other tabs. */
const OFFERED_MS = 2_500;

const { kreis, visit } = setUp();
let gatekeeper: Caller;

beforeAll(async () => {
  gatekeeper = await callerOf(kreis.url, GATEKEEPER);
});

/** A page of the same origin without the client: the tab keeps its session storage. */
const PLAIN = '/manifest.webmanifest';

async function entering(month: number) {
  const visitor = await visit(`/enter?month=2016-0${month}`, { as: ECONOMIST });
  await cellIn(visitor.page).waitFor();
  await visitor.page.waitForTimeout(READ_MS);
  return { visitor, page: visitor.page, month: { year: 2016, month } };
}

function cellIn(page: Page): Locator {
  return page.getByRole('textbox', { name: 'consultations' });
}

/** Duplicates a tab like the browser, with a copy of the session storage. */
async function duplicate(page: Page): Promise<Page> {
  const opened = page.waitForEvent('popup');
  await page.evaluate(() => void window.open(location.href));
  const copy = await opened;
  await cellIn(copy).waitFor();
  await copy.waitForTimeout(READ_MS);
  return copy;
}

/** Sends the calls of this tab, but loses their answers. */
async function loseAnswers(page: Page): Promise<void> {
  await page.route('**/RecordKpiValue', loseAnswer);
}

test('a duplicated tab shows and sends nothing of the first, and each keeps its own', async () => {
  const { visitor, page, month } = await entering(1);
  // After a reload, the id of the tab has been in the session storage.
  await page.reload();
  await cellIn(page).click();
  await cellIn(page).fill('64');
  const copy = await duplicate(page);
  await copy.waitForTimeout(OFFERED_MS);
  expect(await cellIn(copy).inputValue()).toBe('');
  expect(await copy.getByText('unfinished entries').count()).toBe(0);
  await cellIn(copy).fill('650');
  for (const tab of [page, copy]) await tab.reload();
  await expect.poll(() => cellIn(page).inputValue()).toBe('64');
  await expect.poll(() => cellIn(copy).inputValue()).toBe('650');

  await cellIn(copy).press('Enter');
  await copy.getByText('✓ saved').waitFor();
  await cellIn(page).press('Enter');
  await page.getByText('Emil Rossi has entered 650 in the meantime. You entered 64.').waitFor();
  expect(await gatekeeper.changesOf('consultations', month)).toEqual(['Emil Rossi 650']);
  await visitor.leave();
});

test('a number without an answer is not sent by the duplicate, and offered there once the first is gone', async () => {
  const { visitor, page, month } = await entering(2);
  await loseAnswers(page);
  await cellIn(page).fill('640');
  await cellIn(page).press('Enter');
  await page.getByText('kept, will be saved').waitFor();
  const copy = await duplicate(page);
  const writes = countWrites(copy);
  await copy.waitForTimeout(OFFERED_MS);
  expect(writes()).toBe(0);
  expect(await copy.getByText('unfinished entries').count()).toBe(0);
  await page.close();
  await copy.reload();
  await pressOnceRead(copy.getByRole('button', { name: 'Continue' }), 'Enter');
  await copy.getByText('not saved yet', { exact: true }).waitFor();
  await cellIn(copy).press('Enter');
  await copy.getByText('✓ saved').waitFor();
  expect(await gatekeeper.changesOf('consultations', month)).toEqual(['Emil Rossi 640']);
  await visitor.leave();
});

test('two tabs with the same drafts, one with a call in progress, save each number once', async () => {
  const { visitor, page, month } = await entering(3);
  await loseAnswers(page);
  await cellIn(page).fill('640');
  await cellIn(page).press('Enter');
  await page.getByText('kept, will be saved').waitFor();
  await page.getByRole('textbox', { name: 'donations' }).fill('104000');
  // While the client is away, the copy gets the same tab id as the first.
  await page.goto(PLAIN);
  const stored = await page.evaluate(() => Object.entries(sessionStorage));
  expect(stored.map(([key]) => key)).toContain('kreis.tab');
  const copy = (await visitor.openTab(PLAIN)).page;
  await copy.evaluate((entries) => {
    for (const [key, value] of entries) sessionStorage.setItem(key, value);
  }, stored);
  await page.unroute('**/RecordKpiValue');
  await Promise.all([page, copy].map((tab) => tab.goto('/enter?month=2016-03')));
  for (const tab of [page, copy]) {
    // The later tab may find the value already saved.
    await tab.getByText(/^✓ (saved|entered)$/).waitFor();
    expect(await cellIn(tab).inputValue()).toBe('640');
    expect(await tab.getByRole('textbox', { name: 'donations' }).inputValue()).toBe('104000');
  }
  expect(await gatekeeper.changesOf('consultations', month)).toEqual(['Emil Rossi 640']);

  await page.getByRole('textbox', { name: 'donations' }).press('Enter');
  await page
    .getByRole('row', { name: /^donations/ })
    .getByText('✓ saved')
    .waitFor();
  await copy.getByRole('textbox', { name: 'donations' }).press('Enter');
  await copy
    .getByRole('row', { name: /^donations/ })
    .getByText('✓ entered')
    .waitFor();
  expect(await gatekeeper.changesOf('donations', month)).toEqual(['Emil Rossi 104000']);
  await visitor.leave();
});
