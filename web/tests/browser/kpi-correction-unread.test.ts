/**
 * Questions about a correction that have just appeared: presses that were meant for something else do
 * not answer them.
 */
import type { Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { KPI, setUpCorrections, WORDS } from './correction-entry';
import { LAST_YEAR } from './kreis';
import { hasFocus } from './month-entry';
import { READ_MS, stopClock, typeOver } from './visitor';

const { gatekeeper, correcting, stored, correctAsGatekeeper } = setUpCorrections();

/** Answers reach the screen by timers of a few milliseconds, which is far less than the time to read. */
async function onceShown(what: Locator): Promise<void> {
  const step = async () => {
    await what.page().clock.runFor(5);
    return what.isVisible();
  };
  await expect.poll(step).toBe(true);
}

/** Opens the comparison of both versions, at the moment when it appears. */
async function comparing(month: string, number: number) {
  const correction = await correcting(month);
  const { page, value } = correction;
  const seen = (await stored(number)).value;
  await correctAsGatekeeper(number, seen + 2);
  await value.fill(String(seen + 1));
  await stopClock(page);
  await value.press('Enter');
  const both = page.getByRole('alert');
  const mine = both.getByRole('button', { name: 'Save mine' });
  await onceShown(mine);
  return { ...correction, seen, both, mine };
}

/** The page reads the newest version and shows it. */
async function showTheirs(page: Page, theirs: number): Promise<void> {
  await page.evaluate(() => window.dispatchEvent(new Event('visibilitychange')));
  await onceShown(page.getByRole('alert').getByText(String(theirs), { exact: true }));
}

test('mine does not take the place of another version of theirs that has only just come', async () => {
  const { visitor, page, seen, mine } = await comparing('March', 3);
  await page.clock.runFor(READ_MS);
  await correctAsGatekeeper(3, seen + 3);
  await showTheirs(page, seen + 3);
  await mine.click();
  await page.clock.runFor(20);
  expect(await mine.isVisible()).toBe(true);
  expect((await stored(3)).value).toBe(seen + 3);
  await page.clock.runFor(READ_MS);
  await mine.click();
  await page.getByRole('status').getByText(WORDS['en-GB'].saved('March')).waitFor();
  expect((await stored(3)).value).toBe(seen + 1);
  await visitor.leave();
});

test('what was typed does not give way to theirs before both could be read', async () => {
  const { visitor, page, value, seen, both } = await comparing('April', 4);
  const theirs = both.getByRole('button', { name: 'Keep theirs' });
  await theirs.click();
  expect(await value.inputValue()).toBe(String(seen + 1));
  // The focus stays in the field.
  expect(await hasFocus(value)).toBe(true);
  await theirs.press('Enter');
  expect(await value.inputValue()).toBe(String(seen + 1));
  await page.clock.runFor(READ_MS);
  await theirs.press('Enter');
  await value.waitFor({ state: 'hidden' });
  expect((await stored(4)).value).toBe(seen + 2);
  await visitor.leave();
});

test('a value is not taken back by a press that comes before the question could be read', async () => {
  const { visitor, page } = await correcting('May');
  const seen = (await stored(5)).value;
  await stopClock(page);
  await page.getByRole('button', { name: 'Take back …' }).click();
  const takeBack = page.getByRole('button', { name: 'Take it back' });
  await takeBack.click();
  await page.clock.runFor(20);
  expect(await takeBack.isEnabled()).toBe(true);
  expect((await stored(5)).value).toBe(seen);
  await page.clock.runFor(READ_MS);
  await takeBack.click();
  await page.getByRole('status').getByText(`May ${LAST_YEAR} is blank again.`).waitFor();
  expect(await gatekeeper.valueFor(KPI, { year: LAST_YEAR, month: 5 })).toBeUndefined();
  await visitor.leave();
});

test('what was typed is not discarded by a press that comes before the question could be read', async () => {
  const { visitor, page, value } = await correcting('June');
  await value.fill('49');
  await stopClock(page);
  await page.getByRole('button', { name: 'Cancel' }).click();
  const discard = page.getByRole('button', { name: 'Discard' });
  await discard.click();
  expect(await value.inputValue()).toBe('49');
  // Enter does not answer the question with no either.
  await page.keyboard.press('Enter');
  await page.getByText(WORDS['en-GB'].giveUp('June')).waitFor();
  await page.clock.runFor(READ_MS);
  await discard.click();
  await value.waitFor({ state: 'hidden' });
  await visitor.leave();
});

test('a number is not chosen by a press that comes before both could be read', async () => {
  const { visitor, page, value } = await correcting('July');
  await page.getByRole('button', { name: 'Emil Rossi' }).click();
  await page.getByLabel('Numbers').selectOption('german');
  await page.keyboard.press('Escape');
  await typeOver(value, '1.234');
  await page.getByRole('button', { name: 'Emil Rossi' }).click();
  await page.getByLabel('Numbers').selectOption('english');
  await page.keyboard.press('Escape');
  await stopClock(page);
  await value.press('Enter');
  await page.getByText('This can be read in two ways.').waitFor();
  const choice = page.getByRole('button', { name: '1,234', exact: true });
  await choice.click();
  expect(await value.inputValue()).toBe('1.234');
  await page.clock.runFor(READ_MS);
  await choice.click();
  expect(await value.inputValue()).toBe('1,234');
  await visitor.leave();
});
