/** Pasted numbers go only to the rows that the person has read. */
import { expect, test } from 'vitest';
import { Periodicity } from '#gen/kreis/kpi/v1/kpi_pb';
import { callerOf } from './caller';
import { ECONOMIST, GATEKEEPER, LAST_YEAR } from './kreis';
import { cellOf, inBothLanguages, monthAddress, setUpMonths } from './month-entry';
import { pressOnceRead, READ_MS, type Visitor } from './visitor';

const { kreis, months, visit, entering } = setUpMonths();

const ENGLISH = {
  locale: 'en-CH',
  check: 'Check before pasting',
  saved: '✓ saved',
  line: 'Line',
  right: 'It is right',
  apply: 'Apply',
  heading: 'Heading',
  value: 'Value',
  circle: 'Circle',
  none: '0 values would be entered.',
  elsewhere: 'it belongs to Fundraising, which is not shown',
  otherCircle: '“Fundraising” stands above the values, and they would go to Counselling.',
  forCounselling: 'They are for Counselling',
  otherMonth: 'and the screen shows November',
  forThis: 'They are for November',
  gone: 'Left out: this KPI is no longer on this screen.',
};
const GERMAN: typeof ENGLISH = {
  locale: 'de-CH',
  check: 'Vor dem Einfügen prüfen',
  saved: '✓ gespeichert',
  line: 'Zeile',
  right: 'Es stimmt',
  apply: 'Übernehmen',
  heading: 'Überschrift',
  value: 'Wert',
  circle: 'Kreis',
  none: '0 Werte würden eingetragen.',
  elsewhere: 'gehört zum Kreis Fundraising, der gerade nicht angezeigt wird',
  otherCircle: '«Fundraising» steht über den Werten, und sie gingen an Counselling.',
  forCounselling: 'Sie sind für Counselling',
  otherMonth: 'und die Seite zeigt November',
  forThis: 'Sie sind für November',
  gone: 'Ausgelassen: Dieser KPI ist nicht mehr auf dieser Seite.',
};
const LANGUAGES = inBothLanguages(ENGLISH, GERMAN);

function previewIn({ page }: Visitor, { check } = ENGLISH) {
  return page.getByRole('dialog', { name: check });
}

test.for(LANGUAGES)(
  'a row that goes away under a preview is named and moves no other number, in $words.locale',
  async ({ words, year }) => {
    const month = `${year}-06`;
    await months.fill(month, { consultations: 690 });
    const visitor = await entering(month, { locale: words.locale });
    const { page } = visitor;
    const { id: kpiId } = await months.caller.kpiNamed('reachability');
    // After a save, the screen reads the month again when the person returns.
    await cellOf(visitor, 'new members').fill('31');
    await cellOf(visitor, 'new members').press('Enter');
    await page.getByText(words.saved).waitFor();
    await cellOf(visitor, 'reachability').focus();
    await visitor.paste(cellOf(visitor, 'reachability'), `${year}-06-30\n91\n700`);
    const preview = previewIn(visitor, words);
    await preview.getByText(`${words.line} 3: donations`).waitFor();
    await page.waitForTimeout(READ_MS);
    await months.caller.kpis.deactivateKpi({ kpiId });
    try {
      // As if the person returned from the spreadsheet.
      await page.evaluate(() => window.dispatchEvent(new Event('visibilitychange')));
      await preview.getByRole('row', { name: 'reachability' }).getByText(words.gone).waitFor();
      await preview.getByText(`${words.line} 3: donations`).waitFor();
      await pressOnceRead(preview.getByRole('button', { name: words.apply }), 'Enter');
      await expect
        .poll(() => months.numbers(month))
        .toEqual({ consultations: 690, donations: 700, 'new members': 31 });
    } finally {
      await months.caller.kpis.activateKpi({ kpiId });
    }
    await visitor.leave();
  },
);

test.for(LANGUAGES)(
  'an unusual number that is right in one row is asked about in another, in $words.locale',
  async ({ words }) => {
    const visitor = await entering(`${LAST_YEAR}-08`, { locale: words.locale });
    await cellOf(visitor).focus();
    await visitor.paste(cellOf(visitor), `${LAST_YEAR}\n30`);
    const preview = previewIn(visitor, words);
    const line = preview.getByRole('row', { name: new RegExp(`^${words.line} 2`) });
    await line.getByText('consultations').waitFor();
    await pressOnceRead(line.getByRole('button', { name: words.right }));
    await line.getByRole('button', { name: words.right }).waitFor({ state: 'hidden' });
    // The lines now belong to other rows.
    await pressOnceRead(preview.getByRole('button', { name: words.value, exact: true }));
    await line.filter({ hasNotText: 'consultations' }).waitFor();
    await line.getByRole('button', { name: words.right }).waitFor();
    await visitor.leave();
  },
);

test.for(LANGUAGES)(
  'a line above a column that is no number takes no row unless it is a value, in $words.locale',
  async ({ words, year }) => {
    const month = `${year}-07`;
    const visitor = await entering(month, { locale: words.locale });
    const preview = previewIn(visitor, words);
    await cellOf(visitor).focus();
    await visitor.paste(cellOf(visitor), 'KW 39\n640\n90');
    await preview.getByText(`${words.line} 2: consultations`).waitFor();
    await pressOnceRead(preview.getByRole('button', { name: words.heading, exact: true }));
    await visitor.page.waitForTimeout(READ_MS);
    await preview.getByRole('button', { name: words.apply }).click();
    await expect.poll(() => months.numbers(month)).toEqual({ consultations: 640, reachability: 90 });
    await visitor.leave();
  },
);

test.for(LANGUAGES)(
  'a column of another month is asked about before it is entered, in $words.locale',
  async ({ words, year }) => {
    const month = `${year}-11`;
    const visitor = await entering(month, { locale: words.locale });
    const preview = previewIn(visitor, words);
    const apply = preview.getByRole('button', { name: words.apply });
    await cellOf(visitor).focus();
    await visitor.paste(cellOf(visitor), `Oktober ${year}\n640\n90`);
    await preview.getByText(`${words.otherMonth} ${year}`).waitFor();
    expect(await apply.isDisabled()).toBe(true);
    await visitor.page.keyboard.press('Escape');
    expect(await months.numbers(month)).toEqual({});

    await cellOf(visitor).focus();
    await visitor.paste(cellOf(visitor), `Oktober ${year}\n640\n90`);
    await pressOnceRead(preview.getByRole('button', { name: `${words.forThis} ${year}` }));
    await visitor.page.waitForTimeout(READ_MS);
    await apply.click();
    await expect.poll(() => months.numbers(month)).toEqual({ consultations: 640, reachability: 90 });
    await visitor.leave();
  },
);

test.for(LANGUAGES)(
  'a column of another circle is asked about before it is entered, in $words.locale',
  async ({ words, year }) => {
    const month = `${year}-10`;
    const visitor = await entering(month, { locale: words.locale });
    const preview = previewIn(visitor, words);
    const apply = preview.getByRole('button', { name: words.apply });
    await cellOf(visitor).focus();
    await visitor.paste(cellOf(visitor), 'Fundraising\n640\n90');
    await preview.getByText(words.otherCircle).waitFor();
    expect(await apply.isDisabled()).toBe(true);
    await pressOnceRead(preview.getByRole('button', { name: words.forCounselling }));
    await visitor.page.waitForTimeout(READ_MS);
    await apply.click();
    await expect.poll(() => months.numbers(month)).toEqual({ consultations: 640, reachability: 90 });
    await visitor.leave();
  },
);

test('a column of two circles goes to the rows of each, blank lines between them or not', async () => {
  const month = '2008-11';
  const visitor = await entering(month);
  const preview = previewIn(visitor);
  await cellOf(visitor).focus();
  await visitor.paste(cellOf(visitor), 'Counselling\n640\n90\n\nFundraising\n104000');
  await preview.getByRole('row', { name: 'donations' }).getByText("104'000").waitFor();
  await preview.getByRole('button', { name: 'Apply' }).click({ delay: READ_MS });
  await expect
    .poll(() => months.numbers(month))
    .toEqual({ consultations: 640, reachability: 90, donations: 104_000 });
  await visitor.leave();
});

test('a blank cell above the heading of a column moves no value to another row', async () => {
  const month = '2008-05';
  const visitor = await entering(month);
  await cellOf(visitor).focus();
  await visitor.paste(cellOf(visitor), '\nMai 2008\n640\n90');
  await previewIn(visitor).getByRole('button', { name: 'Apply' }).click({ delay: READ_MS });
  await expect.poll(() => months.numbers(month)).toEqual({ consultations: 640, reachability: 90 });
  await visitor.leave();
});

test('a paste that waits in a circle is not replaced by one in another', async () => {
  const visitor = await visit(monthAddress('2008-06'), { as: GATEKEEPER, locale: 'en-CH' });
  const { page } = visitor;
  const circles = page.getByLabel('Circle', { exact: true });
  await cellOf(visitor).waitFor();
  await circles.selectOption({ label: 'Fundraising' });
  await cellOf(visitor).waitFor({ state: 'hidden' });
  await cellOf(visitor, 'donations').focus();
  await visitor.paste(cellOf(visitor, 'donations'), 'KPI\t2008\ndonations\t104000');
  await previewIn(visitor).waitFor();

  await circles.selectOption({ label: 'Counselling' });
  await cellOf(visitor).focus();
  await visitor.paste(cellOf(visitor), '640\n90');
  const refusal = page.getByText('Nothing was pasted: another paste waits in Fundraising.');
  await refusal.waitFor();
  expect(await cellOf(visitor).inputValue()).toBe('');

  await circles.selectOption({ label: 'Fundraising' });
  await previewIn(visitor).getByRole('row', { name: 'donations' }).getByText("104'000").waitFor();
  expect(await refusal.count()).toBe(0);
  await previewIn(visitor).getByRole('button', { name: 'Cancel' }).click();
  await circles.selectOption({ label: 'Counselling' });
  await cellOf(visitor).focus();
  await visitor.paste(cellOf(visitor), '640\n90');
  await expect.poll(() => months.numbers('2008-06')).toEqual({ consultations: 640, reachability: 90 });
  await visitor.leave();
});

test.for(['2007', '8', '9', '09', '9.08'])(
  'a year or month %s above a column is not entered as the first value',
  async (heading) => {
    const month = '2008-09';
    const visitor = await entering(month);
    await cellOf(visitor).focus();
    await visitor.paste(cellOf(visitor), `${heading}\n40\n90`);
    await previewIn(visitor).getByText('Line 2: consultations').waitFor();
    expect(await months.numbers(month)).toEqual({});
    await visitor.leave();
  },
);

test('a title, a month and a blank line above a column move no value to another row', async () => {
  const month = '2008-10';
  const visitor = await entering(month);
  const preview = previewIn(visitor);
  const cell = cellOf(visitor, 'donations');
  await cell.focus();
  await visitor.paste(cell, 'Zahlen Fundraising\nOktober 2008\n\n104000');
  await pressOnceRead(preview.getByRole('button', { name: 'Heading' }));
  await preview.getByText('Does this blank line belong to the heading').waitFor();
  await pressOnceRead(preview.getByRole('button', { name: 'Heading' }));
  await preview.getByRole('button', { name: 'Apply' }).click({ delay: READ_MS });
  await expect.poll(() => months.numbers(month)).toEqual({ donations: 104_000 });
  await visitor.leave();
});

test('a sum within a column can be left out, and what follows moves up', async () => {
  // The KPIs have no history in this month.
  const month = '2006-11';
  const visitor = await entering(month);
  const preview = previewIn(visitor);
  await cellOf(visitor).focus();
  await visitor.paste(cellOf(visitor), '20\n30\n50\n104000');
  await pressOnceRead(preview.getByRole('button', { name: 'It is a sum' }));
  await preview.getByRole('row', { name: 'donations' }).getByText("104'000").waitFor();
  await preview.getByRole('button', { name: 'Apply' }).click({ delay: READ_MS });
  await expect
    .poll(() => months.numbers(month))
    .toEqual({ consultations: 20, reachability: 30, donations: 104_000 });
  await visitor.leave();
});

test('a column of another month under a title is asked about', async () => {
  const month = '2008-10';
  const visitor = await entering(month);
  const preview = previewIn(visitor);
  await cellOf(visitor).focus();
  await visitor.paste(
    cellOf(visitor),
    'Kennzahlen 2008\t\nKPI\tSeptember 2008\nconsultations\t640\nreachability\t90',
  );
  await preview.getByText('“September 2008” stands above the values').waitFor();
  expect(await preview.getByRole('button', { name: 'Apply' }).isDisabled()).toBe(true);
  await visitor.page.keyboard.press('Escape');
  await visitor.leave();
});

test('a word for a value that is still open above a column is not taken for its heading', async () => {
  const month = '2008-08';
  const visitor = await entering(month);
  const preview = previewIn(visitor);
  for (const word of ['offen', '12 Personen']) {
    await cellOf(visitor).focus();
    await visitor.paste(cellOf(visitor), `${word}\n82\n104000`);
    await preview.getByText(`Is “${word}” the heading of the column, or its first value?`).waitFor();
    await pressOnceRead(preview.getByRole('button', { name: 'Value', exact: true }));
    await preview.getByText('Line 2: reachability').waitFor();
    await preview
      .getByRole('row', { name: 'Line 1: consultations' })
      .getByText(`“${word}” is not a number`)
      .waitFor();
    await visitor.page.keyboard.press('Escape');
  }
  await visitor.leave();
});

test('numbers below a circle that has nothing to enter this month go to no other circle', async () => {
  const { circle } = await months.caller.circles.createCircle({ name: 'Library' });
  const { user } = await (await callerOf(kreis.url, ECONOMIST)).users.getMe({});
  await months.caller.circles.addCircleMember({ circleId: circle?.id ?? '', userId: user?.id ?? '' });
  const visitor = await entering('2008-07');
  await cellOf(visitor).focus();
  await visitor.paste(cellOf(visitor), 'Library\t\nconsultations\t5\nCounselling\t\nreachability\t82');
  const preview = previewIn(visitor);
  await preview.getByRole('row', { name: 'Line 1: Library' }).getByText('heading, left out').waitFor();
  await preview.getByText('Left out: Library has no KPI of this name on this screen.').waitFor();
  await preview.getByText('1 value would be entered.').waitFor();
  await visitor.leave();
});

// This test comes last: it adds a second KPI called donations.
test('a block of one circle does not go to a KPI of the same name in another', async () => {
  await months.caller.addKpi('Counselling', 'donations', Periodicity.MONTHLY);
  for (const { words, year } of LANGUAGES) {
    const visitor = await visit(monthAddress(`${year}-05`), { as: GATEKEEPER, locale: words.locale });
    await cellOf(visitor).waitFor();
    await visitor.page.getByLabel(words.circle, { exact: true }).selectOption({ label: 'Counselling' });
    await cellOf(visitor, 'new members').waitFor({ state: 'hidden' });
    await cellOf(visitor, 'donations').focus();
    await visitor.paste(cellOf(visitor, 'donations'), 'Fundraising\t\ndonations\t1200');
    await previewIn(visitor, words).getByText(words.none).waitFor();
    await previewIn(visitor, words).getByText(words.elsewhere).waitFor();
    await visitor.leave();
  }
});
