/**
 * The page is busy at the moment of a question: keys and clicks wait, and the page paints late. What a
 * person pressed before the question was on the screen does not answer it.
 */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { FastInput } from './fast-input';
import { ECONOMIST, LAST_YEAR } from './kreis';
import { cellOf, comeBack, inBothLanguages, setUpMonths } from './month-entry';
import { READ_MS } from './visitor';

const { months, entering, havingSaved, visit } = setUpMonths();

const KPI = 'consultations';
/** Longer than the time to read a question. */
const BUSY_MS = 900;

const LANGUAGES = inBothLanguages(
  { locale: 'en-CH', right: 'It is right', takeBack: 'Take it back' },
  { locale: 'de-CH', right: 'Es stimmt', takeBack: 'Zurückziehen' },
);

/** The page will be busy as soon as a button, a line or a field has this text. */
async function beBusyAt(page: Page, text: string): Promise<{ began: Promise<void> }> {
  let begin = () => {};
  const began = new Promise<void>((resolve) => {
    begin = resolve;
  });
  await page.exposeFunction('tellBusy', () => begin());
  await page.evaluate(
    ([wanted, ms]) => {
      const observer = new MutationObserver(() => {
        const shown = [...document.querySelectorAll('input, button, td')].some(
          (element) => (element instanceof HTMLInputElement ? element.value : element.textContent) === wanted,
        );
        if (!shown) return;
        observer.disconnect();
        (window as unknown as { tellBusy: () => void }).tellBusy();
        const until = performance.now() + ms;
        while (performance.now() < until);
      });
      observer.observe(document.body, { childList: true, subtree: true, attributes: true });
    },
    [text, BUSY_MS] as const,
  );
  return { began };
}

/** Long enough for the keys that waited to take effect. */
async function settle(page: Page): Promise<void> {
  await page.waitForTimeout(BUSY_MS + READ_MS);
}

test.for(LANGUAGES)(
  'a second Enter does not confirm an unusual number that was painted after it: $words.locale',
  async ({ words: { locale, right }, year }) => {
    for (let month = 1; month <= 6; month += 1)
      await months.fill(`${year}-0${month}`, { consultations: 680 + month });
    const month = `${year}-07`;
    const visitor = await entering(month, { locale });
    const { page } = visitor;
    const fast = await FastInput.of(page);
    await cellOf(visitor).click();
    await fast.type('69700');
    await beBusyAt(page, right);
    await fast.press('Enter', 'Enter');
    await settle(page);
    await page.getByRole('button', { name: right }).waitFor();
    expect(await months.numbers(month)).toEqual({});
    // The person has read it. Enter leads to the answer, and gives it.
    await page.keyboard.press('Enter');
    await page.waitForTimeout(READ_MS);
    await page.keyboard.press('Enter');
    await expect.poll(() => months.numbers(month)).toEqual({ consultations: 69700 });
    await visitor.leave();
  },
);

test.for(LANGUAGES)(
  'a second Enter does not take a value back before the question was painted: $words.locale',
  async ({ words: { locale, takeBack }, year }) => {
    const month = `${year}-09`;
    await months.fill(month, { consultations: 690 });
    const visitor = await entering(month, { locale });
    const { page } = visitor;
    const fast = await FastInput.of(page);
    await cellOf(visitor).click();
    await beBusyAt(page, takeBack);
    await fast.press('Delete', 'Enter', 'Enter');
    await settle(page);
    await page.getByRole('button', { name: takeBack }).waitFor();
    expect(await months.numbers(month)).toEqual({ consultations: 690 });
    await visitor.leave();
  },
);

test('a second Enter does not confirm an unusual correction that was painted after it', async () => {
  const { id } = await months.caller.kpiNamed(KPI);
  const stored = async () => (await months.numbers(`${LAST_YEAR}-01`))[KPI] ?? Number.NaN;
  const before = await stored();
  const visitor = await visit(`/kpis/${id}?year=${LAST_YEAR}`, { as: ECONOMIST, locale: 'en-CH' });
  const { page } = visitor;
  await page.getByRole('button', { name: `Correct January ${LAST_YEAR}` }).press('Enter');
  const fast = await FastInput.of(page);
  await page.getByLabel(`New value for January ${LAST_YEAR}`).fill(String(before * 10));
  await beBusyAt(page, 'It is right');
  await fast.press('Enter', 'Enter');
  await settle(page);
  await page.getByRole('button', { name: 'It is right' }).waitFor();
  expect(await stored()).toBe(before);
  await page.keyboard.press('Enter');
  await expect.poll(stored).toBe(before * 10);
  await visitor.leave();
});

test('a number that was typed before the number of another person was painted does not replace it', async () => {
  const month = '2013-01';
  const visitor = await havingSaved(month);
  const { page } = visitor;
  await cellOf(visitor).focus();
  await months.fill(month, { consultations: 700 });
  const fast = await FastInput.of(page);
  const busy = await beBusyAt(page, '700');
  await comeBack(page);
  await busy.began;
  await fast.press('6', '4', '0', 'Enter');
  await page.getByText('What you typed after it was not entered.').waitFor();
  expect(await cellOf(visitor).inputValue()).toBe('700');
  expect((await months.numbers(month)).consultations).toBe(700);
  await visitor.leave();
});

test('a click on Apply does not apply a line that was painted after it', async () => {
  const month = '2013-02';
  await months.fill(month, { 'new members': 30 });
  const visitor = await havingSaved(month);
  const { page } = visitor;
  await visitor.paste(cellOf(visitor), '640\r\n46\r\n104000\r\n31\r\n');
  const apply = page
    .getByRole('dialog', { name: 'Check before pasting' })
    .getByRole('button', { name: 'Apply' });
  await apply.waitFor();
  await page.waitForTimeout(READ_MS);
  await months.fill(month, { consultations: 700 });
  const box = await apply.boundingBox();
  const fast = await FastInput.of(page);
  const busy = await beBusyAt(page, '700');
  await comeBack(page);
  await busy.began;
  await fast.click((box?.x ?? 0) + 5, (box?.y ?? 0) + 5);
  await settle(page);
  expect((await months.numbers(month)).consultations).toBe(700);
  await apply.click();
  await expect.poll(async () => (await months.numbers(month)).consultations).toBe(640);
  await visitor.leave();
});
