/** A form above the values of a KPI opens or closes, and the rows below it move. */
import type { Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { correctionIn, setUpCorrections } from './correction-entry';
import { gate, READ_MS, stopClock } from './visitor';

const { correcting, stored } = setUpCorrections();

/** Opens a form and saves it, up to the answer of the server. */
async function saving(month: string, number: number) {
  const opened = await correcting(month);
  const { page, value } = opened;
  const { passed, open } = gate();
  await page.route('**/CorrectKpiValue', async (route) => {
    await passed;
    await route.continue();
  });
  await page.waitForTimeout(READ_MS);
  await value.fill(String(number));
  await value.press('Enter');
  return { ...opened, answer: open };
}

/** The place of an element on the screen. */
async function placeOf(element: Locator): Promise<[x: number, y: number]> {
  await element.scrollIntoViewIfNeeded();
  const box = await element.boundingBox();
  if (box === null) throw new Error('the element is not visible');
  return [box.x + box.width / 2, box.y + box.height / 2];
}

/** Lets the answer come, and stops the clock when its form has closed: a busy machine is no slow person. */
async function close(page: Page, answer: () => void): Promise<void> {
  const forms = page.locator('form');
  const before = await forms.count();
  await stopClock(page);
  answer();
  await expect
    .poll(async () => {
      await page.clock.runFor(1);
      return forms.count();
    })
    .toBe(before - 1);
}

/** The person reads what the screen shows now. */
async function read({ clock }: Page): Promise<void> {
  await clock.runFor(READ_MS);
  await clock.resume();
}

test('a click right after a form has closed opens no other month', async () => {
  const { visitor, page, answer } = await saving('March', (await stored(3)).value + 1);
  const april = correctionIn(page, 'April');
  const aimed = await placeOf(april.opener);
  await close(page, answer);
  await page.mouse.click(...aimed);
  await read(page);
  expect(await page.getByLabel('New value for').count()).toBe(0);

  // The next click is aimed at what the person sees now.
  await april.opener.click();
  await april.value.waitFor();
  await visitor.leave();
});

test('a click right after a form has closed saves nothing in a form below it', async () => {
  const { visitor, page, answer } = await saving('May', (await stored(5)).value + 1);
  const june = correctionIn(page, 'June');
  const before = (await stored(6)).value;
  await june.opener.click();
  await june.value.fill(String(before + 1));
  const save = page.getByRole('button', { name: 'Save' }).last();
  await close(page, answer);
  // The button has come to a place at which the person aimed at something else.
  await page.mouse.click(...(await placeOf(save)));
  await read(page);
  expect((await stored(6)).value).toBe(before);
  await save.click();
  await expect.poll(async () => (await stored(6)).value).toBe(before + 1);
  await visitor.leave();
});

test('a number typed after a click goes into no form that has just come there', async () => {
  const { visitor, page, answer } = await saving('January', (await stored(1)).value + 1);
  const february = correctionIn(page, 'February');
  const before = (await stored(2)).value;
  await february.opener.click();
  await february.value.fill(String(before + 1));
  await close(page, answer);
  await page.mouse.click(...(await placeOf(february.value)));
  await page.keyboard.type('9');
  expect(await february.value.inputValue()).toBe(String(before + 1));

  await read(page);
  await february.value.click();
  await page.keyboard.type('9');
  expect(await february.value.inputValue()).not.toBe(String(before + 1));
  page.once('dialog', (dialog) => void dialog.accept());
  await visitor.leave();
});

test('a click on a row that has not moved counts at once', async () => {
  const { visitor, page, answer } = await saving('September', (await stored(9)).value + 1);
  const august = correctionIn(page, 'August');
  const aimed = await placeOf(august.opener);
  await close(page, answer);
  await page.mouse.click(...aimed);
  await august.value.waitFor();
  await visitor.leave();
});

test('a key on a button whose row has just moved counts at once', async () => {
  const { visitor, page, answer } = await saving('October', (await stored(10)).value + 1);
  const november = correctionIn(page, 'November');
  await november.opener.focus();
  await close(page, answer);
  await page.keyboard.press('Enter');
  await november.value.waitFor();
  await visitor.leave();
});
