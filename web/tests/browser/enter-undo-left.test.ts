/** The undo of a change without an answer, when the person leaves the month before the answer. */
import { expect, test } from 'vitest';
import { cellOf, inBothLanguages, monthAddress, rowOf, setUpMonths } from './month-entry';
import { gate, loseAnswer, pressOnceRead, type Visitor } from './visitor';

const { months, entering } = setUpMonths();

const ENGLISH = {
  locale: 'en-CH',
  sent: 'Sent without an answer, so perhaps saved: reachability.',
  offered: (month: string) => `You have unfinished entries for ${month}: reachability.`,
  goOn: 'Continue',
  unsaved: 'not saved yet',
  saved: '✓ saved',
  question: 'Take this value back?',
  takeBack: 'Take it back',
  overview: 'Overview',
};
const GERMAN: typeof ENGLISH = {
  locale: 'de-CH',
  sent: 'Gesendet, aber ohne Antwort, also vielleicht gespeichert: reachability.',
  offered: (month) => `Sie haben nicht abgeschlossene Eingaben für ${month}: reachability.`,
  goOn: 'Weiterfahren',
  unsaved: 'noch nicht gespeichert',
  saved: '✓ gespeichert',
  question: 'Diesen Wert zurückziehen?',
  takeBack: 'Zurückziehen',
  overview: 'Übersicht',
};
const LANGUAGES = inBothLanguages(ENGLISH, GERMAN);

/** Undoes a gesture while its call is held back. Then opens the overview before the answer. */
async function leaveUndone(
  { page }: Visitor,
  { overview }: typeof ENGLISH,
  call: string,
  gesture: () => Promise<void>,
) {
  const called = gate();
  const hold = gate();
  await page.route(`**/${call}`, async (route) => {
    called.open();
    await hold.passed;
    await route.continue();
  });
  await gesture();
  await called.passed;
  await page.keyboard.press('Control+z');
  await page.getByRole('link', { name: overview }).click();
  await page.getByRole('heading', { level: 1, name: overview }).waitFor();
  hold.open();
}

/** Waits for the offer of the draft after the call has its answer. Then continues with the draft. */
async function goOn({ page }: Visitor, words: typeof ENGLISH, month: string) {
  await page.getByText(words.offered(month)).waitFor();
  await page.getByText(words.sent).waitFor({ state: 'hidden' });
  await pressOnceRead(page.getByRole('button', { name: words.goOn }), 'Enter');
}

test.for(LANGUAGES)('a correction that was undone is offered, in $words.locale', async ({ words, year }) => {
  const month = `${year}-01`;
  await months.fill(month, { reachability: 46 });
  const visitor = await entering(month, { locale: words.locale });
  const cell = cellOf(visitor, 'reachability');
  await leaveUndone(visitor, words, 'CorrectKpiValue', async () => {
    await cell.fill('47');
    await cell.press('Enter');
  });
  await goOn(visitor, words, words === ENGLISH ? `January ${year}` : `Januar ${year}`);
  await rowOf(visitor, 'reachability').getByText(words.unsaved).waitFor();
  expect(await cell.inputValue()).toBe('46');
  await cell.press('Enter');
  await rowOf(visitor, 'reachability').getByText(words.saved).waitFor();
  expect(await months.numbers(month)).toEqual({ reachability: 46 });
  await visitor.leave();
});

test.for(LANGUAGES)(
  'a first number that was undone is asked about, in $words.locale',
  async ({ words, year }) => {
    const month = `${year}-03`;
    const visitor = await entering(month, { locale: words.locale });
    const cell = cellOf(visitor, 'reachability');
    await leaveUndone(visitor, words, 'RecordKpiValue', async () => {
      await cell.fill('47');
      await cell.press('Enter');
    });
    await goOn(visitor, words, words === ENGLISH ? `March ${year}` : `März ${year}`);
    await visitor.page.getByText(words.question).waitFor();
    expect(await months.numbers(month)).toEqual({ reachability: 47 });
    // The question survives a reload.
    await visitor.page.reload();
    await visitor.page.getByText(words.question).waitFor();
    await pressOnceRead(visitor.page.getByRole('button', { name: words.takeBack }), 'Enter');
    await expect.poll(() => months.numbers(month)).toEqual({});
    await visitor.leave();
  },
);

test('a value that was taken back, and undone, is offered', async () => {
  const month = '2012-04';
  await months.fill(month, { reachability: 46 });
  const visitor = await entering(month);
  const cell = cellOf(visitor, 'reachability');
  await leaveUndone(visitor, ENGLISH, 'RetractKpiValue', async () => {
    await cell.fill('');
    await cell.press('Enter');
    await pressOnceRead(visitor.page.getByRole('button', { name: ENGLISH.takeBack }), 'Enter');
  });
  await goOn(visitor, ENGLISH, 'April 2012');
  await rowOf(visitor, 'reachability').getByText(ENGLISH.unsaved).waitFor();
  expect(await cell.inputValue()).toBe('46');
  await cell.press('Enter');
  await expect.poll(() => months.numbers(month)).toEqual({ reachability: 46 });
  await visitor.leave();
});

test('a correction and the comment before it, both undone, are offered', async () => {
  const month = '2012-09';
  await months.fill(month, { reachability: 46 });
  const visitor = await entering(month);
  const { page } = visitor;
  const row = rowOf(visitor, 'reachability');
  const cell = cellOf(visitor, 'reachability');
  await row.getByRole('button', { name: 'Comment …' }).press('Enter');
  await page.keyboard.type('estimate');
  await page.keyboard.press('Control+Enter');
  await row.getByText(ENGLISH.saved).waitFor();
  await leaveUndone(visitor, ENGLISH, 'CorrectKpiValue', async () => {
    await cell.press('Escape');
    await cell.fill('47');
    await cell.press('Enter');
    await cell.press('Control+z');
  });
  await goOn(visitor, ENGLISH, 'September 2012');
  await row.getByText(ENGLISH.unsaved).waitFor();
  expect(await cell.inputValue()).toBe('46');
  expect(await page.getByRole('textbox', { name: 'Comment' }).inputValue()).toBe('');
  await cell.press('Enter');
  await expect.poll(() => months.numbers(month)).toEqual({ reachability: 46 });
  await page.getByRole('textbox', { name: 'Comment' }).press('Control+Enter');
  await expect.poll(() => months.comment(month, 'reachability')).toBe('');
  await visitor.leave();
});

test('a comment that was undone is offered', async () => {
  const month = '2012-05';
  await months.fill(month, { reachability: 46 });
  const visitor = await entering(month);
  const row = rowOf(visitor, 'reachability');
  await leaveUndone(visitor, ENGLISH, 'CorrectKpiValue', async () => {
    await row.getByRole('button', { name: 'Comment …' }).press('Enter');
    await visitor.page.keyboard.type('estimate');
    await visitor.page.keyboard.press('Control+Enter');
  });
  await goOn(visitor, ENGLISH, 'May 2012');
  const comment = visitor.page.getByRole('textbox', { name: 'Comment' });
  await comment.waitFor();
  expect(await comment.inputValue()).toBe('');
  expect(await months.comment(month, 'reachability')).toBe('estimate');
  await comment.press('Control+Enter');
  await expect.poll(() => months.comment(month, 'reachability')).toBe('');
  await visitor.leave();
});

test('a mark that was undone is asked about', async () => {
  const month = '2012-06';
  const visitor = await entering(month);
  const { page } = visitor;
  const row = rowOf(visitor, 'reachability');
  await leaveUndone(visitor, ENGLISH, 'MarkNothingToReport', async () => {
    await row.getByRole('button', { name: 'Nothing to report …' }).press('Enter');
    await page.keyboard.type('Closed.');
    await page.keyboard.press('Control+Enter');
  });
  await goOn(visitor, ENGLISH, 'June 2012');
  await page.getByText(ENGLISH.question).waitFor();
  await page.getByText('Nothing to report: Closed.').waitFor();
  await pressOnceRead(page.getByRole('alert').getByRole('button', { name: ENGLISH.takeBack }), 'Enter');
  await page.getByText('Nothing to report: Closed.').waitFor({ state: 'hidden' });
  await visitor.leave();
});

test('a number over a mark that was undone is asked about, and the reason is kept', async () => {
  const month = '2012-07';
  const visitor = await entering(month);
  const { page } = visitor;
  const row = rowOf(visitor, 'reachability');
  await row.getByRole('button', { name: 'Nothing to report …' }).press('Enter');
  await page.keyboard.type('Closed.');
  await page.keyboard.press('Control+Enter');
  await page.getByText('Nothing to report: Closed.').waitFor();
  const cell = cellOf(visitor, 'reachability');
  await leaveUndone(visitor, ENGLISH, 'RecordKpiValue', async () => {
    await cell.press('Escape');
    await cell.fill('47');
    await cell.press('Enter');
  });
  await goOn(visitor, ENGLISH, 'July 2012');
  await page.getByText(ENGLISH.question).waitFor();
  await pressOnceRead(page.getByRole('button', { name: ENGLISH.takeBack }), 'Enter');
  await expect.poll(() => months.numbers(month)).toEqual({});
  const reason = page.getByRole('textbox', { name: 'Why is there nothing to report?' });
  expect(await reason.inputValue()).toBe('Closed.');
  await reason.press('Control+Enter');
  await page.getByText('Nothing to report: Closed.').waitFor();
  await visitor.leave();
});

test('in the next tab, what was undone behind a call that was lost is asked about', async () => {
  const month = '2012-08';
  const visitor = await entering(month);
  const { page } = visitor;
  await page.route('**/RecordKpiValue', loseAnswer);
  const cell = cellOf(visitor, 'reachability');
  await cell.fill('47');
  await cell.press('Enter');
  await rowOf(visitor, 'reachability').getByText('kept, will be saved').waitFor();
  await cell.press('Control+z');
  await page.getByText('Undone: “reachability” is blank again.').waitFor();
  await page.close();

  const tab = await visitor.openTab(monthAddress(month));
  await pressOnceRead(tab.page.getByRole('button', { name: ENGLISH.goOn }), 'Enter');
  await tab.page.getByText(ENGLISH.question).waitFor();
  expect(await cellOf(tab, 'reachability').inputValue()).toBe('47');
  await pressOnceRead(tab.page.getByRole('button', { name: ENGLISH.takeBack }), 'Enter');
  await expect.poll(() => months.numbers(month)).toEqual({});
  await visitor.leave();
});
