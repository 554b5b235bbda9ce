/** Entries that were sent and have no answer: nothing says that they are not saved. */
import { expect, test } from 'vitest';
import { ECONOMIST } from './kreis';
import { cellOf, inBothLanguages, rowOf, setUpMonths } from './month-entry';
import { loseAnswer } from './visitor';

const { months, entering } = setUpMonths();

const ENGLISH = {
  locale: 'en-CH',
  waiting: 'kept, will be saved',
  saved: '✓ saved',
  sent: 'Sent without an answer, so perhaps saved: consultations. Discarding does not take that back.',
  discard: 'Discard',
  signOut: 'Sign out',
};
const GERMAN: typeof ENGLISH = {
  locale: 'de-CH',
  waiting: 'behalten, wird gespeichert',
  saved: '✓ gespeichert',
  sent: 'Gesendet, aber ohne Antwort, also vielleicht gespeichert: consultations. Verwerfen nimmt das nicht zurück.',
  discard: 'Verwerfen',
  signOut: 'Abmelden',
};

test.for(inBothLanguages(ENGLISH, GERMAN))(
  'discarding what was sent without an answer does not claim to take it back, in $words.locale',
  async ({ words, year }) => {
    const month = `${year}-01`;
    const visitor = await entering(month, { locale: words.locale });
    const { page } = visitor;
    // The server has it, and the answer is lost.
    await page.route('**/RecordKpiValue', loseAnswer);
    await cellOf(visitor, 'donations').fill('10x');
    await cellOf(visitor).fill('640');
    await cellOf(visitor).press('Enter');
    await rowOf(visitor).getByText(words.waiting).waitFor();
    await page.getByRole('button', { name: 'Emil Rossi' }).press('Enter');
    await page.getByRole('button', { name: words.signOut }).press('Enter');
    await page.getByText(words.sent).waitFor();
    await page.close();

    const tab = await visitor.openTab('/');
    await tab.signIn(ECONOMIST);
    await tab.page.getByText(words.sent).waitFor();
    await tab.inspect(`drafts-sent-${words.locale}`);
    await tab.page.getByRole('button', { name: words.discard }).press('Enter');
    await tab.page.getByText(words.sent).waitFor({ state: 'hidden' });
    expect(await months.numbers(month)).toEqual({ consultations: 640 });
    await visitor.leave();
  },
);
