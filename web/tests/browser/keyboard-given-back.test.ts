/**
 * A dialogue gives the keyboard back to a field with unfinished input. Presses that were meant for the
 * dialogue finish nothing there.
 */
import type { Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { ECONOMIST, LAST_YEAR, PASSWORD } from './kreis';
import { cellOf, hasFocus, rowOf, setUpMonths } from './month-entry';
import { gate, READ_MS, type Visitor } from './visitor';

const { kreis, months, entering, visit } = setUpMonths();
const KPI = 'consultations';

async function stored(month: string): Promise<number | undefined> {
  return (await months.numbers(month))[KPI];
}

/** Signs in again in the dialogue, by keys, and presses on without patience. */
async function signInHastily({ page, words }: Visitor): Promise<void> {
  const dialogue = page.getByRole('dialog', { name: 'Your session has ended' });
  await dialogue.waitFor();
  await page.waitForTimeout(READ_MS);
  await page.keyboard.type(PASSWORD);
  const button = await dialogue.getByRole('button', { name: words.signIn, exact: true }).boundingBox();
  await page.keyboard.press('Enter');
  await dialogue.waitFor({ state: 'hidden' });
  for (const key of ['Enter', 'Enter', 'Tab', 'ArrowDown']) await page.keyboard.press(key);
  await page.mouse.click((button?.x ?? 0) + 5, (button?.y ?? 0) + 5);
}

/** The keyboard is in the field, which contains unfinished text, and nothing has happened to it. */
async function isUnfinished(page: Page, field: Locator, text: string): Promise<void> {
  await page.waitForTimeout(READ_MS);
  expect(await field.inputValue()).toBe(text);
  expect(await hasFocus(field)).toBe(true);
}

test('an Enter too many in the sign-in saves no half-typed number of the grid', async () => {
  const visitor = await visit('/enter?month=2012-04', { locale: 'en-CH' });
  const authorization = await visitor.authorizationOf(() => visitor.signIn(ECONOMIST));
  const { page } = visitor;
  const reachability = cellOf(visitor, 'reachability');
  await reachability.waitFor();
  await kreis.endSession(authorization);
  await cellOf(visitor).click();
  await page.keyboard.type('690');
  await page.keyboard.press('Enter');
  await page.keyboard.type('82');
  await signInHastily(visitor);
  await isUnfinished(page, reachability, '82');
  expect(await months.numbers('2012-04')).toEqual({ consultations: 690 });
  // An Enter after a digit is meant for the number, however soon it comes.
  await page.keyboard.type('.5');
  await page.keyboard.press('Enter');
  await expect.poll(() => months.numbers('2012-04')).toEqual({ consultations: 690, reachability: 82.5 });
  await visitor.leave();
});

/** Opens a correction on the page of a KPI. Returns also a function that ends the session. */
async function correcting(month: string) {
  const { id } = await months.caller.kpiNamed(KPI);
  const visitor = await visit(`/kpis/${id}?year=${LAST_YEAR}`, { locale: 'en-CH' });
  const authorization = await visitor.authorizationOf(() => visitor.signIn(ECONOMIST));
  const { page } = visitor;
  await page.getByRole('button', { name: `Correct ${month} ${LAST_YEAR}` }).press('Enter');
  const field = page.getByLabel(`New value for ${month} ${LAST_YEAR}`);
  await field.waitFor();
  return { visitor, page, field, end: () => kreis.endSession(authorization) };
}

test('an Enter too many in the sign-in saves no half-typed correction', async () => {
  const { visitor, page, field, end } = await correcting('July');
  const month = `${LAST_YEAR}-07`;
  const before = (await stored(month)) ?? 0;
  const [part, last] = [String(before + 2).slice(0, -1), String(before + 2).slice(-1)];
  await end();
  // Another call reveals that the session has ended, after the person has begun to type.
  const typed = gate();
  await page.route('**/ListChanges', async (route) => {
    await typed.passed;
    await route.continue();
  });
  await page.getByRole('button', { name: 'Show more' }).click();
  await field.focus();
  await page.keyboard.type(part);
  typed.open();
  await signInHastily(visitor);
  await isUnfinished(page, field, part);
  expect(await stored(month)).toBe(before);
  await page.keyboard.type(last);
  await page.keyboard.press('Enter');
  await expect.poll(() => stored(month)).toBe(before + 2);
  await visitor.leave();
});

test('an Enter too many at “Keep writing” saves no half-typed correction', async () => {
  const { visitor, page, field } = await correcting('August');
  const month = `${LAST_YEAR}-08`;
  const before = (await stored(month)) ?? 0;
  await page.keyboard.type(String(before + 2));
  await page.keyboard.press('Escape');
  await page.getByText('Discard what you typed').waitFor();
  await page.waitForTimeout(READ_MS);
  for (const key of ['Enter', 'Enter']) await page.keyboard.press(key);
  await isUnfinished(page, field, String(before + 2));
  expect(await stored(month)).toBe(before);
  await visitor.leave();
});

test('an Enter after Escape in the preview of a paste enters no half-typed number', async () => {
  const visitor = await entering('2012-06');
  const { page } = visitor;
  const cell = cellOf(visitor);
  await cell.click();
  await page.keyboard.type('69');
  await visitor.paste(cell, 'KPI\t2012\ndonations\t104000\nreachability\tn/a');
  await page.getByRole('dialog', { name: 'Check before pasting' }).waitFor();
  for (const key of ['Escape', 'Enter', 'Tab']) await page.keyboard.press(key);
  await isUnfinished(page, cell, '69');
  expect(await months.numbers('2012-06')).toEqual({});
  await page.keyboard.type('0');
  await page.keyboard.press('Enter');
  await rowOf(visitor).getByText('✓ saved').waitFor();
  expect(await months.numbers('2012-06')).toEqual({ consultations: 690 });
  await visitor.leave();
});
