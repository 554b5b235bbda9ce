/**
 * A person copies numbers from paper and keeps typing after Enter, although the client has asked a
 * question.
 */
import { expect, test } from 'vitest';
import { copy } from './clipboard';
import { LAST_YEAR } from './kreis';
import { cellOf, hasFocus, inBothLanguages, rowOf, setUpMonths } from './month-entry';
import { countWrites } from './months';
import { READ_MS, type Visitor } from './visitor';

const { kreis, months, entering } = setUpMonths();

const MONTH = `${LAST_YEAR}-10`;
/** The time to find the next line on paper, in milliseconds. */
const LINE_MS = 1_500;

const ENGLISH = {
  locale: 'en-CH',
  check: 'please check',
  number: 88.1,
  typedOn: 'What you typed after it was not entered.',
  saved: '✓ saved',
};
const GERMAN: typeof ENGLISH = {
  locale: 'de-CH',
  check: 'bitte prüfen',
  number: 87.9,
  typedOn: 'Was Sie danach getippt haben, wurde nicht eingetragen.',
  saved: '✓ gespeichert',
};
const LANGUAGES = inBothLanguages(ENGLISH, GERMAN);

test.for(LANGUAGES)(
  'the next number goes into no cell that asks, however late it comes, in $words.locale',
  async ({ words }) => {
    const before = await months.numbers(MONTH);
    const visitor = await entering(MONTH, { locale: words.locale });
    const { page } = visitor;
    const cell = cellOf(visitor, 'reachability');
    const writes = countWrites(page);
    await cell.focus();
    // The digits 8 and 8 would make a usual 88; 88.1 is a usual number too.
    for (const [pause, next] of [
      [0, '8'],
      [LINE_MS, '88.1'],
    ] as const) {
      await page.keyboard.type('8');
      await page.keyboard.press('Enter');
      await rowOf(visitor, 'reachability').getByText(words.check).waitFor();
      await page.waitForTimeout(pause);
      await page.keyboard.type(next, { delay: 50 });
      await page.getByText(words.typedOn).waitFor();
      // After a pause, Enter and Backspace: none of them is an answer.
      await page.waitForTimeout(READ_MS + 150);
      await page.keyboard.press('Enter');
      await page.keyboard.press('Backspace');
      await page.waitForTimeout(READ_MS + 150);
      await page.keyboard.press('Enter');
      await page.waitForTimeout(READ_MS);
      expect(await cell.inputValue()).toBe('8');
      expect(await hasFocus(cell)).toBe(true);
      expect(writes()).toBe(0);
      expect(await months.numbers(MONTH)).toEqual(before);
      await page.keyboard.press('Escape');
      await page.getByText(words.typedOn).waitFor({ state: 'hidden' });
    }

    await page.keyboard.type(String(words.number));
    await page.keyboard.press('Enter');
    await rowOf(visitor, 'reachability').getByText(words.saved).waitFor();
    expect((await months.numbers(MONTH)).reachability).toBe(words.number);
    await visitor.leave();
  },
);

test('a number that looks wrong can be typed anew at once', async () => {
  const visitor = await entering(MONTH);
  const { page } = visitor;
  const cell = cellOf(visitor, 'reachability');
  await cell.focus();
  for (const anew of [['Backspace'], ['Home', 'Control+a']]) {
    await page.keyboard.type('8');
    await page.keyboard.press('Enter');
    await rowOf(visitor, 'reachability').getByText('please check').waitFor();
    for (const key of anew) await page.keyboard.press(key);
    await page.keyboard.type('87');
    expect(await cell.inputValue()).toBe('87');
    await page.keyboard.press('Escape');
  }
  await visitor.leave();
});

test.for(LANGUAGES)(
  'what an input method writes goes into no cell that asks, in $words.locale',
  async ({ words }) => {
    const visitor = await entering(MONTH, { locale: words.locale, touch: true });
    const { page } = visitor;
    const cell = cellOf(visitor, 'reachability');
    const row = rowOf(visitor, 'reachability');
    const method = await inputMethodOf(visitor);
    const writes = countWrites(page);
    await cell.focus();
    await method.compose('8');
    await method.end('8');
    expect(await cell.inputValue()).toBe('8');
    await page.keyboard.press('Enter');
    await row.getByText(words.check).waitFor();
    for (const text of ['8', '87', '87.9']) {
      await method.compose(text);
      expect(await cell.inputValue()).toBe('8');
    }
    await method.end('87.9');
    await page.getByText(words.typedOn).waitFor();
    expect(await cell.inputValue()).toBe('8');
    // The Enter after it is no answer either.
    await page.waitForTimeout(READ_MS);
    await page.keyboard.press('Enter');
    await page.waitForTimeout(READ_MS);
    expect(await cell.inputValue()).toBe('8');
    await row.getByText(words.check).waitFor();
    expect(writes()).toBe(0);

    // A tap on the cell shows that the cell is meant.
    await cell.tap();
    await page.getByText(words.typedOn).waitFor({ state: 'hidden' });
    await cell.selectText();
    await method.compose('87');
    await method.end('87');
    expect(await cell.inputValue()).toBe('87');
    await page.keyboard.press('Escape');
    await visitor.leave();
  },
);

/** Types like the keyboard of a touch screen: each composed text replaces the one before. */
async function inputMethodOf({ context, page }: Visitor) {
  const session = await context.newCDPSession(page);
  return {
    compose: (text: string) =>
      session.send('Input.imeSetComposition', {
        text,
        selectionStart: text.length,
        selectionEnd: text.length,
      }),
    end: (text: string) => session.send('Input.insertText', { text }),
  };
}

test('a number that is copied for the next row goes into no cell that asks', async () => {
  const visitor = await entering(MONTH);
  const { page } = visitor;
  const cell = cellOf(visitor, 'reachability');
  await cell.focus();
  await page.keyboard.type('8');
  await page.keyboard.press('Enter');
  await rowOf(visitor, 'reachability').getByText('please check').waitFor();
  await copy(visitor, kreis.url, '87');
  // As if the person returned from the window of the copy.
  await cell.evaluate((input) => input.blur());
  await cell.focus();
  await page.keyboard.press('Control+v');
  expect(await cell.inputValue()).toBe('8');
  await visitor.paste(cell, '"87"\r\n');
  expect(await cell.inputValue()).toBe('8');
  await page.keyboard.press('Escape');
  await visitor.leave();
});

test('the next number does not take the place of a value that was cleared', async () => {
  const month = `${LAST_YEAR}-08`;
  const before = await months.numbers(month);
  const visitor = await entering(month);
  const { page } = visitor;
  const writes = countWrites(page);
  await cellOf(visitor).focus();
  for (const key of ['Delete', 'Enter', '6', '9', '7', 'Enter', '3']) await page.keyboard.press(key);
  await page.getByText('Take this value back?').waitFor();
  await page.waitForTimeout(READ_MS);
  // The Enter after it is no yes either.
  await page.keyboard.press('Enter');
  await page.waitForTimeout(READ_MS);
  expect(await cellOf(visitor).inputValue()).toBe('');
  expect(writes()).toBe(0);
  expect(await months.numbers(month)).toEqual(before);
  // Escape shows that the person has seen the question. The next keys are meant for this cell.
  await page.keyboard.press('Escape');
  await page.keyboard.type('697');
  expect(await cellOf(visitor).inputValue()).toBe('697');
  await page.keyboard.press('Escape');
  await visitor.leave();
});
