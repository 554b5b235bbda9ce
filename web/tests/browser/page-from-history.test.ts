/**
 * A page that comes back from the history of its tab, as it was left. The browser of the tests keeps no
 * pages, so the tests send its events.
 */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { cellOf, monthAddress, rowOf, setUpMonths } from './month-entry';
import { READ_MS, type Visitor } from './visitor';

const { months, entering } = setUpMonths();

async function send(page: Page, kind: 'pagehide' | 'pageshow'): Promise<void> {
  await page.evaluate((type) => {
    window.dispatchEvent(new PageTransitionEvent(type, { persisted: true }));
  }, kind);
}

/** Leaves a page to the history, and opens the same month in the same tab. */
async function openLater(visitor: Visitor, month: string): Promise<Visitor> {
  const { page } = visitor;
  await send(page, 'pagehide');
  const id = await page.evaluate(() => sessionStorage.getItem('kreis.tab') ?? '');
  const later = await visitor.openTab('/');
  // The page at this address is not the one that was left.
  await later.page.evaluate((tab) => {
    window.addEventListener('pagehide', () => sessionStorage.setItem('kreis.tab', tab));
  }, id);
  await later.page.goto(monthAddress(month));
  await cellOf(later).waitFor();
  await later.page.waitForTimeout(READ_MS);
  return later;
}

test('what was typed on a later page of the tab is there when the person goes back', async () => {
  const month = '2013-02';
  const visitor = await entering(month);
  const later = await openLater(visitor, month);
  await cellOf(later).click();
  await later.page.keyboard.type('64');
  await later.page.close();
  await send(visitor.page, 'pageshow');
  await rowOf(visitor).getByText('not saved yet').waitFor();
  expect(await cellOf(visitor).inputValue()).toBe('64');
  await cellOf(visitor).press('Enter');
  await expect.poll(() => months.numbers(month)).toEqual({ consultations: 64 });
  await visitor.leave();
});

test('what was saved on a later page of the tab is there when the person goes back', async () => {
  const month = '2011-04';
  const visitor = await entering(month);
  const later = await openLater(visitor, month);
  await cellOf(later).fill('640');
  await cellOf(later).press('Enter');
  await rowOf(later).getByText('✓ saved').waitFor();
  await later.page.close();
  await send(visitor.page, 'pageshow');
  await expect.poll(() => cellOf(visitor).inputValue()).toBe('640');
  await visitor.page.getByText(/^1 of \d values are in\.$/).waitFor();
  await visitor.leave();
});
