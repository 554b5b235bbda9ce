/** Numbers in a gatekeeper's forms: untouched numbers stay, and the form asks about ambiguous ones. */
import { beforeAll, expect, test } from 'vitest';
import { type Caller, callerOf } from './caller';
import { copy } from './clipboard';
import { GATEKEEPER } from './kreis';
import { setUp } from './set-up';
import { typeOver, type Visitor } from './visitor';

const { kreis, visit } = setUp();
let gatekeeper: Caller;

beforeAll(async () => {
  gatekeeper = await callerOf(kreis.url, GATEKEEPER);
});

const ENGLISH = {
  locale: 'en-GB',
  shown: '-1,000',
  other: { format: 'german', shown: '-1.000' },
  numbers: 'Numbers',
  least: 'Least value allowed',
  greatest: 'Greatest value allowed',
  description: 'Description',
  save: 'Save',
  saved: 'Saved.',
  year: 'From year',
  baseline: 'Baseline',
  target: 'Target',
  set: 'Set baseline and target',
  typed: '1.125',
  readsAs: (plain: string) => `This reads as ${plain}. Please write it without separators of thousands.`,
  eitherTyped: '1,125 or 1125',
  eitherPasted: '950 or 950000',
  pasted: '12.250',
  eitherChanged: '12.25 or 1225',
  unreadable: 'Please enter a number.',
};
const GERMAN: typeof ENGLISH = {
  locale: 'de-DE',
  shown: '-1.000',
  other: { format: 'english', shown: '-1,000' },
  numbers: 'Zahlenformat',
  least: 'Kleinster erlaubter Wert',
  greatest: 'Grösster erlaubter Wert',
  description: 'Beschreibung',
  save: 'Speichern',
  saved: 'Gespeichert.',
  year: 'Ab Jahr',
  baseline: 'Ausgangswert',
  target: 'Ziel',
  set: 'Ausgangswert und Ziel setzen',
  typed: '1,125',
  readsAs: (plain: string) =>
    `Das lässt sich als ${plain} lesen. Bitte ohne Tausendertrennzeichen schreiben.`,
  eitherTyped: '1.125 oder 1125',
  eitherPasted: '950 oder 950000',
  pasted: '12,250',
  eitherChanged: '12,25 oder 1225',
  unreadable: 'Bitte eine Zahl eingeben.',
};
const LANGUAGES = [
  { words: ENGLISH, year: 2031 },
  { words: GERMAN, year: 2032 },
];

async function visitKpi(kpi: string, { locale }: typeof ENGLISH): Promise<Visitor> {
  const { id } = await gatekeeper.kpiNamed(kpi);
  return visit(`/admin/kpis/${id}`, { as: GATEKEEPER, locale });
}

async function chooseNumbers({ page }: Visitor, { numbers, other }: typeof ENGLISH): Promise<void> {
  await page.getByRole('button', { name: 'Greta Keller' }).click();
  await page.getByLabel(numbers).selectOption(other.format);
  await page.keyboard.press('Escape');
}

/** Fills the year and the baseline, and moves the focus to the target. */
async function fillTarget(
  { page }: Visitor,
  year: number,
  { year: label, baseline, target }: typeof ENGLISH,
) {
  await page.getByLabel(label).fill(String(year));
  await page.getByLabel(baseline, { exact: true }).fill('0');
  const field = page.getByLabel(target, { exact: true });
  await field.focus();
  return field;
}

async function targetOf(kpi: string, year: number): Promise<number | undefined> {
  const { targets } = await gatekeeper.kpiNamed(kpi);
  return targets.find(({ fromYear }) => fromYear === year)?.targetValue;
}

test.for(LANGUAGES)(
  'limits that were left alone stay, whatever way of writing is chosen, in $words.locale',
  async ({ words }) => {
    const { id: kpiId } = await gatekeeper.kpiNamed('new members');
    await gatekeeper.kpis.updateKpi({ kpiId, limits: { minimum: -1000, maximum: 12_345.125 } });
    const visitor = await visitKpi('new members', words);
    const { page } = visitor;
    const least = page.getByLabel(words.least);
    await expect.poll(() => least.inputValue()).toBe(words.shown);
    await chooseNumbers(visitor, words);
    await expect.poll(() => least.inputValue()).toBe(words.other.shown);
    await page.getByLabel(words.description).fill(`Who joined, in ${words.locale}.`);
    await page.getByRole('button', { name: words.save, exact: true }).click();
    await page.getByText(words.saved).waitFor();
    expect(await gatekeeper.kpiNamed('new members')).toMatchObject({
      description: `Who joined, in ${words.locale}.`,
      limits: { minimum: -1000, maximum: 12_345.125 },
    });

    // A new number leaves the other one alone. After saving, both appear in the chosen format.
    await page.getByLabel(words.greatest).fill('20000');
    await page.getByRole('button', { name: words.save, exact: true }).click();
    await expect.poll(() => page.getByLabel(words.greatest).inputValue()).toMatch(/^20[.,]000$/);
    expect((await gatekeeper.kpiNamed('new members')).limits).toMatchObject({
      minimum: -1000,
      maximum: 20_000,
    });
    await page.getByLabel(words.greatest).fill('');
    await page.getByRole('button', { name: words.save, exact: true }).click();
    await expect.poll(async () => (await gatekeeper.kpiNamed('new members')).limits?.maximum).toBeUndefined();
    expect((await gatekeeper.kpiNamed('new members')).limits?.minimum).toBe(-1000);
    await visitor.leave();
  },
);

test.for(LANGUAGES)(
  'a target that was typed is asked about where another way of writing reads it otherwise, in $words.locale',
  async ({ words, year }) => {
    const visitor = await visitKpi('net promoter score', words);
    const { page } = visitor;
    const target = await fillTarget(visitor, year, words);
    await page.keyboard.type(words.typed);
    await chooseNumbers(visitor, words);
    await page.getByRole('button', { name: words.set }).click();
    await page.getByText(words.readsAs(words.eitherTyped)).waitFor();
    await expect.poll(() => target.evaluate((field) => field === document.activeElement)).toBe(true);
    expect(await targetOf('net promoter score', year)).toBeUndefined();

    await target.fill('1125');
    await page.getByRole('button', { name: words.set }).click();
    await expect.poll(() => targetOf('net promoter score', year)).toBe(1125);
    await visitor.leave();
  },
);

test.for(LANGUAGES)(
  'a target that is pasted is asked about where it can be read in two ways, in $words.locale',
  async ({ words, year }) => {
    const visitor = await visitKpi('donations', words);
    const { page } = visitor;
    const target = await fillTarget(visitor, year, words);
    await copy(visitor, kreis.url, '950.000');
    await page.keyboard.press('Control+v');
    await page.getByRole('button', { name: words.set }).click();
    await page.getByText(words.readsAs(words.eitherPasted)).waitFor();
    expect(await targetOf('donations', year)).toBeUndefined();

    await target.fill('');
    await copy(visitor, kreis.url, '950\n000');
    await target.focus();
    await page.keyboard.press('Control+v');
    await page.getByText(words.unreadable).waitFor();
    expect(await target.inputValue()).toBe('');
    await page.keyboard.type('950000');
    await page.getByText(words.unreadable).waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: words.set }).click();
    await expect.poll(() => targetOf('donations', year)).toBe(950_000);
    await visitor.leave();
  },
);

test.for(LANGUAGES)(
  'a target that is pasted and then changed by keys is as numbers are written here, in $words.locale',
  async ({ words, year }) => {
    const visitor = await visitKpi('net promoter score', words);
    const { page } = visitor;
    const target = await fillTarget(visitor, year, words);
    await copy(visitor, kreis.url, words.pasted);
    await page.keyboard.press('Control+v');
    // After the removed digit, the rest may be decimals or thousands.
    await page.keyboard.press('Backspace');
    await page.getByRole('button', { name: words.set }).click();
    const question = page.getByText(words.readsAs(words.eitherChanged));
    await question.waitFor();
    await target.focus();
    await page.keyboard.press('End');
    await page.keyboard.type('5');
    await question.waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: words.set }).click();
    await expect.poll(() => targetOf('net promoter score', year)).toBe(12.255);
    await visitor.leave();
  },
);

test('a new KPI takes no limit that can be read in two ways', async () => {
  const visitor = await visit('/admin/kpis/new', { as: GATEKEEPER, locale: 'en-GB' });
  const { page } = visitor;
  await page.getByLabel('Name').fill('visits');
  await page.getByLabel('Circle').selectOption('Fundraising');
  await page.getByLabel('Periodicity').selectOption('Monthly');
  await page.getByLabel('Unit').selectOption('Amount');
  const least = page.getByLabel(ENGLISH.least);
  await least.focus();
  await page.keyboard.type('12,345');
  await page.keyboard.press('Backspace');
  await page.getByRole('button', { name: 'Create' }).click();
  await page.getByText(ENGLISH.readsAs('12.34 or 1234')).waitFor();
  await typeOver(least, '1,234');
  await page.getByRole('button', { name: 'Create' }).click();
  await page.getByRole('heading', { level: 1, name: 'visits' }).waitFor();
  expect((await gatekeeper.kpiNamed('visits')).limits?.minimum).toBe(1234);
  await visitor.leave();
});
