/** The unit of a KPI changes while its number is being typed. */
import { expect, test } from 'vitest';
import { Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import { cellOf, comeBack, inBothLanguages, rowOf, setUpMonths } from './month-entry';
import { READ_MS } from './visitor';

const { months, entering } = setUpMonths();

const ENGLISH = {
  locale: 'en-CH',
  asked: (number: string) =>
    `The unit of this KPI has changed since you began to type: from “Percentage” to “Score”. Is ${number} right?`,
  changed:
    'The unit of this KPI has changed since this page was opened: from “Percentage” to “Score”. Please check the value.',
  right: 'It is right',
  saved: '✓ saved',
};
const GERMAN: typeof ENGLISH = {
  locale: 'de-CH',
  asked: (number: string) =>
    `Die Einheit dieses KPI hat gewechselt, seit Sie zu tippen begannen: von «Prozent» zu «Punkte». Stimmt ${number}?`,
  changed:
    'Die Einheit dieses KPI hat gewechselt, seit diese Seite geöffnet wurde: von «Prozent» zu «Punkte». Bitte prüfen Sie den Wert.',
  right: 'Es stimmt',
  saved: '✓ gespeichert',
};
const LANGUAGES = inBothLanguages(ENGLISH, GERMAN);

async function countIn(unit: Unit) {
  const { id: kpiId } = await months.caller.kpiNamed('reachability');
  await months.caller.kpis.updateKpi({ kpiId, unit });
}

test.for(LANGUAGES)(
  'a number that was begun in another unit is asked about, also after a reload, in $words.locale',
  async ({ words, year }) => {
    const month = `${year}-09`;
    await countIn(Unit.PERCENTAGE);
    const visitor = await entering(month, { locale: words.locale });
    const { page } = visitor;
    // What was saved here lets the screen ask again when the person comes back to it.
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
    await page.waitForTimeout(READ_MS);
    await page.getByRole('button', { name: words.right }).click();
    await rowOf(visitor, 'reachability').getByText(words.saved).waitFor();
    expect(await months.numbers(month)).toEqual({ 'new members': 31, reachability: 46 });
    expect(await page.getByText(words.changed).count()).toBe(0);
    await visitor.leave();
  },
);

test.for(LANGUAGES)(
  'a number that was saved before its unit was known to be another is marked, in $words.locale',
  async ({ words, year }) => {
    const month = `${year}-11`;
    await countIn(Unit.PERCENTAGE);
    const visitor = await entering(month, { locale: words.locale });
    const { page } = visitor;
    await countIn(Unit.SCORE);
    const cell = cellOf(visitor, 'reachability');
    await cell.fill('46');
    await cell.press('Enter');
    await rowOf(visitor, 'reachability').getByText(words.saved).waitFor();
    await comeBack(page);
    await page.getByText(words.changed).waitFor();
    // Entered anew in the unit that is shown now, it is right.
    await cell.fill('47');
    await cell.press('Enter');
    await page.getByText(words.changed).waitFor({ state: 'hidden' });
    await expect.poll(() => months.numbers(month)).toEqual({ reachability: 47 });
    await visitor.leave();
  },
);
