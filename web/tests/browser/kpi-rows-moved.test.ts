/** A form above the values of a KPI opens or closes, and the rows below it move. */
import type { Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { correctionIn, setUpCorrections } from './correction-entry';
import { LAST_YEAR } from './kreis';
import { gate, READ_MS } from './visitor';

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

/** Waits until the last form has closed, faster than a person can see it. */
async function closed(page: Page): Promise<void> {
  await page.waitForFunction(() => document.querySelector('form input') === null);
}

test('a click right after a form has closed opens no other month', async () => {
  const { visitor, page, answer } = await saving('March', (await stored(3)).value + 1);
  const april = correctionIn(page, 'April');
  const aimed = await placeOf(april.opener);
  answer();
  await closed(page);
  await page.mouse.click(...aimed);
  await page.waitForTimeout(READ_MS);
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
  answer();
  await page.getByText(`May ${LAST_YEAR} is saved.`).waitFor();
  // The button has come to a place at which the person aimed at something else.
  await page.mouse.click(...(await placeOf(save)));
  await page.waitForTimeout(READ_MS);
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
  answer();
  await page.getByText(`January ${LAST_YEAR} is saved.`).waitFor();
  await page.mouse.click(...(await placeOf(february.value)));
  await page.keyboard.type('9');
  expect(await february.value.inputValue()).toBe(String(before + 1));

  await page.waitForTimeout(READ_MS);
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
  answer();
  await page.getByText(`September ${LAST_YEAR} is saved.`).waitFor();
  await page.mouse.click(...aimed);
  await august.value.waitFor();
  await visitor.leave();
});

test('a key on a button whose row has just moved counts at once', async () => {
  const { visitor, page, answer } = await saving('October', (await stored(10)).value + 1);
  const november = correctionIn(page, 'November');
  await november.opener.focus();
  answer();
  await page.getByText(`October ${LAST_YEAR} is saved.`).waitFor();
  await page.keyboard.press('Enter');
  await november.value.waitFor();
  await visitor.leave();
});
