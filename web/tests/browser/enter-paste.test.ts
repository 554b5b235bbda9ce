/** Pastes from a spreadsheet into a month of values. */
import type { Locator } from 'playwright-core';
import { expect, test } from 'vitest';
import { GATEKEEPER } from './kreis';
import { cellOf, hasFocus, inBothLanguages, setUpMonths } from './month-entry';
import { countWrites, type Numbers } from './months';
import { LOOKS } from './set-up';
import { pressOnceRead, READ_MS, type Visitor } from './visitor';

const { visit, months, entering } = setUpMonths();

const ENGLISH = {
  locale: 'en-CH',
  check: 'Check before pasting',
  apply: 'Apply',
  cancel: 'Cancel',
  nothing: 'Nothing is saved yet. 5 values would be entered. 5 of them take the place of what is there.',
  heading: 'heading, left out',
  over: 'takes the place of what is there',
  sum: 'sum, left out',
  unknown: 'no KPI on this screen is called so',
  column: 'line 3 has a third column, “81.5”',
  pasted: '2 values were pasted.',
  undone: 'Undone: 5 values are as they were before.',
  line: 'Line',
};
const GERMAN: typeof ENGLISH = {
  locale: 'de-CH',
  check: 'Vor dem Einfügen prüfen',
  apply: 'Übernehmen',
  cancel: 'Abbrechen',
  nothing: 'Noch ist nichts gespeichert. 5 Werte würden eingetragen. 5 davon ersetzen, was schon da ist.',
  heading: 'Überschrift, ausgelassen',
  over: 'ersetzt, was schon da ist',
  sum: 'Summe, ausgelassen',
  unknown: 'Kein KPI auf dieser Seite heisst so',
  column: 'Zeile 3 hat eine dritte Spalte, «81.5»',
  pasted: '2 Werte wurden eingefügt.',
  undone: 'Rückgängig gemacht: 5 Werte sind wieder wie vorher.',
  line: 'Zeile',
};
const LANGUAGES = inBothLanguages(ENGLISH, GERMAN);

/** The values of a September, from top to bottom. The quarterly grants are due then. */
const SEPTEMBER: Numbers = {
  consultations: 690,
  reachability: 81,
  donations: 104_000,
  'grants approved': 43,
  'new members': 33,
};
const CORRECTED: Numbers = {
  consultations: 697,
  reachability: 82.5,
  donations: 105_000.5,
  'grants approved': 44,
  'new members': 34,
};

function previewOf({ page }: Visitor, { check } = ENGLISH): Locator {
  return page.getByRole('dialog', { name: check });
}

test.for(LANGUAGES)(
  'a column with its heading is shown old and new before it replaces anything, in $words.locale',
  async ({ words, year }) => {
    const month = `${year}-09`;
    await months.fill(month, SEPTEMBER);
    const visitor = await entering(month, { locale: words.locale });
    const { page } = visitor;
    const writes = countWrites(page);
    const cell = cellOf(visitor, 'consultations');
    await cell.focus();
    await visitor.paste(cell, `September ${year}\r\n697\r\n82.5\r\n"105'000.50"\r\n44\r\n34\r\n`);

    const preview = previewOf(visitor, words);
    await preview.getByText(words.nothing).waitFor();
    const row = (name: string) => preview.getByRole('row', { name });
    await row(`September ${year}`).getByText(words.heading).waitFor();
    await row('donations')
      .getByText(/^104.000$/)
      .waitFor();
    await row('donations')
      .getByText(/^105.000\.5$/)
      .waitFor();
    expect(await preview.getByText(words.over, { exact: true }).count()).toBe(5);
    expect(writes()).toBe(0);
    expect(await months.numbers(month)).toEqual(SEPTEMBER);

    // Habitual keys: Enter after a paste into a spreadsheet, then the next number.
    await page.waitForTimeout(READ_MS);
    for (const key of ['Enter', '1', '0', 'Enter']) await page.keyboard.press(key);
    await page.waitForTimeout(READ_MS);
    expect(writes()).toBe(0);
    await visitor.tabTo(preview.getByRole('button', { name: words.apply }));
    await page.keyboard.press('Enter');
    await preview.waitFor({ state: 'hidden' });
    await expect.poll(() => months.numbers(month)).toEqual(CORRECTED);
    expect(await hasFocus(cell)).toBe(true);

    await page.keyboard.press('Control+z');
    await page.getByText(words.undone).waitFor();
    await expect.poll(() => months.numbers(month)).toEqual(SEPTEMBER);
    await visitor.leave();
  },
);

test.for(LANGUAGES)(
  'a block with a heading, a sum and an unknown name goes to its KPIs and names the others, in $words.locale',
  async ({ words, year }) => {
    const month = `${year}-10`;
    const visitor = await entering(month, { locale: words.locale });
    const preview = previewOf(visitor, words);
    const block = 'KPI\tOkt.\ndonations\t105000.5\nconsultations\t697\nmeals\t240\n\t\nTotal\t105937.5';
    await visitor.paste(cellOf(visitor, 'reachability'), block);
    await preview
      .getByRole('row', { name: `${words.line} 1: KPI` })
      .getByText(words.heading)
      .waitFor();
    await preview
      .getByRole('row', { name: `${words.line} 4: meals` })
      .getByText(words.unknown)
      .waitFor();
    await preview
      .getByRole('row', { name: `${words.line} 6: Total` })
      .getByText(words.sum)
      .waitFor();
    await preview.getByRole('button', { name: words.apply }).click({ delay: READ_MS });
    await visitor.page.getByText(words.pasted).waitFor();
    await expect.poll(() => months.numbers(month)).toEqual({ donations: 105_000.5, consultations: 697 });
    await visitor.leave();
  },
);

test.for(LANGUAGES)('a third column is refused by its line, in $words.locale', async ({ words, year }) => {
  const month = `${year}-11`;
  const visitor = await entering(month, { locale: words.locale });
  const cell = cellOf(visitor, 'consultations');
  const writes = countWrites(visitor.page);
  await visitor.paste(cell, 'KPI\tNov.\nconsultations\t697\nreachability\t82\t81.5');
  await visitor.page.getByRole('alert').getByText(words.column).waitFor();
  expect(writes()).toBe(0);
  expect(await cell.inputValue()).toBe('');
  await visitor.leave();
});

test.for(LANGUAGES)(
  'Enter in haste applies nothing, and Escape gives the keyboard back to the cell, in $words.locale',
  async ({ words, year }) => {
    const month = `${year}-12`;
    await months.fill(month, { consultations: 690, reachability: 81 });
    const visitor = await entering(month, { locale: words.locale });
    const { page } = visitor;
    const writes = countWrites(page);
    const cell = cellOf(visitor, 'consultations');
    const preview = previewOf(visitor, words);
    await cell.focus();
    await visitor.paste(cell, '697\n82\n');
    await preview.waitFor();
    await page.keyboard.press('Enter');
    await preview.waitFor();
    await page.keyboard.press('Escape');
    await preview.waitFor({ state: 'hidden' });
    expect(await hasFocus(cell)).toBe(true);

    await visitor.paste(cell, '697\n82\n');
    await visitor.tabTo(preview.getByRole('button', { name: words.cancel }));
    await page.keyboard.press('Enter');
    await preview.waitFor({ state: 'hidden' });
    expect(await hasFocus(cell)).toBe(true);
    expect(writes()).toBe(0);
    expect(await cell.inputValue()).toBe('690');
    await visitor.leave();
  },
);

test('what fills blanks and asks nothing is entered at once, and one undo takes it all back', async () => {
  const month = '2013-09';
  const visitor = await entering(month);
  const { page } = visitor;
  const cell = cellOf(visitor, 'consultations');
  await cell.focus();
  await visitor.paste(cell, '"697"\n82.5\n"105\'000.50"\n');
  await page.getByText('3 values were pasted.').waitFor();
  await expect
    .poll(() => months.numbers(month))
    .toEqual({ consultations: 697, reachability: 82.5, donations: 105_000.5 });
  expect(await hasFocus(cell)).toBe(true);
  await pressOnceRead(page.getByRole('button', { name: 'Undo' }));
  await page.getByText('Undone: 3 values are as they were before.').waitFor();
  await expect.poll(() => months.numbers(month)).toEqual({});
  await cell.press('Control+y');
  await page.getByText('Redone: 3 values.').waitFor();
  await expect
    .poll(() => months.numbers(month))
    .toEqual({ consultations: 697, reachability: 82.5, donations: 105_000.5 });
  await visitor.leave();
});

test('one question holds the whole paste back', async () => {
  const month = '2013-10';
  await months.fill('2013-08', { consultations: 690 });
  const visitor = await entering(month);
  const { page } = visitor;
  const writes = countWrites(page);
  const preview = previewOf(visitor);
  const apply = preview.getByRole('button', { name: 'Apply' });
  await visitor.paste(cellOf(visitor, 'consultations'), '6970\n182\nn/a\n\n33\n');
  // October has no grants. So the fourth line belongs to new members, and the fifth has no row.
  await preview.getByText('This is about 10 times the last value').waitFor();
  await preview.getByText('This lies outside the limits of the KPI.').waitFor();
  await preview.getByText('“n/a” is not a number').waitFor();
  await preview.getByText('there is no row left for it').waitFor();
  await preview.getByText('1 blank line leaves its row as it is.').waitFor();
  await preview.getByText('Answer 3 questions first').waitFor();
  expect(await apply.isDisabled()).toBe(true);
  await page.waitForTimeout(READ_MS);
  await page.keyboard.press('Enter');
  expect(writes()).toBe(0);

  await pressOnceRead(preview.getByRole('button', { name: 'It is right' }), 'Enter');
  await pressOnceRead(
    preview.getByRole('row', { name: 'reachability' }).getByRole('button', { name: 'Leave out' }),
  );
  expect(await hasFocus(preview)).toBe(true);
  await pressOnceRead(
    preview.getByRole('row', { name: 'donations' }).getByRole('button', { name: 'Leave out' }),
  );
  await visitor.tabTo(apply);
  await pressOnceRead(apply, 'Enter');
  await preview.waitFor({ state: 'hidden' });
  await expect.poll(() => months.numbers(month)).toEqual({ consultations: 6970 });
  await visitor.leave();
});

test('what reads in two ways is asked about once for the whole paste', async () => {
  const month = '2013-11';
  const visitor = await entering(month);
  const preview = previewOf(visitor);
  const writes = countWrites(visitor.page);
  await visitor.paste(cellOf(visitor, 'consultations'), '1.234\n81,5\n105.000\n');
  await preview.getByText('2 pasted values can be read in two ways. What is “1.234”').waitFor();
  expect(writes()).toBe(0);
  await pressOnceRead(preview.getByRole('button', { name: '1234', exact: true }));
  await preview
    .getByRole('row', { name: 'donations' })
    .getByText(/^105.000$/)
    .waitFor();
  await preview.getByRole('button', { name: 'Apply' }).click({ delay: READ_MS });
  await expect
    .poll(() => months.numbers(month))
    .toEqual({ consultations: 1234, reachability: 81.5, donations: 105_000 });
  await visitor.leave();
});

test('a number above a column may be its year, and a last one its sum', async () => {
  const month = '2013-05';
  const visitor = await entering(month);
  const preview = previewOf(visitor);
  await visitor.paste(cellOf(visitor, 'consultations'), '2013\n697\n82\n');
  await pressOnceRead(preview.getByRole('button', { name: 'Heading' }));
  await preview.getByRole('row', { name: 'consultations' }).getByText('697').waitFor();
  await preview.getByRole('row', { name: 'reachability' }).getByText('82').waitFor();
  await visitor.page.keyboard.press('Escape');

  await visitor.paste(cellOf(visitor, 'consultations'), '15\n20\n35\n');
  const donations = preview.getByRole('row', { name: 'donations' });
  await donations.getByText('The lines above add up to this.').waitFor();
  await pressOnceRead(donations.getByRole('button', { name: 'It is a sum' }));
  await preview.getByRole('button', { name: 'Apply' }).click({ delay: READ_MS });
  await expect.poll(() => months.numbers(month)).toEqual({ consultations: 15, reachability: 20 });
  await visitor.leave();
});

test('what was typed and what has nothing to report is shown before it gives way', async () => {
  const month = '2012-10';
  const { caller } = months;
  const { id: kpiId } = await caller.kpiNamed('reachability');
  await caller.values.markNothingToReport({
    kpiId,
    period: { year: 2012, month: 10 },
    reason: 'No telephone.',
    requestId: crypto.randomUUID(),
  });
  const visitor = await entering(month);
  const { page } = visitor;
  const preview = previewOf(visitor);
  await cellOf(visitor, 'consultations').fill('70a');
  await cellOf(visitor, 'consultations').press('Enter');
  await page.getByText('“70a” is not a number').waitFor();
  await visitor.paste(cellOf(visitor, 'consultations'), '697\n82\n');
  await preview.getByRole('row', { name: 'consultations' }).getByText('“70a”, not saved yet').waitFor();
  await preview.getByRole('row', { name: 'reachability' }).getByText('nothing to report').waitFor();
  await preview.getByRole('button', { name: 'Apply' }).click({ delay: READ_MS });
  await expect.poll(() => months.numbers(month)).toEqual({ consultations: 697, reachability: 82 });

  await page.keyboard.press('Control+z');
  await page.getByText('Nothing to report: No telephone.').waitFor();
  await expect.poll(() => months.numbers(month)).toEqual({ reachability: undefined });
  await visitor.leave();
});

test('a KPI of a circle that is not shown is named with its circle', async () => {
  const visitor = await visit('/enter?month=2012-11', { as: GATEKEEPER, locale: 'en-CH' });
  const { page } = visitor;
  await cellOf(visitor, 'donations').waitFor();
  await page.getByLabel('Circle').selectOption('Counselling');
  await cellOf(visitor, 'donations').waitFor({ state: 'hidden' });
  await visitor.paste(cellOf(visitor, 'consultations'), 'consultations\t697\ndonations\t105000.5\n');
  const donations = previewOf(visitor).getByRole('row', { name: 'Line 2: donations' });
  await donations.getByText('it belongs to Fundraising, which is not shown').waitFor();
  await visitor.leave();
});

test.for([
  { text: '\r\n82.5\r\n', month: '2010-01', meant: { reachability: 82.5 } },
  { text: '\r\n"82.5"\r\n', month: '2010-02', meant: { reachability: 82.5 } },
  { text: '\r\n\r\n104000\r\n', month: '2010-03', meant: { donations: 104_000 } },
])('a number below blank cells goes to its own row: $text', async ({ text, month, meant }) => {
  const visitor = await entering(month);
  await cellOf(visitor).focus();
  await visitor.paste(cellOf(visitor), text);
  await pressOnceRead(previewOf(visitor).getByRole('button', { name: 'Apply' }));
  await expect.poll(() => months.numbers(month)).toEqual(meant);
  await visitor.leave();
});

test('a cell in quotes is typed without them', async () => {
  const month = '2012-12';
  const visitor = await entering(month);
  const cell = cellOf(visitor, 'consultations');
  await cell.focus();
  await visitor.paste(cell, '"1\'234"\r\n');
  expect(await cell.inputValue()).toBe("1'234");
  await visitor.page.keyboard.press('Enter');
  await expect.poll(() => months.numbers(month)).toEqual({ consultations: 1234 });
  await visitor.leave();
});

test.for(LOOKS.map((look, index) => ({ ...look, month: `2011-0${index + 1}` })))(
  'the preview is sound at $width px, dark: $dark',
  async ({ month, width, dark }) => {
    await months.fill(month, { consultations: 690 });
    const visitor = await entering(month, { width, dark });
    const block =
      'KPI\tSept. 2026\nconsultations\t6970\nreachability\tn/a\ndonations\t1.234\nTotal\t7\nmeals\t3\n\t\n';
    await visitor.paste(cellOf(visitor, 'consultations'), block);
    await previewOf(visitor).waitFor();
    await visitor.inspect('enter-paste');
    await visitor.leave();
  },
);
