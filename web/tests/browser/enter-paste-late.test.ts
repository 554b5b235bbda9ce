/**
 * If the code or data for a paste is still loading, the paste later goes to the month that was shown,
 * or the page says that the paste is lost.
 */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { GATEKEEPER } from './kreis';
import { cellOf, comeBack, monthAddress, rowOf, setUpMonths } from './month-entry';
import { gate, READ_MS } from './visitor';

const { months, visit, entering } = setUpMonths();

const ENGLISH = {
  locale: 'en-CH',
  month: 'Month',
  circle: 'Circle',
  check: 'Check before pasting',
  saved: '✓ saved',
  lost: 'Nothing was pasted: the screen changed before the values were taken in. Go back and paste them again.',
  all: 'All 4 values are in. Thank you!',
  some: '4 of 4 values are in.',
  waits: 'A paste waits to be checked.',
  elsewhere: 'A paste waits to be checked: choose the circle that was shown before.',
  cancel: 'Cancel',
};
const GERMAN: typeof ENGLISH = {
  locale: 'de-CH',
  month: 'Monat',
  circle: 'Kreis',
  check: 'Vor dem Einfügen prüfen',
  saved: '✓ gespeichert',
  lost: 'Nichts wurde eingefügt: Die Seite hat gewechselt, bevor die Werte übernommen waren. Gehen Sie zurück und fügen Sie sie nochmals ein.',
  all: 'Alle 4 Werte sind erfasst. Danke!',
  some: '4 von 4 erfasst.',
  waits: 'Eingefügte Werte sind noch zu prüfen.',
  elsewhere: 'Eingefügte Werte sind noch zu prüfen: Wählen Sie den Kreis, der vorher angezeigt war.',
  cancel: 'Abbrechen',
};

/** Delays the code that reads a paste, until `open`. Call it before the paste. */
async function holdCode(page: Page) {
  const held = gate();
  await page.route('**/assets/pasting-*.js', async (route) => {
    await held.passed;
    await route.continue();
  });
  await page.reload();
  return held;
}

/** Returns the current month and the one before: the select offers only months of two years. */
async function twoMonths(): Promise<[string, string]> {
  const { year, month } = await months.caller.thisMonth();
  const before = month === 1 ? { year: year - 1, month: 12 } : { year, month: month - 1 };
  const key = (of: typeof before) => `${of.year}-${String(of.month).padStart(2, '0')}`;
  return [key({ year, month }), key(before)];
}

test.for([ENGLISH, GERMAN])(
  'a paste whose month is left before it can be read is said to be lost, in $locale',
  async (words) => {
    const [now, other] = await twoMonths();
    const before = await Promise.all([months.numbers(now), months.numbers(other)]);
    const visitor = await entering(now, { locale: words.locale });
    const { page } = visitor;
    const held = await holdCode(page);
    await cellOf(visitor).waitFor();
    await visitor.paste(cellOf(visitor), '697\n82.5');
    await page.getByLabel(words.month).selectOption(other);
    await page.waitForURL(new RegExp(`month=${other}`));
    await cellOf(visitor).waitFor();
    held.open();
    await page.getByText(words.lost).waitFor();
    expect(await Promise.all([months.numbers(now), months.numbers(other)])).toEqual(before);
    await visitor.inspect(`paste-lost-${words.locale}`);
    // The message stays until the person closes it.
    await page.getByRole('alert').getByRole('button').click();
    await page.getByText(words.lost).waitFor({ state: 'hidden' });
    await page.getByLabel(words.month).selectOption(now);
    await page.waitForURL(new RegExp(`month=${now}`));
    await cellOf(visitor).waitFor();
    expect(await page.getByText(words.lost).count()).toBe(0);
    await visitor.leave();
  },
);

test('a paste changes no row that left the screen before the paste was read', async () => {
  const month = '2012-01';
  const visitor = await entering(month);
  const { page } = visitor;
  const held = await holdCode(page);
  await cellOf(visitor).waitFor();
  await visitor.paste(cellOf(visitor), '697\n82.5');
  await page.getByLabel(ENGLISH.circle).selectOption('Fundraising');
  await cellOf(visitor).waitFor({ state: 'hidden' });
  held.open();
  await page.getByText(ENGLISH.lost).waitFor();
  expect(await months.numbers(month)).toEqual({});
  await page.getByLabel(ENGLISH.circle).selectOption('All circles');
  await visitor.paste(cellOf(visitor), '697\n82.5');
  await rowOf(visitor).getByText(ENGLISH.saved).waitFor();
  await page.getByText(ENGLISH.lost).waitFor({ state: 'hidden' });
  await expect.poll(() => months.numbers(month)).toEqual({ consultations: 697, reachability: 82.5 });
  await visitor.leave();
});

test.for([
  { row: 'of the paste', name: 'donations', month: '2012-10' },
  { row: 'beside it', name: 'reachability', month: '2012-12' },
])('a preview takes the keyboard of no person who types in a row $row', async ({ name, month }) => {
  const visitor = await entering(month);
  const { page } = visitor;
  const held = gate();
  await page.route('**/RecordKpiValue', async (route) => {
    await held.passed;
    await route.continue();
  });
  await cellOf(visitor).fill('690');
  await cellOf(visitor).press('Enter');
  await visitor.paste(cellOf(visitor), 'KPI\t2012\ndonations\t104000\nconsultations\tn/a');
  await page.getByRole('dialog', { name: ENGLISH.check }).waitFor();
  // The preview has moved the rows.
  await page.waitForTimeout(READ_MS);
  await cellOf(visitor, name).click();
  await page.keyboard.type('10');
  held.open();
  await rowOf(visitor).getByText(ENGLISH.saved).waitFor();
  await page.keyboard.type('5');
  expect(await cellOf(visitor, name).inputValue()).toBe('105');
  await visitor.leave();
});

test('the page says that a waiting paste is lost when its month is left', async () => {
  const [now, other] = await twoMonths();
  const visitor = await entering(now);
  const { page } = visitor;
  await visitor.paste(cellOf(visitor), 'KPI\tn/a\nconsultations\t697\ndonations\tn/a');
  await page.getByRole('dialog', { name: ENGLISH.check }).waitFor();
  await page.getByLabel(ENGLISH.month).selectOption(other);
  await page.getByText(ENGLISH.lost).waitFor();
  await visitor.leave();
});

test('the browser asks before it closes a tab in which a paste waits to be checked', async () => {
  const visitor = await entering('2012-05');
  const { page } = visitor;
  await visitor.paste(cellOf(visitor), 'KPI\tn/a\nconsultations\t697\ndonations\tn/a');
  await page.getByRole('dialog', { name: ENGLISH.check }).waitFor();
  const asked = page.waitForEvent('dialog');
  await page.close({ runBeforeUnload: true });
  const question = await asked;
  expect(question.type()).toBe('beforeunload');
  await question.dismiss();
  await page.getByRole('button', { name: ENGLISH.cancel }).click();
  await page.getByRole('dialog', { name: ENGLISH.check }).waitFor({ state: 'hidden' });
  const closed = page.waitForEvent('close');
  await page.close({ runBeforeUnload: true });
  await closed;
});

test('the page says that a waiting paste is lost when its circle is left', async () => {
  const month = '2012-03';
  const visitor = await visit(monthAddress(month), { as: GATEKEEPER, locale: 'en-CH' });
  const { page } = visitor;
  const circles = page.getByLabel('Circle', { exact: true });
  await cellOf(visitor).waitFor();
  await page.waitForTimeout(READ_MS);
  // After a save, the screen reads the month again when the person returns.
  await cellOf(visitor).fill('640');
  await cellOf(visitor).press('Enter');
  await rowOf(visitor).getByText(ENGLISH.saved).waitFor();
  await circles.selectOption({ label: 'Fundraising' });
  await cellOf(visitor).waitFor({ state: 'hidden' });
  await visitor.paste(cellOf(visitor, 'donations'), 'KPI\t2012\ndonations\t104000');
  await page.getByRole('dialog', { name: ENGLISH.check }).waitFor();
  const { kpis } = await months.caller.kpis.listKpis({ pageSize: 500 });
  const gone = kpis.filter(({ circleName, active }) => circleName === 'Fundraising' && active);
  for (const { id: kpiId } of gone) await months.caller.kpis.deactivateKpi({ kpiId });
  try {
    await comeBack(page);
    await page.getByText(ENGLISH.lost).waitFor();
    await cellOf(visitor).waitFor();
    expect(await months.numbers(month)).toEqual({ consultations: 640 });
  } finally {
    for (const { id: kpiId } of gone) await months.caller.kpis.activateKpi({ kpiId });
  }
  await visitor.leave();
});

test.for([
  { words: ENGLISH, month: '2013-02' },
  { words: GERMAN, month: '2013-04' },
])('not all values are in while a paste waits to be checked, in $words.locale', async ({ words, month }) => {
  await months.fill(month, { consultations: 690, reachability: 81, donations: 104_000, 'new members': 33 });
  const visitor = await entering(month, { locale: words.locale });
  const { page } = visitor;
  await page.getByText(words.all).waitFor();
  await visitor.paste(cellOf(visitor), '697\n82.5');
  await page.getByRole('dialog', { name: words.check }).waitFor();
  await page.getByText(words.waits, { exact: true }).waitFor();
  await page.getByText(words.some).waitFor();
  expect(await page.getByText(words.all).count()).toBe(0);
  await visitor.inspect(`paste-waits-${words.locale}`);

  // While another circle is shown, the preview is hidden but still waits.
  await page.getByLabel(words.circle).selectOption('Fundraising');
  await page.getByText(words.elsewhere).waitFor();
  await page.getByLabel(words.circle).selectOption({ index: 0 });
  await page.getByText(words.waits, { exact: true }).waitFor();
  await page.getByRole('button', { name: words.cancel }).click();
  await page.getByText(words.all).waitFor();
  await visitor.leave();
});

test('a preview that appears late does not take the focus from a row in which the person types', async () => {
  const month = '2009-01';
  const visitor = await entering(month);
  const { page } = visitor;
  const held = await holdCode(page);
  await cellOf(visitor).waitFor();
  await page.waitForTimeout(READ_MS);
  await visitor.paste(cellOf(visitor, 'donations'), 'January 2009\n104000\n12');
  await cellOf(visitor).click();
  await page.keyboard.type('69');
  held.open();
  await page.getByRole('dialog', { name: 'Check before pasting' }).waitFor();
  await page.waitForTimeout(READ_MS);
  await page.keyboard.type('7');
  await page.keyboard.press('Enter');
  await expect.poll(() => months.numbers(month)).toEqual({ consultations: 697 });
  await visitor.leave();
});

test('a late paste into one cell does not replace what was typed after it', async () => {
  const month = '1991-01';
  const visitor = await entering(month);
  const { page } = visitor;
  const held = await holdCode(page);
  await cellOf(visitor).waitFor();
  await page.waitForTimeout(READ_MS);
  await cellOf(visitor).click();
  // A blank cell beside it was copied too.
  await visitor.paste(cellOf(visitor), '\t690');
  await page.waitForTimeout(READ_MS);
  await page.keyboard.type('697');
  await page.keyboard.press('Enter');
  await rowOf(visitor).getByText('✓ saved').waitFor();
  held.open();
  await page.waitForTimeout(2 * READ_MS);
  expect(await cellOf(visitor).inputValue()).toBe('697');
  await visitor.leave();
});
