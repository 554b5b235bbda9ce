/** The unit of a KPI changes while one of its values is being corrected. */
import { expect, test } from 'vitest';
import { Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import { correctionIn, KPI, type Language, setUpCorrections, WORDS } from './correction-entry';
import { pressOnceRead, READ_MS } from './visitor';

const { gatekeeper, correcting, stored, correctAsGatekeeper } = setUpCorrections();

const SENTENCES = {
  'en-GB': {
    asked: (number: string) =>
      `The unit of this KPI has changed in the meantime: from “Amount” to “Swiss francs (CHF)”. Is ${number} right?`,
    slip: /Is it right\?$/,
    right: 'It is right',
  },
  'de-CH': {
    asked: (number: string) =>
      `Die Einheit dieses KPI hat inzwischen gewechselt: von «Anzahl» zu «Schweizer Franken (CHF)». Stimmt ${number}?`,
    slip: /Stimmt das\?$/,
    right: 'Es stimmt',
  },
} as const;

async function countIn(unit: Unit) {
  const { id: kpiId } = await gatekeeper.kpiNamed(KPI);
  await gatekeeper.kpis.updateKpi({ kpiId, unit });
}

/** Opens a correction while the unit of the KPI is still an amount. */
async function correctingAmount(month: string, locale: Language) {
  await countIn(Unit.AMOUNT);
  return correcting(month, locale);
}

test.for([
  { locale: 'en-GB', month: 'March', number: 3 },
  { locale: 'de-CH', month: 'April', number: 4 },
] as const)('a correction in another unit is asked about, also after a reload: $locale', async (of) => {
  const { locale, month, number } = of;
  const [words, sentences] = [WORDS[locale], SENTENCES[locale]];
  const { visitor, page, value } = await correctingAmount(month, locale);
  const before = await stored(number);
  const next = before.value + 1;
  await countIn(Unit.CHF);
  await value.fill(String(next));
  await value.press('Enter');
  await page.getByText(sentences.asked(String(next))).waitFor();
  expect(await stored(number)).toEqual(before);
  await visitor.inspect(`correction-unit-${locale}`);

  await page.reload();
  await value.waitFor();
  await value.press('Enter');
  await page.getByText(sentences.asked(String(next))).waitFor();
  expect(await stored(number)).toEqual(before);
  await page.waitForTimeout(READ_MS);
  await page.getByRole('button', { name: sentences.right }).press('Enter');
  await page.getByRole('status').getByText(words.saved(month)).waitFor();
  expect((await stored(number)).value).toBe(next);
  await visitor.leave();
});

test.for([
  { locale: 'en-GB', month: 'May', number: 5 },
  { locale: 'de-CH', month: 'August', number: 8 },
] as const)('a slip in another unit is asked about twice, its unit first: $locale', async (of) => {
  const { locale, month, number } = of;
  const [words, sentences] = [WORDS[locale], SENTENCES[locale]];
  const { visitor, page, value } = await correctingAmount(month, locale);
  const before = await stored(number);
  await value.fill('500');
  await countIn(Unit.CHF);
  // The reload shows the new unit before the page sends anything.
  await page.reload();
  await value.waitFor();
  await value.press('Enter');
  await page.getByText(sentences.asked('500')).waitFor();
  await page.waitForTimeout(READ_MS);
  await value.press('Enter');
  await page.getByText(sentences.slip).waitFor();
  // Before the time to read it has passed.
  await value.press('Enter');
  expect(await stored(number)).toEqual(before);
  await page.waitForTimeout(READ_MS);
  await value.press('Enter');
  await page.getByRole('status').getByText(words.saved(month)).waitFor();
  expect((await stored(number)).value).toBe(500);
  // Restores the value, because the next slip is compared with it.
  await correctAsGatekeeper(number, before.value);
  await visitor.leave();
});

test('a comment to a number that was left alone is not asked about its unit', async () => {
  const { visitor, page, comment } = await correctingAmount('July', 'en-GB');
  const before = await stored(7);
  await countIn(Unit.CHF);
  await comment.fill('Counted by hand.');
  await comment.press('Control+Enter');
  await page.getByRole('status').getByText(WORDS['en-GB'].saved('July')).waitFor();
  expect(await stored(7)).toMatchObject({ value: before.value, comment: 'Counted by hand.' });
  await visitor.leave();
});

test('mine in place of theirs is asked about its unit', async () => {
  const { visitor, page, value } = await correctingAmount('October', 'en-GB');
  const before = await stored(10);
  const [theirs, mine] = [before.value + 1, before.value + 2];
  await value.fill(String(mine));
  await correctAsGatekeeper(10, theirs);
  await value.press('Enter');
  const again = correctionIn(page, 'October');
  await page.getByRole('button', { name: 'Save mine' }).waitFor();
  await countIn(Unit.CHF);
  await pressOnceRead(page.getByRole('button', { name: 'Save mine' }), 'Enter');
  await page.getByText(SENTENCES['en-GB'].asked(String(mine))).waitFor();
  expect((await stored(10)).value).toBe(theirs);
  await page.waitForTimeout(READ_MS);
  await again.value.press('Enter');
  await page.getByRole('status').getByText(WORDS['en-GB'].saved('October')).waitFor();
  expect((await stored(10)).value).toBe(mine);
  await visitor.leave();
});

test('what was typed with the sign of the unit before is read in it', async () => {
  await countIn(Unit.CHF);
  const { visitor, page, value } = await correcting('September', 'en-GB');
  const next = (await stored(9)).value + 1;
  await value.fill(`CHF ${next}`);
  await countIn(Unit.AMOUNT);
  await page.reload();
  await value.waitFor();
  await value.press('Enter');
  await page.getByText(`from “Swiss francs (CHF)” to “Amount”. Is ${next} right?`).waitFor();
  await page.waitForTimeout(READ_MS);
  await value.press('Enter');
  await page.getByRole('status').getByText(WORDS['en-GB'].saved('September')).waitFor();
  expect((await stored(9)).value).toBe(next);
  await visitor.leave();
});
