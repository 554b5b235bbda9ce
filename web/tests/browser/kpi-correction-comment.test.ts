/** A person corrects only the comment of a value, while another person changes its number. */
import { expect, test } from 'vitest';
import { KPI, setUpCorrections, WORDS } from './correction-entry';
import { LAST_YEAR } from './kreis';
import { pressOnceRead } from './visitor';

const { gatekeeper, correcting, stored, correctAsGatekeeper } = setUpCorrections();

const SENTENCES = {
  'en-GB': {
    mine: 'Your comment is “Counted by hand.”.',
    empty: 'You left the comment empty.',
    typed: 'You entered',
    save: 'Save my comment',
    keep: 'Keep theirs',
  },
  'de-CH': {
    mine: 'Ihr Kommentar lautet «Counted by hand.».',
    empty: 'Sie haben den Kommentar leer gelassen.',
    typed: 'eingegeben',
    save: 'Meinen Kommentar speichern',
    keep: 'Anderen Wert behalten',
  },
} as const;

const LANGUAGES = [
  { locale: 'en-GB', month: 'March', number: 3 },
  { locale: 'de-CH', month: 'April', number: 4 },
] as const;

test.for(LANGUAGES)('a comment goes to the number that another person has entered: $locale', async (of) => {
  const { locale, month, number } = of;
  const [words, sentences] = [WORDS[locale], SENTENCES[locale]];
  const { visitor, page, opener, comment } = await correcting(month, locale);
  const before = (await stored(number)).value;
  const both = page.getByRole('alert');
  await comment.fill('Counted by hand.');
  await correctAsGatekeeper(number, before + 2);
  await comment.press('Control+Enter');
  await both.getByText(sentences.mine).waitFor();
  await both.getByText('Greta Keller').waitFor();
  expect(await both.getByText(sentences.typed).count()).toBe(0);
  await visitor.inspect(`correction-comment-${locale}`);

  // The number changes again before the person answers.
  await correctAsGatekeeper(number, before + 3);
  await pressOnceRead(both.getByRole('button', { name: sentences.save }));
  await both.getByText(String(before + 3), { exact: true }).waitFor();
  await both.getByText(sentences.mine).waitFor();
  await pressOnceRead(both.getByRole('button', { name: sentences.save }));
  await page.getByRole('status').getByText(words.saved(month)).waitFor();
  expect(await stored(number)).toMatchObject({ value: before + 3, comment: 'Counted by hand.' });

  await opener.press('Enter');
  await comment.fill('');
  await correctAsGatekeeper(number, before);
  await comment.press('Control+Enter');
  await both.getByText(sentences.empty).waitFor();
  await pressOnceRead(both.getByRole('button', { name: sentences.save }));
  await page.getByRole('status').getByText(words.saved(month)).waitFor();
  expect(await stored(number)).toMatchObject({ value: before, comment: '' });
  await visitor.leave();
});

test.for([
  { locale: 'en-GB', month: 'May', number: 5 },
  { locale: 'de-CH', month: 'August', number: 8 },
] as const)('a comment does not bring back a number that was taken back: $locale', async (of) => {
  const { locale, month, number } = of;
  const sentences = SENTENCES[locale];
  const { visitor, page, comment } = await correcting(month, locale);
  await comment.fill('Counted by hand.');
  await gatekeeper.values.retractKpiValue({ kpiValueId: (await stored(number)).id });
  await comment.press('Control+Enter');
  const both = page.getByRole('alert');
  await both.getByText(sentences.mine).waitFor();
  const answers = both.getByRole('button');
  expect(await answers.allTextContents()).toEqual([sentences.keep]);
  await pressOnceRead(answers);
  await both.waitFor({ state: 'hidden' });
  expect(await gatekeeper.valueFor(KPI, { year: LAST_YEAR, month: number })).toBeUndefined();
  await visitor.leave();
});
