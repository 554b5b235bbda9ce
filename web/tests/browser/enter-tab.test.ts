/** Tab leads from cell to cell, and the right arrow key to what else a row offers. */
import { expect, test } from 'vitest';
import { LAST_YEAR } from './kreis';
import { cellOf, enter, hasFocus, inBothLanguages, rowOf, setUpMonths } from './month-entry';
import { countWrites } from './months';
import { READ_MS, type Visitor } from './visitor';

const { months, entering } = setUpMonths();

/** Longer than a save takes, in milliseconds. */
const SAVED_MS = 2_000;
const TYPED_ON = 'What you typed after it was not entered.';
const BLANK = { passed: '2012-02', back: '2012-01', marked: '2012-10', none: '2012-11', last: '2012-12' };

async function press({ page }: Visitor, ...keys: string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

test('Tab passes a row without a number, and the numbers after it go to their rows', async () => {
  const visitor = await entering(BLANK.passed);
  const { page } = visitor;
  await cellOf(visitor).click();
  await page.keyboard.type('11');
  await press(visitor, 'Tab', 'Tab');
  await page.keyboard.type('33');
  await press(visitor, 'Tab');
  await page.keyboard.type('44');
  await press(visitor, 'Shift+Tab');
  await expect
    .poll(() => months.numbers(BLANK.passed))
    .toEqual({ consultations: 11, donations: 33, 'new members': 44 });
  expect(await hasFocus(cellOf(visitor, 'donations'))).toBe(true);
  await visitor.leave();
});

test('Shift+Tab leads to the number above, which the next number replaces', async () => {
  const visitor = await entering(BLANK.back);
  const { page } = visitor;
  await cellOf(visitor).click();
  await enter(visitor, '12');
  await rowOf(visitor).getByText('✓ saved').waitFor();
  await press(visitor, 'Shift+Tab');
  await page.keyboard.type('13');
  await press(visitor, 'Tab');
  await expect.poll(() => months.numbers(BLANK.back)).toEqual({ consultations: 13 });
  await visitor.leave();
});

test('a number that Tab has left with a question is typed anew after Shift+Tab', async () => {
  const month = '2026-11';
  const visitor = await entering(month);
  const { page } = visitor;
  await cellOf(visitor).click();
  await page.keyboard.type('83');
  await press(visitor, 'Tab');
  await page.getByRole('button', { name: 'Undo' }).waitFor();
  await press(visitor, 'Shift+Tab');
  await enter(visitor, '830');
  await expect.poll(async () => (await months.numbers(month)).consultations).toBe(830);
  await visitor.leave();
});

const QUESTIONS = [
  { what: 'an unusual number', month: '2026-11', keys: ['3', '9', '.', '5', 'Enter'], yes: 'It is right' },
  { what: 'a value to take back', month: '2025-11', keys: ['Delete', 'Enter'], yes: 'Take it back' },
];

test.for(QUESTIONS)(
  'Tab leads past a question about $what, and an Enter there does not answer it',
  async ({ month, keys, yes }) => {
    const visitor = await entering(month);
    const { page } = visitor;
    const before = await months.numbers(month);
    await cellOf(visitor, 'reachability').click();
    await press(visitor, ...keys);
    await page.getByRole('button', { name: yes }).waitFor();
    await page.waitForTimeout(READ_MS);
    await press(visitor, 'Tab');
    await enter(visitor, '140000');
    await rowOf(visitor, 'donations').getByText('✓ saved').waitFor();
    expect(await months.numbers(month)).toEqual({ ...before, donations: 140_000 });
    page.once('dialog', (dialog) => void dialog.accept());
    await visitor.leave();
  },
);

test.for(['Tab', 'ArrowDown'])(
  '%s right after an Enter that has raised a question leads to no other row',
  async (key) => {
    const month = `${LAST_YEAR}-${key === 'Tab' ? '02' : '03'}`;
    const visitor = await entering(month);
    const { page } = visitor;
    const writes = countWrites(page);
    await cellOf(visitor, 'reachability').click();
    // The person believes to be in the next row, passes it, and goes on with the one after.
    await press(visitor, '8', 'Enter', key);
    await enter(visitor, '38');
    await page.getByText(TYPED_ON).waitFor();
    await page.waitForTimeout(READ_MS);
    await press(visitor, key);
    await enter(visitor, '39');
    await page.waitForTimeout(SAVED_MS);
    expect(await hasFocus(cellOf(visitor, 'reachability'))).toBe(true);
    expect(await cellOf(visitor, 'reachability').inputValue()).toBe('8');
    expect(writes()).toBe(0);
    await press(visitor, 'Escape', key);
    expect(await hasFocus(cellOf(visitor, 'donations'))).toBe(true);
    await visitor.leave();
  },
);

test('numbers typed with Tab past a row with nothing to report do not take that back', async () => {
  const visitor = await entering(BLANK.marked);
  const { page } = visitor;
  await rowOf(visitor, 'reachability').getByRole('button').click();
  await page.keyboard.type('Closed.');
  await press(visitor, 'Control+Enter');
  await rowOf(visitor, 'reachability').getByText('✓ saved').waitFor();
  await cellOf(visitor).click();
  await page.keyboard.type('11');
  await press(visitor, 'Tab', 'Tab');
  await page.keyboard.type('33');
  await press(visitor, 'Tab');
  await enter(visitor, '44');
  await page.getByText('All 4 values are in.').waitFor();
  expect(await months.numbers(BLANK.marked)).toMatchObject({
    consultations: 11,
    donations: 33,
    'new members': 44,
  });
  await page.getByText('Nothing to report: Closed.').waitFor();
  await visitor.leave();
});

const ENGLISH = {
  locale: 'en-CH',
  hint: 'Tab leads to the next row, the right arrow key to the buttons of a row, and Enter to the answers to a question.',
};
const GERMAN: typeof ENGLISH = {
  locale: 'de-CH',
  hint: 'Tab führt zur nächsten Zeile, die Pfeiltaste nach rechts zu den Schaltflächen einer Zeile, und die Eingabetaste zu den Antworten auf eine Frage.',
};

test.for(inBothLanguages(ENGLISH, GERMAN))(
  'the screen says in $words.locale how the keyboard reaches the buttons of a row',
  async ({ words, year }) => {
    const visitor = await entering(`${year}-02`, { locale: words.locale });
    const { page } = visitor;
    const id = await page.getByRole('table').getAttribute('aria-describedby');
    expect(await page.locator(`[id="${id}"]`).textContent()).toBe(words.hint);
    await visitor.leave();
  },
);

test('arrow keys and Escape lead to the buttons of a row and back to its cell', async () => {
  const month = `${LAST_YEAR}-05`;
  const visitor = await entering(month);
  const { page } = visitor;
  const cell = cellOf(visitor, 'reachability');
  await cell.click();
  await press(visitor, '8', 'Enter');
  const yes = page.getByRole('button', { name: 'It is right' });
  const no = page.getByRole('button', { name: 'Undo' });
  await yes.waitFor();
  // The first one leads to the end of the number.
  await press(visitor, 'ArrowRight');
  expect(await hasFocus(cell)).toBe(true);
  await press(visitor, 'ArrowRight');
  expect(await hasFocus(yes)).toBe(true);
  await press(visitor, 'ArrowRight');
  expect(await hasFocus(no)).toBe(true);
  await press(visitor, 'ArrowRight');
  expect(await hasFocus(no)).toBe(true);
  await press(visitor, 'ArrowLeft', 'ArrowLeft');
  expect(await hasFocus(cell)).toBe(true);
  await press(visitor, 'ArrowRight', 'ArrowRight', 'Escape');
  expect(await hasFocus(cell)).toBe(true);
  // The question is still open.
  await page.waitForTimeout(READ_MS);
  await press(visitor, 'ArrowRight', 'ArrowRight', 'ArrowRight', 'Enter');
  await no.waitFor({ state: 'hidden' });
  await visitor.leave();
});

test('the right arrow key stays in a number that is being typed', async () => {
  const visitor = await entering(BLANK.none);
  const { page } = visitor;
  await cellOf(visitor).click();
  await page.keyboard.type('12');
  await press(visitor, 'ArrowRight');
  await page.keyboard.type('3');
  expect(await cellOf(visitor).inputValue()).toBe('123');
  await press(visitor, 'Escape');
  await visitor.leave();
});

test('Tab leaves the grid after its last cell, and Shift+Tab before its first', async () => {
  const visitor = await entering(BLANK.last);
  const inGrid = async () =>
    visitor.page.evaluate(() => document.activeElement?.closest('table input') !== null);
  for (const [name, key] of [
    ['new members', 'Tab'],
    ['consultations', 'Shift+Tab'],
  ] as const) {
    await cellOf(visitor, name).click();
    await press(visitor, key);
    expect(await inGrid()).toBe(false);
  }
  await visitor.leave();
});
