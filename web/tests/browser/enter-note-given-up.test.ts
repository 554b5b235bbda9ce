/** Escape and “Cancel” in a comment or a reason ask before they discard a text. */
import { expect, test } from 'vitest';
import { cellOf, hasFocus, inBothLanguages, rowOf, setUpMonths } from './month-entry';
import { pressOnceRead, READ_MS } from './visitor';

const { entering } = setUpMonths();

const ENGLISH = {
  locale: 'en-CH',
  question: 'Discard what you wrote here?',
  discard: 'Discard',
  goOn: 'Keep writing',
  cancel: 'Cancel',
};
const GERMAN: typeof ENGLISH = {
  locale: 'de-CH',
  question: 'Verwerfen, was Sie hier geschrieben haben?',
  discard: 'Verwerfen',
  goOn: 'Weiterschreiben',
  cancel: 'Abbrechen',
};

test.for(inBothLanguages(ENGLISH, GERMAN))(
  'a reason is discarded only after a question, in $words.locale',
  async ({ words, year }) => {
    const visitor = await entering(`${year}-03`, { locale: words.locale });
    const { page } = visitor;
    const question = page.getByText(words.question);
    const field = page.locator('textarea');
    await rowOf(visitor).getByRole('button').click();
    await page.keyboard.type('Closed');
    await page.keyboard.press('Escape');
    await question.waitFor();
    // The person goes on writing.
    expect(await hasFocus(field)).toBe(true);
    await page.keyboard.type('.');
    await question.waitFor({ state: 'hidden' });
    expect(await field.inputValue()).toBe('Closed.');

    await page.keyboard.press('Escape');
    await question.waitFor();
    await page.keyboard.press('Escape');
    await question.waitFor({ state: 'hidden' });

    await page.getByRole('button', { name: words.cancel }).click();
    await pressOnceRead(page.getByRole('button', { name: words.goOn }));
    await question.waitFor({ state: 'hidden' });
    expect(await hasFocus(field)).toBe(true);

    await page.keyboard.press('Escape');
    await question.waitFor();
    await page.waitForTimeout(READ_MS);
    await page.keyboard.press('Tab');
    expect(await visitor.focused()).toBe(words.discard);
    await page.keyboard.press('Enter');
    await field.waitFor({ state: 'hidden' });
    expect(await hasFocus(cellOf(visitor))).toBe(true);
    await visitor.leave();
  },
);

test('a reason without a text is closed at once', async () => {
  const visitor = await entering('2015-04');
  const { page } = visitor;
  await rowOf(visitor).getByRole('button').click();
  await page.keyboard.press('Escape');
  await page.locator('textarea').waitFor({ state: 'hidden' });
  expect(await hasFocus(cellOf(visitor))).toBe(true);
  await visitor.leave();
});
