/**
 * A notice appears above what a person is about to click. The click was aimed at what stood there
 * before, and must not enter, open or discard anything else.
 */
import type { Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { cellOf, setUpMonths } from './month-entry';
import { pressOnceRead, READ_MS, type Visitor } from './visitor';

const { months, entering } = setUpMonths();

const NOTICE = 'You have unfinished entries';
const TYPED_ON = 'What you typed after it was not entered.';
/** Longer than a save takes, in milliseconds. */
const SAVED_MS = 2_000;

/** A person who left "6a" behind in the month, and opens another page. */
async function leavingBehind(month: string, page: string): Promise<Visitor> {
  const visitor = await entering(month);
  await cellOf(visitor).click();
  await visitor.page.keyboard.type('6a');
  await visitor.page.keyboard.press('Tab');
  visitor.page.once('dialog', (dialog) => void dialog.accept());
  await visitor.page.goto(page);
  return visitor;
}

/** Clicks where the element stands now, once the notice has appeared and moved it. */
async function clickWhereItStood(page: Page, element: Locator): Promise<void> {
  await element.waitFor();
  const box = await element.boundingBox();
  await page.getByText(NOTICE).waitFor();
  await page.mouse.click(...centreOf(box));
}

type Box = Awaited<ReturnType<Locator['boundingBox']>>;

function centreOf(box: Box): [x: number, y: number] {
  if (box === null) throw new Error('the element is not visible');
  return [box.x + box.width / 2, box.y + box.height / 2];
}

test('a number typed after a click goes to no other row if a notice has just moved the rows', async () => {
  const visitor = await leavingBehind('2013-08', '/enter?month=2013-07');
  const { page } = visitor;
  await clickWhereItStood(page, cellOf(visitor, 'new members'));
  await page.keyboard.type('33');
  await page.keyboard.press('Enter');
  await page.getByText(TYPED_ON).waitFor();
  await page.waitForTimeout(SAVED_MS);
  expect(await months.numbers('2013-07')).toEqual({});

  // The next click is aimed at what the person sees now.
  await cellOf(visitor, 'new members').click();
  await page.keyboard.type('33');
  await page.keyboard.press('Enter');
  await expect.poll(() => months.numbers('2013-07')).toEqual({ 'new members': 33 });
  await visitor.leave();
});

test('a click on a link does nothing if a notice has just moved the links', async () => {
  const visitor = await leavingBehind('2013-06', '/');
  const { page } = visitor;
  const link = page.getByRole('rowheader').getByRole('link').first();
  await page.getByText(NOTICE).waitFor();
  await page.mouse.click(...centreOf(await link.boundingBox()));
  await page.waitForTimeout(READ_MS);
  expect(new URL(page.url()).pathname).toBe('/');

  await link.click();
  await page.waitForURL(({ pathname }) => pathname !== '/');
  await visitor.leave();
});

test('a click that meets "Discard" right after the notice appeared discards nothing', async () => {
  const visitor = await leavingBehind('2013-05', '/enter?month=2013-04');
  const { page } = visitor;
  const discard = page.getByRole('button', { name: 'Discard' });
  await page.evaluate(() => {
    // A click that was in progress when the notice appeared.
    new MutationObserver((_, observer) => {
      const button = [...document.querySelectorAll('button')].find(
        ({ textContent }) => textContent === 'Discard',
      );
      if (button === undefined) return;
      observer.disconnect();
      requestAnimationFrame(() => button.click());
    }).observe(document.body, { childList: true, subtree: true });
  });
  await discard.waitFor();
  await page.waitForTimeout(READ_MS);
  expect(await page.getByText(NOTICE).count()).toBe(1);
  await pressOnceRead(discard);
  await page.getByText(NOTICE).waitFor({ state: 'hidden' });
  await visitor.leave();
});
