/**
 * Another person changes a value while its correction is open. The page compares both versions, and
 * saves what it shows.
 */
import { expect, test } from 'vitest';
import { setUpCorrections, WORDS } from './correction-entry';
import { loseAnswer, pressOnceRead } from './visitor';

const { gatekeeper, correcting, stored, correctAsGatekeeper } = setUpCorrections();

const SENTENCES = {
  'en-GB': {
    theirs: 'The comment on it: “Without the holidays.”.',
    none: 'There is no comment on it.',
    number: (typed: number) => `You entered ${typed}.`,
    comment: 'Your comment is “Counted by hand.”.',
    save: 'Save mine',
  },
  'de-CH': {
    theirs: 'Der Kommentar dazu: «Without the holidays.».',
    none: 'Es gibt keinen Kommentar dazu.',
    number: (typed: number) => `Sie haben ${typed} eingegeben.`,
    comment: 'Ihr Kommentar lautet «Counted by hand.».',
    save: 'Meinen Wert speichern',
  },
} as const;

async function comment(number: number, value: number, said: string): Promise<void> {
  await gatekeeper.values.correctKpiValue({ kpiValueId: (await stored(number)).id, value, comment: said });
}

test('the number that was there before, typed again, does not give way to another person in silence', async () => {
  const { visitor, page, value } = await correcting('March');
  const before = (await stored(3)).value;
  const both = page.getByRole('alert');
  await correctAsGatekeeper(3, before + 3);
  await value.fill(String(before + 1));
  await value.fill(String(before));
  await page.keyboard.press('Enter');
  await both.getByText(String(before + 3), { exact: true }).waitFor();
  await both.getByText(SENTENCES['en-GB'].number(before)).waitFor();
  await pressOnceRead(both.getByRole('button', { name: 'Save mine' }));
  await page.getByRole('status').getByText(WORDS['en-GB'].saved('March')).waitFor();
  expect((await stored(3)).value).toBe(before);
  await visitor.leave();
});

test('a number that is typed as it was and is still so is said to be saved, and changes nothing', async () => {
  const { visitor, page, value } = await correcting('January');
  const before = await stored(1);
  await value.fill(String(before.value + 1));
  await value.fill(String(before.value));
  await page.keyboard.press('Enter');
  await page.getByRole('status').getByText(WORDS['en-GB'].saved('January')).waitFor();
  expect(await stored(1)).toMatchObject({ value: before.value, version: before.version });
  await visitor.leave();
});

test.for([
  { locale: 'en-GB', month: 'April', number: 4 },
  { locale: 'de-CH', month: 'Mai', number: 5 },
] as const)(
  'beside a number that is saved after all, the comment is the one that is shown: $locale',
  async (of) => {
    const { locale, month, number } = of;
    const sentences = SENTENCES[locale];
    const before = (await stored(number)).value;
    await comment(number, before + 1, 'An old comment.');
    const there = await correcting(month, locale);
    const { visitor, page, value } = there;
    const both = page.getByRole('alert');
    await value.fill(String(before + 4));
    await comment(number, before + 2, 'Without the holidays.');
    await value.press('Enter');
    await both.getByText(sentences.theirs).waitFor();
    await both.getByText(sentences.number(before + 4)).waitFor();
    expect(await value.inputValue()).toBe(String(before + 4));
    expect(await there.comment.inputValue()).toBe('Without the holidays.');
    await visitor.inspect(`correction-both-comments-${locale}`);
    await pressOnceRead(both.getByRole('button', { name: sentences.save }));
    await page.getByRole('status').getByText(WORDS[locale].saved(month)).waitFor();
    expect(await stored(number)).toMatchObject({ value: before + 4, comment: 'Without the holidays.' });

    // A comment of the person takes the place of the other one, so both are shown.
    await there.opener.press('Enter');
    await value.fill(String(before + 5));
    await there.comment.fill('Counted by hand.');
    await correctAsGatekeeper(number, before);
    await there.comment.press('Control+Enter');
    await both.getByText(sentences.theirs).waitFor();
    await both.getByText(sentences.number(before + 5)).waitFor();
    await both.getByText(sentences.comment).waitFor();
    await comment(number, before, '');
    await pressOnceRead(both.getByRole('button', { name: sentences.save }));
    await both.getByText(sentences.none).waitFor();
    expect(await there.comment.inputValue()).toBe('Counted by hand.');
    await pressOnceRead(both.getByRole('button', { name: sentences.save }));
    await page.getByRole('status').getByText(WORDS[locale].saved(month)).waitFor();
    expect(await stored(number)).toMatchObject({ value: before + 5, comment: 'Counted by hand.' });
    await visitor.leave();
  },
);

test('a comment that goes to the number of another person shows that number in the form', async () => {
  const { visitor, page, value, ...there } = await correcting('August');
  const before = (await stored(8)).value;
  await there.comment.fill('Counted by hand.');
  await correctAsGatekeeper(8, before + 2);
  await there.comment.press('Control+Enter');
  const mine = page.getByRole('button', { name: 'Save my comment' });
  await mine.waitFor();
  expect(await value.inputValue()).toBe(String(before + 2));
  await pressOnceRead(mine);
  await page.getByRole('status').getByText(WORDS['en-GB'].saved('August')).waitFor();
  expect(await stored(8)).toMatchObject({ value: before + 2, comment: 'Counted by hand.' });
  await visitor.leave();
});

test('a repeated correction is not said to be saved where another person has corrected it since', async () => {
  const { visitor, page, value } = await correcting('June');
  const before = (await stored(6)).value;
  const both = page.getByRole('alert');
  await page.route('**/CorrectKpiValue', loseAnswer, { times: 1 });
  await value.fill(String(before + 1));
  await value.press('Enter');
  await both.getByText(WORDS['en-GB'].perhaps).waitFor();
  await correctAsGatekeeper(6, before + 2);
  await value.press('Enter');
  await both.getByText(String(before + 2), { exact: true }).waitFor();
  expect(await page.getByText(WORDS['en-GB'].saved('June')).count()).toBe(0);
  await pressOnceRead(both.getByRole('button', { name: 'Save mine' }));
  await page.getByRole('status').getByText(WORDS['en-GB'].saved('June')).waitFor();
  expect((await stored(6)).value).toBe(before + 1);
  await visitor.leave();
});

test('a value whose taking back is repeated is not said to be blank where it has been entered since', async () => {
  const { visitor, page } = await correcting('July');
  const { id, kpiId, value } = await stored(7);
  const both = page.getByRole('alert');
  await page.route('**/RetractKpiValue', loseAnswer, { times: 1 });
  await page.getByRole('button', { name: 'Take back …' }).click();
  await pressOnceRead(page.getByRole('button', { name: 'Take it back' }));
  await both.getByText(WORDS['en-GB'].perhaps).waitFor();
  const { kpiValue } = await gatekeeper.values.getKpiValue({ kpiValueId: id });
  await gatekeeper.values.recordKpiValue({
    kpiId,
    value: value + 2,
    ...(kpiValue?.period !== undefined && { period: kpiValue.period }),
  });
  await pressOnceRead(page.getByRole('button', { name: 'Take it back' }));
  await both.getByText(String(value + 2), { exact: true }).waitFor();
  expect(await page.getByText('is blank again').count()).toBe(0);
  expect((await stored(7)).value).toBe(value + 2);
  await visitor.leave();
});

test('a correction over that of another person is decided on once the connection is back', async () => {
  const { visitor, page, value } = await correcting('November');
  const before = (await stored(11)).value;
  await correctAsGatekeeper(11, before + 1);
  await page.route('**/GetKpiValue', (route) => route.abort('connectionrefused'));
  const refused = page.waitForResponse('**/CorrectKpiValue');
  await value.fill(String(before + 2));
  await value.press('Enter');
  await refused;
  // A reading of the screen would have given up by then.
  await page.waitForTimeout(9_000);
  await page.unroute('**/GetKpiValue');
  await pressOnceRead(page.getByRole('button', { name: 'Save mine' }));
  await page.getByRole('status').getByText(WORDS['en-GB'].saved('November')).waitFor();
  expect((await stored(11)).value).toBe(before + 2);
  await visitor.leave();
});
