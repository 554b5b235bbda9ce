/** A tab that is too busy to answer the other tabs still owns what was typed there. */
import { expect, test } from 'vitest';
import { cellOf, rowOf, setUpMonths } from './month-entry';
import { READ_MS } from './visitor';

const { months, entering } = setUpMonths();

/** Longer than the delay before a screen offers drafts of other tabs. */
const OFFERED_MS = 2_500;

test('what a frozen tab has not saved is not offered elsewhere until that tab is closed', async () => {
  const month = '2006-01';
  const visitor = await entering(month);
  const { page } = visitor;
  await page.route('**/RecordKpiValue', (route) => route.abort('connectionrefused'));
  await cellOf(visitor).click();
  await page.keyboard.type('697');
  await page.keyboard.press('Enter');
  await rowOf(visitor).getByText('kept, will be saved').waitFor();
  const tab = await visitor.openTab('/');
  await tab.page.getByRole('heading', { name: 'Overview' }).waitFor();
  await tab.page.waitForTimeout(OFFERED_MS);
  // The first tab is frozen, as the browser does in the background.
  const frozen = page.evaluate(() => {
    const until = performance.now() + 4_000;
    while (performance.now() < until);
  });
  await tab.page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await tab.page.waitForTimeout(OFFERED_MS);
  expect(await tab.page.getByText('You have unfinished entries').count()).toBe(0);
  await frozen;
  await page.unroute('**/RecordKpiValue');
  await rowOf(visitor).getByText('✓ saved').waitFor();
  expect(await months.numbers(month)).toEqual({ consultations: 697 });

  await page.waitForTimeout(READ_MS);
  await cellOf(visitor, 'donations').click();
  await page.keyboard.type('104');
  await page.close();
  const offer = tab.page.getByText('You have unfinished entries for January 2006: donations.');
  // The browser may need a moment until the closed tab is gone.
  await expect
    .poll(async () => {
      await tab.page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
      return offer.isVisible();
    })
    .toBe(true);
  await visitor.leave();
});
