/** Entries that were sent and have no answer: the page never says that they are not saved. */
import type { Route } from 'playwright-core';
import { expect, test } from 'vitest';
import { cellOf, inBothLanguages, rowOf, setUpMonths } from './month-entry';
import { loseAnswer, pressOnceRead } from './visitor';

const { months, entering } = setUpMonths();

const ENGLISH = {
  locale: 'en-CH',
  waiting: 'kept, will be saved',
  saved: '✓ saved',
  unsaved: 'not saved yet',
  sent: 'Sent without an answer, so perhaps saved: consultations. Discarding does not take that back.',
  discard: 'Discard',
  signOut: 'Sign out',
};
const GERMAN: typeof ENGLISH = {
  locale: 'de-CH',
  waiting: 'vorgemerkt, wird noch gespeichert',
  saved: '✓ gespeichert',
  unsaved: 'noch nicht gespeichert',
  sent: 'Gesendet, aber ohne Antwort, also vielleicht gespeichert: consultations. Verwerfen macht das nicht rückgängig.',
  discard: 'Verwerfen',
  signOut: 'Abmelden',
};

test.for(inBothLanguages(ENGLISH, GERMAN))(
  'discarding what was sent without an answer does not claim to take it back, in $words.locale',
  async ({ words, year }) => {
    const month = `${year}-01`;
    const visitor = await entering(month, { locale: words.locale });
    const { page } = visitor;
    // The server stores the value, but the answer is lost.
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
    await tab.page.getByText(words.sent).waitFor();
    await tab.inspect(`drafts-sent-${words.locale}`);
    await pressOnceRead(tab.page.getByRole('button', { name: words.discard }), 'Enter');
    await tab.page.getByText(words.sent).waitFor({ state: 'hidden' });
    expect(await months.numbers(month)).toEqual({ consultations: 640 });
    await visitor.leave();
  },
);

test.for([
  { what: 'call', lose: (route: Route) => route.abort(), month: '2013-01' },
  { what: 'answer', lose: loseAnswer, month: '2013-02' },
])(
  'a number whose $what was lost is saved once, with its comment, by the next session',
  async ({ lose, month }) => {
    await months.fill(month, { consultations: 640 });
    await months.correct(month, 'consultations', 640, 'estimate');
    const visitor = await entering(month);
    const { page } = visitor;
    await cellOf(visitor).fill('');
    await cellOf(visitor).press('Enter');
    await pressOnceRead(page.getByRole('button', { name: 'Take it back' }));
    await rowOf(visitor).getByText(ENGLISH.saved).waitFor();
    await page.route('**/RecordKpiValue', lose);
    await cellOf(visitor).press('Control+z');
    await rowOf(visitor).getByText(ENGLISH.waiting).waitFor();
    await page.close();

    const tab = await visitor.openTab('/');
    await pressOnceRead(tab.page.getByRole('button', { name: 'Continue' }), 'Enter');
    expect(await tab.page.getByRole('textbox', { name: 'Comment' }).inputValue()).toBe('estimate');
    await cellOf(tab).press('Enter');
    await rowOf(tab).getByText(ENGLISH.unsaved).waitFor({ state: 'hidden' });
    await expect.poll(() => months.numbers(month)).toEqual({ consultations: 640 });
    expect(await months.comment(month, 'consultations')).toBe('estimate');
    expect(await months.version(month, 'consultations')).toBe(4);
    await visitor.leave();
  },
);
