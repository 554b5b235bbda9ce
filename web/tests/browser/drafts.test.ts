/** Typed text that is not saved: kept for its owner until the end of the day, and never sent unasked. */
import { beforeAll, expect, test } from 'vitest';
import { type Caller, callerOf } from './caller';
import { ECONOMIST, GATEKEEPER } from './kreis';
import { setUp } from './set-up';
import { gate, pressOnceRead, READ_MS, type Visitor } from './visitor';

const { kreis, visit } = setUp();
let gatekeeper: Caller;

/** Longer than the wait before a retry. */
const RETRIED_MS = 2_500;

const WORDS = [
  {
    locale: 'en-GB',
    month: { year: 2017, month: 1 },
    offer: 'You have unfinished entries for January 2017: consultations and donations.',
    goOn: 'Continue',
    typed: 'not saved yet',
    saved: '✓ saved',
    ended: 'Your session has ended',
    notYou: 'Not you? Sign out',
  },
  {
    locale: 'de-CH',
    month: { year: 2017, month: 2 },
    offer: 'Sie haben nicht abgeschlossene Eingaben für Februar 2017: consultations und donations.',
    goOn: 'Weiterfahren',
    typed: 'noch nicht gespeichert',
    saved: '✓ gespeichert',
    ended: 'Ihre Sitzung ist abgelaufen',
    notYou: 'Nicht Sie? Abmelden',
  },
];

beforeAll(async () => {
  gatekeeper = await callerOf(kreis.url, GATEKEEPER);
});

async function entering(address: string, locale = 'en-GB'): Promise<Visitor> {
  const visitor = await visit(address, { as: ECONOMIST, locale });
  await visitor.page.getByRole('textbox', { name: 'consultations' }).waitFor();
  await visitor.page.waitForTimeout(READ_MS);
  return visitor;
}

test.for(WORDS)('unsent entries are offered at the next sign-in, as typed: $locale', async (words) => {
  const { locale, month, offer, goOn, typed, saved, ended, notYou } = words;
  const visitor = await visit(`/enter?month=2017-0${month.month}`, { locale });
  const { page } = visitor;
  const authorization = await visitor.authorizationOf(() => visitor.signIn(ECONOMIST));
  const cell = page.getByRole('textbox', { name: 'consultations' });
  await cell.click();
  await page.keyboard.type('64');
  await kreis.endSession(authorization);
  await page.getByRole('textbox', { name: 'donations' }).click();
  await page.keyboard.type('104000');
  await page.keyboard.press('Enter');
  const dialogue = page.getByRole('dialog', { name: ended });
  await pressOnceRead(dialogue.getByRole('button', { name: notYou }), 'Enter');

  // Another person signs in first.
  await visitor.signIn(GATEKEEPER);
  await page.getByRole('button', { name: 'Greta Keller' }).press('Enter');
  await page.waitForTimeout(1_500);
  expect(await page.getByText(offer).count()).toBe(0);
  await page.getByRole('button', { name: locale === 'de-CH' ? 'Abmelden' : 'Sign out' }).press('Enter');

  await visitor.signIn(ECONOMIST);
  await page.getByText(offer).waitFor();
  await visitor.inspect(`unsent-${locale}`);
  await page.getByRole('button', { name: goOn }).press('Enter');
  await page.getByText(typed).first().waitFor();
  expect(await cell.inputValue()).toBe('64');
  expect(await page.getByRole('textbox', { name: 'donations' }).inputValue()).toBe('104000');
  await page.waitForTimeout(RETRIED_MS);
  expect(await gatekeeper.valueFor('donations', month)).toBeUndefined();
  expect(await gatekeeper.valueFor('consultations', month)).toBeUndefined();

  await cell.fill('640');
  await cell.press('Enter');
  await page.getByText(saved).waitFor();
  expect(await gatekeeper.changesOf('consultations', month)).toEqual(['Emil Rossi 640']);
  await page.getByText(offer).waitFor({ state: 'hidden' });
  await visitor.leave();
});

test('unsent entries that are discarded do not come back', async () => {
  const visitor = await entering('/enter?month=2017-03');
  const { page } = visitor;
  await page.getByRole('textbox', { name: 'consultations' }).fill('64');
  await page.close();
  const tab = await visitor.openTab('/');
  const offer = tab.page.getByText('You have unfinished entries for March 2017: consultations.');
  await offer.waitFor();
  await pressOnceRead(tab.page.getByRole('button', { name: 'Discard' }), 'Enter');
  await offer.waitFor({ state: 'hidden' });
  await tab.page.goto('/enter?month=2017-03');
  await tab.page.getByRole('textbox', { name: 'consultations' }).waitFor();
  await tab.page.waitForTimeout(1_500);
  expect(await tab.page.getByRole('textbox', { name: 'consultations' }).inputValue()).toBe('');
  expect(await offer.count()).toBe(0);
  await visitor.leave();
});

test('unsent entries are gone the next day', async () => {
  const visitor = await entering('/enter?month=2017-04');
  const { page } = visitor;
  await page.getByRole('textbox', { name: 'consultations' }).fill('64');
  await page.close();
  // An empty page, so that no call of kreis renews the session meanwhile.
  const tab = await visitor.openTab('about:blank');
  await tab.page.clock.setFixedTime(Date.now() + 24 * 3_600_000);
  await tab.page.goto('/');
  // The session ends after twelve hours without a call.
  await tab.signIn(ECONOMIST);
  await tab.page.getByRole('rowheader', { name: 'Counselling' }).waitFor();
  await tab.page.waitForTimeout(1_500);
  expect(await tab.page.getByText('unfinished entries').count()).toBe(0);
  expect(await tab.page.evaluate(() => Object.keys(localStorage))).not.toContainEqual(
    expect.stringContaining('drafts'),
  );
  await visitor.leave();
});

test('two tabs of one person keep their own, and what one has open is not offered in the other', async () => {
  const visitor = await entering('/enter?month=2017-05');
  const { page } = visitor;
  const tab = await visitor.openTab('/enter?month=2017-05');
  const here = page.getByRole('textbox', { name: 'consultations' });
  const there = tab.page.getByRole('textbox', { name: 'consultations' });
  await here.fill('64');
  await there.click();
  await there.fill('65');
  await here.press('Home');
  for (const one of [page, tab.page]) await one.reload();
  await here.waitFor();
  await there.waitFor();
  expect(await here.inputValue()).toBe('64');
  expect(await there.inputValue()).toBe('65');
  await tab.page.waitForTimeout(1_500);
  expect(await tab.page.getByText('unfinished entries').count()).toBe(0);

  await page.close();
  await tab.page.reload();
  await tab.page.getByText('You have unfinished entries for May 2017: consultations.').waitFor();
  // The number that this tab has typed stays.
  await pressOnceRead(tab.page.getByRole('button', { name: 'Continue' }), 'Enter');
  await there.waitFor();
  expect(await there.inputValue()).toBe('65');
  await visitor.leave();
});

test('what was typed on the screen before is offered on the next one', async () => {
  const visitor = await entering('/enter?month=2017-06');
  const { page } = visitor;
  await page.getByRole('textbox', { name: 'consultations' }).focus();
  await page.keyboard.type('7x');
  await page.getByRole('link', { name: 'Overview' }).click();
  const offer = page.getByText('You have unfinished entries for June 2017: consultations.');
  await offer.waitFor();
  await pressOnceRead(page.getByRole('button', { name: 'Continue' }), 'Enter');
  const cell = page.getByRole('textbox', { name: 'consultations' });
  await expect.poll(() => cell.inputValue()).toBe('7x');
  await offer.waitFor({ state: 'hidden' });
  await visitor.leave();
});

const SIGNING_OUT = [
  {
    locale: 'en-GB',
    account: 'Sign out',
    question: '2 entries are not saved: consultations and donations.',
    stay: 'Stay signed in',
    leave: 'Discard and sign out',
  },
  {
    locale: 'de-CH',
    account: 'Abmelden',
    question: '2 Eingaben sind nicht gespeichert: consultations und donations.',
    stay: 'Angemeldet bleiben',
    leave: 'Verwerfen und abmelden',
  },
];

test.for(SIGNING_OUT)('signing out names what is not saved, asks, and removes it: $locale', async (words) => {
  const { locale, account, question, stay, leave } = words;
  const visitor = await entering('/enter?month=2017-07', locale);
  const { page } = visitor;
  const cell = page.getByRole('textbox', { name: 'consultations' });
  await cell.focus();
  await page.keyboard.type('7x');
  await page.keyboard.press('Enter');
  await page.getByRole('textbox', { name: 'donations' }).focus();
  await page.keyboard.type('8x');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Emil Rossi' }).press('Enter');
  await page.getByRole('button', { name: account }).press('Enter');
  await page.getByText(question).waitFor();
  await visitor.inspect(`signing-out-${locale}`);
  await page.getByRole('button', { name: stay }).press('Enter');
  expect(await cell.inputValue()).toBe('7x');
  await page.getByRole('button', { name: account }).press('Enter');
  await page.getByRole('button', { name: leave }).press('Enter');
  await page.getByRole('button', { name: visitor.words.signIn }).waitFor();
  expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain('7x');

  await visitor.signIn(ECONOMIST);
  await page.getByRole('button', { name: 'Emil Rossi' }).waitFor();
  await page.goto('/enter?month=2017-07');
  await cell.waitFor();
  expect(await cell.inputValue()).toBe('');
  await visitor.leave();
});

const TAKEN_BACK = [
  {
    locale: 'en-GB',
    month: { year: 2017, month: 10 },
    question: 'Greta Keller has taken this value back in the meantime. You entered 640.',
    mine: 'Take mine',
  },
  {
    locale: 'de-CH',
    month: { year: 2017, month: 11 },
    question: 'Greta Keller hat diesen Wert inzwischen zurückgezogen. Sie haben 640 eingegeben.',
    mine: 'Meinen Wert speichern',
  },
];

test.for(TAKEN_BACK)(
  'a draft over a value that was taken back meanwhile is asked about: $locale',
  async (words) => {
    const { locale, month, question, mine } = words;
    await gatekeeper.record('consultations', month, 690);
    const visitor = await entering(`/enter?month=2017-${month.month}`, locale);
    const { page } = visitor;
    const cell = page.getByRole('textbox', { name: 'consultations' });
    await cell.fill('640');
    await gatekeeper.retract('consultations', month);
    await page.reload();
    await expect.poll(() => cell.inputValue()).toBe('640');
    await cell.press('Enter');
    await page.getByText(question).waitFor();
    await visitor.inspect(`draft-over-nothing-${locale}`);
    expect(await gatekeeper.valueFor('consultations', month)).toBeUndefined();
    // The question also survives a reload.
    await page.reload();
    await expect.poll(() => cell.inputValue()).toBe('640');
    await cell.press('Enter');
    await pressOnceRead(page.getByRole('button', { name: mine }), 'Enter');
    await expect
      .poll(() => gatekeeper.changesOf('consultations', month))
      .toEqual(['Greta Keller 690', 'Greta Keller', 'Emil Rossi 640']);
    await visitor.leave();
  },
);

test('a comment to a number that was taken back meanwhile is no reason for nothing to report', async () => {
  const month = { year: 2017, month: 12 };
  await gatekeeper.record('consultations', month, 690);
  const visitor = await entering('/enter?month=2017-12');
  const { page } = visitor;
  const row = page.getByRole('row', { name: /^consultations/ });
  await row.getByRole('button', { name: 'Comment …' }).press('Enter');
  await page.keyboard.type('closed for a week');
  await gatekeeper.retract('consultations', month);
  await page.reload();
  const comment = page.getByRole('textbox', { name: 'Comment' });
  await expect.poll(() => comment.inputValue()).toBe('closed for a week');
  await comment.press('Control+Enter');
  await page
    .getByText('Greta Keller has taken this value back in the meantime. Your comment is “closed for a week”.')
    .waitFor();
  await pressOnceRead(page.getByRole('button', { name: 'Keep theirs' }), 'Enter');
  await expect.poll(() => page.getByRole('textbox', { name: 'consultations' }).inputValue()).toBe('');
  expect(await gatekeeper.valueFor('consultations', month)).toBeUndefined();
  await visitor.leave();
});

test('a number over a mark that was taken back meanwhile says who took it back', async () => {
  const month = { year: 2016, month: 1 };
  const { id: kpiId } = await gatekeeper.kpiNamed('consultations');
  await gatekeeper.values.markNothingToReport({ kpiId, period: month, reason: 'closed' });
  const visitor = await entering('/enter?month=2016-01');
  const { page } = visitor;
  const cell = page.getByRole('textbox', { name: 'consultations' });
  await cell.fill('640');
  await gatekeeper.retract('consultations', month);
  await cell.press('Enter');
  const question = 'Greta Keller has taken this value back in the meantime. You entered 640.';
  await page.getByText(question).waitFor();
  await page.reload();
  await expect.poll(() => cell.inputValue()).toBe('640');
  await cell.press('Enter');
  await page.getByText(question).waitFor();
  await visitor.leave();
});

test.for([
  { lost: 'call', month: 8 },
  { lost: 'answer', month: 9 },
])('a number whose $lost is lost outlives a reload under another that is begun over it', async (way) => {
  const visitor = await entering(`/enter?month=2017-0${way.month}`);
  const { page } = visitor;
  const cell = page.getByRole('textbox', { name: 'consultations' });
  await page.route('**/RecordKpiValue', async (route) => {
    if (way.lost === 'answer') await route.fetch();
    await route.abort('connectionreset');
  });
  await cell.fill('640');
  await cell.press('Enter');
  await page.getByText('kept, will be saved').waitFor();
  await cell.fill('7');
  await page.reload();
  await page.unroute('**/RecordKpiValue');
  const month = { year: 2017, month: way.month };
  await expect.poll(() => gatekeeper.changesOf('consultations', month)).toEqual(['Emil Rossi 640']);
  expect(await cell.inputValue()).toBe('7');
  await cell.press('Escape');
  await expect.poll(() => cell.inputValue()).toBe('640');
  expect(await gatekeeper.changesOf('consultations', month)).toEqual(['Emil Rossi 640']);
  await visitor.leave();
});

test.for([
  { lost: 'call', month: 2 },
  { lost: 'answer', month: 3 },
])('in the next tab, what is typed over a number whose $lost is lost gives way to it', async (way) => {
  const month = { year: 2016, month: way.month };
  const visitor = await entering(`/enter?month=2016-0${way.month}`);
  const { page } = visitor;
  await page.route('**/RecordKpiValue', async (route) => {
    if (way.lost === 'answer') await route.fetch();
    await route.abort('connectionreset');
  });
  await page.getByRole('textbox', { name: 'consultations' }).fill('640');
  await page.keyboard.press('Enter');
  await page.getByText('kept, will be saved').waitFor();
  await page.getByRole('textbox', { name: 'consultations' }).fill('7');
  await page.close();

  const tab = await visitor.openTab('/');
  await pressOnceRead(tab.page.getByRole('button', { name: 'Continue' }), 'Enter');
  const cell = tab.page.getByRole('textbox', { name: 'consultations' });
  await expect.poll(() => cell.inputValue()).toBe('7');
  await tab.page.reload();
  await expect.poll(() => cell.inputValue()).toBe('7');
  await cell.press('Escape');
  expect(await cell.inputValue()).toBe('640');
  await tab.page.getByText('not saved yet', { exact: true }).waitFor();
  await cell.press('Enter');
  await tab.page.getByText('✓ saved').waitFor();
  expect(await gatekeeper.changesOf('consultations', month)).toEqual(['Emil Rossi 640']);
  await visitor.leave();
});

test('a comment beside a number that is saved after the screen was left is offered again', async () => {
  const visitor = await entering('/enter?month=2016-04');
  const { page } = visitor;
  await gatekeeper.record('consultations', { year: 2016, month: 4 }, 690);
  await page.reload();
  const row = page.getByRole('row', { name: /^consultations/ });
  await row.getByRole('button', { name: 'Comment …' }).press('Enter');
  await page.keyboard.type('closed for a week');
  const stored = gate();
  const released = gate();
  await page.route('**/CorrectKpiValue', async (route) => {
    const response = await route.fetch();
    stored.open();
    await released.passed;
    await route.fulfill({ response });
  });
  await page.getByRole('textbox', { name: 'consultations' }).fill('640');
  await page.getByRole('textbox', { name: 'consultations' }).press('Enter');
  await stored.passed;
  await page.getByRole('link', { name: 'Overview' }).click();
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  released.open();
  await page.getByText('You have unfinished entries for April 2016: consultations.').waitFor();
  await pressOnceRead(page.getByRole('button', { name: 'Continue' }), 'Enter');
  await expect.poll(() => page.getByRole('textbox', { name: 'consultations' }).inputValue()).toBe('640');
  const comment = page.getByRole('textbox', { name: 'Comment' });
  expect(await comment.inputValue()).toBe('closed for a week');
  await comment.press('Control+Enter');
  await page.getByText('✓ saved').waitFor();
  const value = await gatekeeper.valueFor('consultations', { year: 2016, month: 4 });
  expect(value).toMatchObject({ value: 640, comment: 'closed for a week' });
  await visitor.leave();
});
