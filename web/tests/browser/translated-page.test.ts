/** A browser translates the page: it moves each text into elements of its own. The screen must bear that. */
import { expect, test } from 'vitest';
import { ECONOMIST, LAST_YEAR } from './kreis';
import { cellOf, enter, rowOf, setUpMonths } from './month-entry';
import { pressOnceRead, READ_MS, type Visitor } from './visitor';

const { months, visit, entering } = setUpMonths();

/** Replaces the texts as the translator of Chromium does, now and after each change of the page. */
async function translate({ page }: Visitor): Promise<void> {
  await page.evaluate(() => {
    const replaceTexts = (around: Node) => {
      const found = document.createTreeWalker(around, NodeFilter.SHOW_TEXT);
      const texts: Text[] = [];
      while (found.nextNode()) if (found.currentNode instanceof Text) texts.push(found.currentNode);
      for (const text of texts) {
        const isLeft = text.parentElement?.closest('font, script, style, select, [translate=no]');
        if (isLeft !== null || !/\p{L}/u.test(text.data)) continue;
        const translated = document.createElement('font');
        translated.append(document.createElement('font'));
        translated.firstElementChild?.append(text.data);
        text.replaceWith(translated);
      }
    };
    replaceTexts(document.body);
    new MutationObserver((changes) => {
      for (const { target } of changes) if (target.isConnected) replaceTexts(target);
    }).observe(document.body, { childList: true, characterData: true, subtree: true });
  });
}

test('numbers are entered on a translated page, and its sentences stay true', async () => {
  const month = '2013-02';
  await months.fill('2013-01', { consultations: 700 });
  const visitor = await entering(month);
  const { page } = visitor;
  await translate(visitor);
  await cellOf(visitor).click();
  await page.keyboard.type('690');
  await rowOf(visitor).getByText('not saved yet').waitFor();
  await page.keyboard.press('Enter');
  await rowOf(visitor).getByText('saved', { exact: true }).waitFor();
  await page.getByText('1 of 4 values are in.').waitFor();
  await enter(visitor, '82,5x');
  await page.getByText('“82,5x” is not a number that can be read here.').waitFor();
  await page.getByText('1 please check.').waitFor();
  await page.keyboard.press('Escape');
  await enter(visitor, '82.5');
  await page.getByText('2 of 4 values are in.').waitFor();
  await cellOf(visitor).focus();
  await page.keyboard.press('Delete');
  await page.keyboard.press('Enter');
  await pressOnceRead(page.getByRole('button', { name: 'Take it back' }));
  await page.getByText('1 of 4 values are in.').waitFor();
  expect(await months.numbers(month)).toEqual({ reachability: 82.5 });
  await visitor.leave();
});

test('a value is corrected on a translated page', async () => {
  const { id } = await months.caller.kpiNamed('consultations');
  const visitor = await visit(`/kpis/${id}?year=${LAST_YEAR}`, { as: ECONOMIST, locale: 'en-CH' });
  const { page } = visitor;
  const opener = page.getByRole('button', { name: `Correct March ${LAST_YEAR}` });
  await opener.waitFor();
  await translate(visitor);
  await opener.press('Enter');
  const field = page.getByLabel(`New value for March ${LAST_YEAR}`);
  await field.fill('69');
  await field.press('Enter');
  await page.getByText('Is this right?').waitFor();
  await page.waitForTimeout(READ_MS);
  await field.fill('690');
  await field.press('Enter');
  await page.getByText(`March ${LAST_YEAR} is saved.`).waitFor();
  expect(await page.getByRole('row', { name: /^March/ }).textContent()).toContain('690');
  await opener.press('Enter');
  await page.getByRole('button', { name: 'Cancel' }).click();
  expect(await page.getByText('This cannot be shown').count()).toBe(0);
  await visitor.leave();
});
