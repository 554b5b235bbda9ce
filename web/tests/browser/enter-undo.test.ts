/** Undo and redo in a month of values. */
import { expect, test } from 'vitest';
import { cellOf, hasFocus, inBothLanguages, rowOf, setUpMonths } from './month-entry';
import { countWrites } from './months';
import { loseAnswer, pressOnceRead } from './visitor';

const { months, entering } = setUpMonths();

const ENGLISH = {
  locale: 'en-CH',
  saved: '✓ saved',
  blankAgain: 'Undone: “reachability” is blank again.',
  oldAgain: 'Undone: “consultations” is 690 again.',
  newAgain: 'Redone: “consultations” is 697.',
  typed: 'Undone: what was typed for “consultations” is gone.',
  nothing: 'There is nothing to undo.',
  theirs: (text: string) => `Greta Keller has entered 705 in the meantime. You entered ${text}.`,
};
const GERMAN: typeof ENGLISH = {
  locale: 'de-CH',
  saved: '✓ gespeichert',
  blankAgain: 'Rückgängig gemacht: «reachability» ist wieder leer.',
  oldAgain: 'Rückgängig gemacht: «consultations» ist wieder 690.',
  newAgain: 'Wiederholt: «consultations» ist 697.',
  typed: 'Rückgängig gemacht: Was bei «consultations» getippt war, ist weg.',
  nothing: 'Es gibt nichts rückgängig zu machen.',
  theirs: (text: string) => `Greta Keller hat inzwischen 705 eingegeben. Sie haben ${text} eingegeben.`,
};
const LANGUAGES = inBothLanguages(ENGLISH, GERMAN);

test.for(LANGUAGES)(
  'a value that was saved is blank again after Ctrl+Z, and no fragment of it is saved, in $words.locale',
  async ({ words, year }) => {
    const month = `${year}-01`;
    const visitor = await entering(month, { locale: words.locale });
    const { page } = visitor;
    const cell = cellOf(visitor, 'reachability');
    await cell.focus();
    await page.keyboard.type('29.4');
    await page.keyboard.press('Enter');
    await page.getByText(words.saved).waitFor();
    await page.keyboard.press('Control+z');
    await page.getByText(words.blankAgain).waitFor();
    expect(await hasFocus(cell)).toBe(true);
    expect(await cell.inputValue()).toBe('');
    await expect.poll(() => months.numbers(month)).toEqual({});
    await page.getByRole('heading', { level: 1 }).click();
    await cellOf(visitor, 'donations').focus();
    await rowOf(visitor, 'reachability').getByText(words.saved).waitFor();
    expect(await cell.inputValue()).toBe('');
    expect(await months.numbers(month)).toEqual({});
    await visitor.leave();
  },
);

test.for(LANGUAGES)(
  'a correction is taken back and done again, each as a correction of its own, in $words.locale',
  async ({ words, year }) => {
    const month = `${year}-02`;
    await months.fill(month, { consultations: 690 });
    const visitor = await entering(month, { locale: words.locale });
    const { page } = visitor;
    const cell = cellOf(visitor);
    const before = await months.version(month, 'consultations');
    await cell.fill('697');
    await page.keyboard.press('Enter');
    await page.getByText(words.saved).waitFor();
    await page.keyboard.press('Control+z');
    await page.getByText(words.oldAgain).waitFor();
    await expect.poll(() => months.numbers(month)).toEqual({ consultations: 690 });
    for (const [again, back] of [
      ['Control+y', 'Control+z'],
      ['Control+Shift+z', 'Meta+z'],
    ] as const) {
      await page.keyboard.press(again);
      await page.getByText(words.newAgain).waitFor();
      await expect.poll(() => months.numbers(month)).toEqual({ consultations: 697 });
      await page.keyboard.press(back);
      await page.getByText(words.oldAgain).waitFor();
      await expect.poll(() => months.numbers(month)).toEqual({ consultations: 690 });
    }
    await page.keyboard.press('Control+z');
    await page.getByText(words.nothing).waitFor();
    expect(await months.version(month, 'consultations')).toBe(before + 6);
    await visitor.leave();
  },
);

test.for(LANGUAGES)(
  'what is being typed is taken back first, and what was saved before it next, in $words.locale',
  async ({ words, year }) => {
    const month = `${year}-03`;
    await months.fill(month, { consultations: 690 });
    const visitor = await entering(month, { locale: words.locale });
    const { page } = visitor;
    const writes = countWrites(page);
    const cell = cellOf(visitor);
    await cell.fill('697');
    await page.keyboard.press('Enter');
    await page.getByText(words.saved).waitFor();
    await cell.focus();
    await page.keyboard.type('70');
    await page.keyboard.press('Control+z');
    await page.getByText(words.typed).waitFor();
    expect(await cell.inputValue()).toBe('697');
    expect(writes()).toBe(1);
    await page.keyboard.press('Control+z');
    await page.getByText(words.oldAgain).waitFor();
    await expect.poll(() => months.numbers(month)).toEqual({ consultations: 690 });
    await visitor.leave();
  },
);

test.for(LANGUAGES)(
  'an undo does not overwrite a later value of another person, in $words.locale',
  async ({ words, year }) => {
    const month = `${year}-04`;
    await months.fill(month, { consultations: 690 });
    const visitor = await entering(month, { locale: words.locale });
    const { page } = visitor;
    const cell = cellOf(visitor);
    await cell.fill('697');
    await page.keyboard.press('Enter');
    await page.getByText(words.saved).waitFor();
    await months.correct(month, 'consultations', 705);
    await page.keyboard.press('Control+z');
    await page.getByText(words.theirs('690')).waitFor();
    expect(await months.numbers(month)).toEqual({ consultations: 705 });
    // Undoing that keeps the other person's number. Then there is nothing left to undo.
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+z');
    await page.getByText(words.nothing).waitFor();
    expect(await cell.inputValue()).toBe('705');
    expect(await months.numbers(month)).toEqual({ consultations: 705 });
    await visitor.leave();
  },
);

test('a value that was taken back comes back with its comment', async () => {
  const month = '2013-01';
  await months.fill(month, { consultations: 690 });
  const visitor = await entering(month);
  const { page } = visitor;
  await rowOf(visitor).getByRole('button', { name: 'Comment …' }).press('Enter');
  await page.keyboard.type('First count.');
  await page.keyboard.press('Control+Enter');
  await page.getByText('✓ saved').waitFor();
  const cell = cellOf(visitor);
  await cell.press('Escape');
  await cell.fill('');
  await page.keyboard.press('Enter');
  await pressOnceRead(page.getByRole('button', { name: 'Take it back' }));
  await page.getByText('First count.').waitFor({ state: 'hidden' });
  await expect.poll(() => months.numbers(month)).toEqual({});
  await page.keyboard.press('Control+z');
  await page.getByText('Undone: “consultations” is 690 again.').waitFor();
  await page.getByText('First count.').waitFor();
  await expect.poll(() => months.numbers(month)).toEqual({ consultations: 690 });
  await page.keyboard.press('Control+z');
  await page.getByText('Undone: the comment to “consultations” is as it was before.').waitFor();
  await page.getByText('First count.').waitFor({ state: 'hidden' });
  await page.keyboard.press('Control+y');
  await page.getByText('Redone: the comment to “consultations”.').waitFor();
  await page.getByText('First count.').waitFor();
  await visitor.leave();
});

test('a number gives way to the mark that it has replaced', async () => {
  const month = '2013-02';
  const visitor = await entering(month);
  const { page } = visitor;
  await rowOf(visitor).getByRole('button', { name: 'Nothing to report …' }).press('Enter');
  await page.keyboard.type('Closed.');
  await page.keyboard.press('Control+Enter');
  await page.getByText('Nothing to report: Closed.').waitFor();
  const cell = cellOf(visitor);
  await cell.press('Escape');
  await cell.fill('690');
  await page.keyboard.press('Enter');
  await expect.poll(() => months.numbers(month)).toEqual({ consultations: 690 });
  await page.keyboard.press('Control+z');
  await page.getByText('Undone: “consultations” is nothing to report again.').waitFor();
  await page.getByText('Nothing to report: Closed.').waitFor();
  await expect.poll(() => months.numbers(month)).toEqual({ consultations: undefined });
  expect(await cell.inputValue()).toBe('');
  await page.keyboard.press('Control+z');
  await page.getByText('Nothing to report: Closed.').waitFor({ state: 'hidden' });
  await expect.poll(() => months.numbers(month)).toEqual({});
  await visitor.leave();
});

test('an undo waits for the change that is in progress, over a lost connection and a reload too', async () => {
  const month = '2013-03';
  const visitor = await entering(month);
  const { page } = visitor;
  const cell = cellOf(visitor);
  // The server stores the value, but the answer is lost.
  await page.route('**/RecordKpiValue', loseAnswer);
  await cell.fill('690');
  await page.keyboard.press('Enter');
  await page.getByText('kept, will be saved').waitFor();
  await page.keyboard.press('Control+z');
  await page.getByText('Undone: “consultations” is blank again.').waitFor();
  expect(await cell.inputValue()).toBe('');
  expect(await months.numbers(month)).toEqual({ consultations: 690 });
  await page.reload();
  await page.unroute('**/RecordKpiValue');
  await expect.poll(() => months.numbers(month)).toEqual({});
  await rowOf(visitor).getByText('✓ saved').waitFor();
  expect(await cell.inputValue()).toBe('');
  await visitor.leave();
});

test('a question that was left open is taken back before what was saved earlier', async () => {
  const month = '2013-04';
  const visitor = await entering(month);
  const { page } = visitor;
  const writes = countWrites(page);
  await cellOf(visitor).focus();
  await page.keyboard.type('690');
  await page.keyboard.press('Tab');
  await page.getByText('✓ saved').waitFor();
  await page.keyboard.type('8a');
  await page.keyboard.press('Tab');
  await page.getByText('“8a” is not a number').waitFor();
  await cellOf(visitor, 'donations').focus();
  await page.keyboard.press('Control+z');
  await page.getByText('Undone: what was typed for “reachability” is gone.').waitFor();
  expect(await hasFocus(cellOf(visitor, 'reachability'))).toBe(true);
  expect(writes()).toBe(1);
  await page.keyboard.press('Control+z');
  await page.getByText('Undone: “consultations” is blank again.').waitFor();
  await expect.poll(() => months.numbers(month)).toEqual({});
  await visitor.leave();
});

test('a value that the server refuses leaves no step behind', async () => {
  const month = '2013-06';
  const visitor = await entering(month);
  const { page } = visitor;
  const cell = cellOf(visitor, 'reachability');
  await cell.fill('82');
  await page.keyboard.press('Enter');
  await page.getByText('✓ saved').waitFor();
  await cell.fill('101');
  await cell.press('Enter');
  await page.getByRole('alert').getByText('The value must lie between 0 and 100.').waitFor();
  await cell.press('Control+z');
  await page.getByText('Undone: what was typed for “reachability” is gone.').waitFor();
  expect(await cell.inputValue()).toBe('82');
  await cell.press('Control+z');
  await page.getByText('Undone: “reachability” is blank again.').waitFor();
  await expect.poll(() => months.numbers(month)).toEqual({});
  await visitor.leave();
});

test('the text of a comment has an undo of its own', async () => {
  const month = '2013-07';
  const visitor = await entering(month);
  const { page } = visitor;
  await cellOf(visitor).fill('690');
  await page.keyboard.press('Enter');
  await rowOf(visitor).getByRole('button', { name: 'Comment …' }).press('Enter');
  const note = page.getByLabel('Comment');
  await page.keyboard.type('First');
  for (let presses = 0; presses < 10; presses += 1) await page.keyboard.press('Control+z');
  expect(await note.inputValue()).toBe('');
  expect(await cellOf(visitor).inputValue()).toBe('690');
  expect(await months.numbers(month)).toEqual({ consultations: 690 });
  await visitor.leave();
});

test('a mark that cannot come back, because another person has corrected the number, is asked about once', async () => {
  const month = '2013-11';
  const { id: kpiId } = await months.caller.kpiNamed('consultations');
  const period = { year: 2013, month: 11 };
  await months.caller.values.markNothingToReport({ kpiId, period, reason: 'closed' });
  const visitor = await entering(month);
  const { page } = visitor;
  await cellOf(visitor).fill('690');
  await page.keyboard.press('Enter');
  await page.getByText(ENGLISH.saved).waitFor();
  await months.correct(month, 'consultations', 705);
  const writes = countWrites(page);
  await page.keyboard.press('Control+z');
  await page.getByText('Greta Keller has entered 705 in the meantime. You took it back.').waitFor();
  await page.waitForTimeout(1_000);
  expect(writes()).toBe(1);
  await pressOnceRead(page.getByRole('button', { name: 'Keep theirs' }), 'Enter');
  expect(await cellOf(visitor).inputValue()).toBe('705');
  await visitor.leave();
});
