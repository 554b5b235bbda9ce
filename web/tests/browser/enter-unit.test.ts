/** The unit of a KPI changes while a number is being typed, sent or undone. */
import { expect, test } from 'vitest';
import { Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import { cellOf, comeBack, inBothLanguages, rowOf, setUpMonths } from './month-entry';
import { gate, pressOnceRead, READ_MS, type Visitor } from './visitor';

const { months, entering } = setUpMonths();

const ENGLISH = {
  locale: 'en-CH',
  asked: (number: string) =>
    `The unit of this KPI has changed in the meantime: from “Percentage” to “Score”. Is ${number} right?`,
  changed:
    'The unit of this KPI has changed since this page was opened: from “Percentage” to “Score”. Please check the value.',
  unusual: /^Unusual: .* Is it right\?$/,
  right: 'It is right',
  saved: '✓ saved',
  waiting: 'kept, will be saved',
};
const GERMAN: typeof ENGLISH = {
  locale: 'de-CH',
  asked: (number: string) =>
    `Die Einheit dieses KPI hat inzwischen gewechselt: von «Prozent» zu «Punkte». Stimmt ${number}?`,
  changed:
    'Die Einheit dieses KPI hat gewechselt, seit diese Seite geöffnet wurde: von «Prozent» zu «Punkte». Bitte prüfen Sie den Wert.',
  unusual: /^Ungewöhnlich: .* Stimmt das\?$/,
  right: 'Es stimmt',
  saved: '✓ gespeichert',
  waiting: 'vorgemerkt, wird noch gespeichert',
};
const LANGUAGES = inBothLanguages(ENGLISH, GERMAN);

async function countIn(unit: Unit) {
  const { id: kpiId } = await months.caller.kpiNamed('reachability');
  await months.caller.kpis.updateKpi({ kpiId, unit });
}

/** Opens a month while the KPI is still in percent. */
async function enteringInPercent(month: string, locale: string): Promise<Visitor> {
  await countIn(Unit.PERCENTAGE);
  return entering(month, { locale });
}

/** Fills the first months of a year, so that the client can recognise a slip in July. */
async function fillHalfOf(year: number) {
  for (const [index, reachability] of [46, 47, 45, 46, 47, 46].entries())
    await months.fill(`${year}-0${index + 1}`, { reachability });
}

/** Answers the question after the time to read it. */
async function sayItIsRight({ page }: Visitor, { right } = ENGLISH) {
  await pressOnceRead(page.getByRole('button', { name: right }));
}

test.for(LANGUAGES)(
  'a number that was begun in another unit is asked about, also after a reload, in $words.locale',
  async ({ words, year }) => {
    const month = `${year}-09`;
    const visitor = await enteringInPercent(month, words.locale);
    const { page } = visitor;
    // After a save, the screen reads the month again when the person returns.
    await cellOf(visitor, 'new members').fill('31');
    await cellOf(visitor, 'new members').press('Enter');
    await rowOf(visitor, 'new members').getByText(words.saved).waitFor();
    const cell = cellOf(visitor, 'reachability');
    await cell.focus();
    await page.keyboard.type('46 %');
    await countIn(Unit.SCORE);
    await comeBack(page);
    await expect.poll(() => rowOf(visitor, 'reachability').textContent()).not.toContain('%');
    await cell.press('Enter');
    await page.getByText(words.asked('46')).waitFor();
    expect(await months.numbers(month)).toEqual({ 'new members': 31 });
    await visitor.inspect(`unit-changed-${words.locale}`);

    await page.reload();
    await cell.press('Enter');
    await page.getByText(words.asked('46')).waitFor();
    await sayItIsRight(visitor, words);
    await rowOf(visitor, 'reachability').getByText(words.saved).waitFor();
    expect(await months.numbers(month)).toEqual({ 'new members': 31, reachability: 46 });
    expect(await page.getByText(words.changed).count()).toBe(0);
    await visitor.leave();
  },
);

test.for(LANGUAGES)(
  'a number is not saved in a unit of which the page has not heard, in $words.locale',
  async ({ words, year }) => {
    const month = `${year}-10`;
    const visitor = await enteringInPercent(month, words.locale);
    const { page } = visitor;
    await countIn(Unit.SCORE);
    const cell = cellOf(visitor, 'reachability');
    await cell.fill('46');
    await cell.press('Enter');
    await page.getByText(words.asked('46')).waitFor();
    expect(await months.numbers(month)).toEqual({});
    // The page reads the KPI again by itself.
    await expect.poll(() => rowOf(visitor, 'reachability').textContent()).not.toContain('%');

    await page.reload();
    await cell.press('Enter');
    await page.getByText(words.asked('46')).waitFor();
    await sayItIsRight(visitor, words);
    await rowOf(visitor, 'reachability').getByText(words.saved).waitFor();
    expect(await months.numbers(month)).toEqual({ reachability: 46 });
    expect(await page.getByText(words.changed).count()).toBe(0);
    await visitor.leave();
  },
);

test.for(LANGUAGES)(
  'a slip in another unit is asked about twice, its unit first, in $words.locale',
  async ({ words, year }) => {
    const month = `${year}-07`;
    await fillHalfOf(year);
    const visitor = await enteringInPercent(month, words.locale);
    const { page } = visitor;
    const cell = cellOf(visitor, 'reachability');
    await cell.fill('9');
    await countIn(Unit.SCORE);
    await page.reload();
    await cell.press('Enter');
    await page.getByText(words.asked('9')).waitFor();
    await sayItIsRight(visitor, words);
    await page.getByText(words.unusual).waitFor();
    expect(await months.numbers(month)).toEqual({});
    await sayItIsRight(visitor, words);
    await rowOf(visitor, 'reachability').getByText(words.saved).waitFor();
    expect(await months.numbers(month)).toEqual({ reachability: 9 });
    await visitor.leave();
  },
);

test('that a number is no slip in one unit says nothing of another one', async () => {
  const month = '2017-07';
  await fillHalfOf(2017);
  const visitor = await enteringInPercent(month, ENGLISH.locale);
  const { page } = visitor;
  await countIn(Unit.SCORE);
  const cell = cellOf(visitor, 'reachability');
  await cell.fill('9');
  await cell.press('Enter');
  // The page still takes the KPI for a percentage.
  for (const question of [ENGLISH.unusual, ENGLISH.asked('9'), ENGLISH.unusual]) {
    await page.getByText(question).waitFor();
    expect(await months.numbers(month)).toEqual({});
    await sayItIsRight(visitor);
  }
  await expect.poll(() => months.numbers(month)).toEqual({ reachability: 9 });
  await visitor.leave();
});

test.for(LANGUAGES)(
  'a number that is sent again after a reload is asked about, in $words.locale',
  async ({ words, year }) => {
    const month = `${year}-08`;
    const visitor = await enteringInPercent(month, words.locale);
    const { page } = visitor;
    await page.route('**/RecordKpiValue', (route) => route.abort());
    const cell = cellOf(visitor, 'reachability');
    await cell.fill('46');
    await cell.press('Enter');
    await rowOf(visitor, 'reachability').getByText(words.waiting).waitFor();
    await countIn(Unit.SCORE);
    await page.unroute('**/RecordKpiValue');
    await page.reload();
    await page.getByText(words.asked('46')).waitFor();
    expect(await months.numbers(month)).toEqual({});
    await sayItIsRight(visitor, words);
    await rowOf(visitor, 'reachability').getByText(words.saved).waitFor();
    expect(await months.numbers(month)).toEqual({ reachability: 46 });
    await visitor.leave();
  },
);

test.for(LANGUAGES)(
  'a number that was saved before its unit changed is marked, in $words.locale',
  async ({ words, year }) => {
    const month = `${year}-11`;
    const visitor = await enteringInPercent(month, words.locale);
    const { page } = visitor;
    const cell = cellOf(visitor, 'reachability');
    await cell.fill('46');
    await cell.press('Enter');
    await rowOf(visitor, 'reachability').getByText(words.saved).waitFor();
    await countIn(Unit.SCORE);
    await comeBack(page);
    await page.getByText(words.changed).waitFor();
    await page.waitForTimeout(READ_MS);
    // Entered again in the unit that is now shown, the number is right.
    await cell.fill('47');
    await cell.press('Enter');
    await page.getByText(words.changed).waitFor({ state: 'hidden' });
    await expect.poll(() => months.numbers(month)).toEqual({ reachability: 47 });
    await visitor.leave();
  },
);

test('an undo does not bring a number back in another unit unasked', async () => {
  const month = '2016-01';
  const visitor = await enteringInPercent(month, ENGLISH.locale);
  const { page } = visitor;
  const cell = cellOf(visitor, 'reachability');
  for (const number of ['46', '47']) {
    await cell.fill(number);
    await cell.press('Enter');
    await rowOf(visitor, 'reachability').getByText(ENGLISH.saved).waitFor();
    await expect.poll(() => months.numbers(month)).toEqual({ reachability: Number(number) });
  }
  await countIn(Unit.SCORE);
  await cell.press('Control+z');
  await page.getByText(ENGLISH.asked('46')).waitFor();
  expect(await months.numbers(month)).toEqual({ reachability: 47 });
  await sayItIsRight(visitor);
  await expect.poll(() => months.numbers(month)).toEqual({ reachability: 46 });
  await visitor.leave();
});

test('an undo past a comment that was on its way does not bring a number back in another unit', async () => {
  const month = '2016-04';
  const visitor = await enteringInPercent(month, ENGLISH.locale);
  const { page } = visitor;
  const cell = cellOf(visitor, 'reachability');
  await cell.fill('46');
  await cell.press('Enter');
  await rowOf(visitor, 'reachability').getByText(ENGLISH.saved).waitFor();
  const hold = gate();
  await page.route('**/CorrectKpiValue', async (route) => {
    await hold.passed;
    await route.continue();
  });
  await comment(visitor);
  await cell.press('Escape');
  await cell.fill('47');
  await cell.press('Enter');
  hold.open();
  await expect.poll(() => months.numbers(month)).toEqual({ reachability: 47 });
  await rowOf(visitor, 'reachability').getByText(ENGLISH.saved).waitFor();
  await countIn(Unit.SCORE);
  await cell.press('Control+z');
  await page.getByText(ENGLISH.asked('46')).waitFor();
  expect(await months.numbers(month)).toEqual({ reachability: 47 });
  await sayItIsRight(visitor);
  await expect.poll(() => months.numbers(month)).toEqual({ reachability: 46 });
  await visitor.leave();
});

test('a number and its comment that are redone at once are asked about in another unit', async () => {
  const month = '2016-05';
  const visitor = await enteringInPercent(month, ENGLISH.locale);
  const { page } = visitor;
  const cell = cellOf(visitor, 'reachability');
  await cell.fill('46');
  await cell.press('Enter');
  await rowOf(visitor, 'reachability').getByText(ENGLISH.saved).waitFor();
  await comment(visitor);
  await expect.poll(() => months.comment(month, 'reachability')).toBe('estimate');
  await cell.press('Control+z');
  await cell.press('Control+z');
  await expect.poll(() => months.numbers(month)).toEqual({});
  await rowOf(visitor, 'reachability').getByText(ENGLISH.saved).waitFor();
  await countIn(Unit.SCORE);
  const hold = gate();
  await page.route('**/RecordKpiValue', async (route) => {
    await hold.passed;
    await route.continue();
  });
  await cell.press('Control+y');
  await cell.press('Control+y');
  hold.open();
  await page.getByText(ENGLISH.asked('46')).waitFor();
  await page.waitForTimeout(READ_MS);
  expect(await months.numbers(month)).toEqual({});
  await sayItIsRight(visitor);
  await expect.poll(() => months.comment(month, 'reachability')).toBe('estimate');
  expect(await months.numbers(month)).toEqual({ reachability: 46 });
  await visitor.leave();
});

async function comment(visitor: Visitor) {
  await rowOf(visitor, 'reachability').getByRole('button', { name: 'Comment …' }).press('Enter');
  await visitor.page.keyboard.type('estimate');
  await visitor.page.keyboard.press('Control+Enter');
}

/** Opens a month, retracts a number with a comment, changes the unit, and undoes the retraction. */
async function undoingInScore(month: string, number: number): Promise<Visitor> {
  await months.fill(month, { reachability: number });
  await months.correct(month, 'reachability', number, 'estimate');
  const visitor = await enteringInPercent(month, ENGLISH.locale);
  const cell = cellOf(visitor, 'reachability');
  await cell.fill('');
  await cell.press('Enter');
  await pressOnceRead(visitor.page.getByRole('button', { name: 'Take it back' }));
  await expect.poll(() => months.numbers(month)).toEqual({});
  await rowOf(visitor, 'reachability').getByText(ENGLISH.saved).waitFor();
  await countIn(Unit.SCORE);
  await cell.press('Control+z');
  return visitor;
}

test.for([
  { year: 2012, number: 46, questions: [ENGLISH.asked('46')] },
  { year: 2011, number: 9, questions: [ENGLISH.asked('9'), ENGLISH.unusual] },
])('an undo brings $number back in another unit with its comment', async ({ year, number, questions }) => {
  const month = `${year}-07`;
  await fillHalfOf(year);
  const visitor = await undoingInScore(month, number);
  const { page } = visitor;
  for (const question of questions) {
    await page.getByText(question).waitFor();
    expect(await months.numbers(month)).toEqual({});
    await sayItIsRight(visitor);
  }
  await expect.poll(() => months.numbers(month)).toEqual({ reachability: number });
  expect(await months.comment(month, 'reachability')).toBe('estimate');
  await visitor.leave();
});

test('the comment to a number whose unit is in question outlives a reload', async () => {
  const month = '2010-07';
  const visitor = await undoingInScore(month, 46);
  const { page } = visitor;
  await page.getByText(ENGLISH.asked('46')).waitFor();
  await page.reload();
  const note = page.getByRole('textbox', { name: 'Comment' });
  expect(await note.inputValue()).toBe('estimate');
  await cellOf(visitor, 'reachability').press('Enter');
  await page.getByText(ENGLISH.asked('46')).waitFor();
  await sayItIsRight(visitor);
  await expect.poll(() => months.numbers(month)).toEqual({ reachability: 46 });
  await note.press('Control+Enter');
  await expect.poll(() => months.comment(month, 'reachability')).toBe('estimate');
  await visitor.leave();
});

test('of several pasted numbers the one whose unit has changed is asked about', async () => {
  const month = '2016-02';
  const visitor = await enteringInPercent(month, ENGLISH.locale);
  const { page } = visitor;
  await countIn(Unit.SCORE);
  const cell = cellOf(visitor);
  await cell.focus();
  await visitor.paste(cell, '640\r\n46\r\n');
  await rowOf(visitor).getByText(ENGLISH.saved).waitFor();
  await page.getByText(ENGLISH.asked('46')).waitFor();
  expect(await months.numbers(month)).toEqual({ consultations: 640 });
  await sayItIsRight(visitor);
  await expect.poll(() => months.numbers(month)).toEqual({ consultations: 640, reachability: 46 });
  await visitor.leave();
});
