/** Corrections without an answer: they may have been saved, and are saved only once. */
import type { Page, Route } from 'playwright-core';
import { expect, test } from 'vitest';
import { correctionIn, KPI, setUpCorrections, WORDS } from './correction-entry';
import { ECONOMIST, GATEKEEPER } from './kreis';
import { gate, loseAnswer, pressOnceRead } from './visitor';

const { gatekeeper, correcting, stored, correctAsGatekeeper } = setUpCorrections();

/** Longer than an answer needs to reach the screen. */
const SETTLED_MS = 1_000;

test.for([
  { locale: 'en-GB', lost: 'answer', month: 'November', number: 11 },
  { locale: 'de-CH', lost: 'call', month: 'Dezember', number: 12 },
] as const)('$locale: a correction whose $lost is lost is kept, and saved once', async (of) => {
  const { locale, lost, month, number } = of;
  const words = WORDS[locale];
  const { visitor, page, value, comment } = await correcting(month, locale);
  const { version, value: before } = await stored(number);
  const lose = async (route: Route) => {
    if (lost === 'answer') await route.fetch();
    await route.abort('connectionreset');
  };
  await page.route('**/CorrectKpiValue', lose);
  const typed = String(before + 1);
  await value.fill(typed);
  await comment.fill('After the audit.');
  await comment.press('Control+Enter');
  await page.getByRole('alert').getByText(words.perhaps).waitFor();
  await visitor.inspect(`correction-unanswered-${locale}`);
  expect((await stored(number)).version).toBe(lost === 'answer' ? version + 1 : version);
  const isAsWritten = async (at: Page) => {
    const there = correctionIn(at, month, locale);
    await at.getByRole('alert').getByText(words.perhaps).waitFor();
    const written = [await there.value.inputValue(), await there.comment.inputValue()];
    expect(written).toEqual([typed, 'After the audit.']);
  };
  await isAsWritten(page);
  // The page sends the number again under the same id: here, after a reload and from another tab.
  await value.press('Enter');
  await isAsWritten(page);
  await page.reload();
  await isAsWritten(page);
  await page.close();
  const tab = await visitor.openTab('/');
  await pressOnceRead(tab.page.getByRole('button', { name: words.goOn }), 'Enter');
  await isAsWritten(tab.page);
  await correctionIn(tab.page, month, locale).value.press('Enter');
  await tab.page.getByRole('status').getByText(words.saved(month)).waitFor();
  expect(await stored(number)).toMatchObject({
    value: before + 1,
    comment: 'After the audit.',
    version: version + 1,
  });
  await visitor.leave();
});

test('another number after a lost answer is not said to be at odds with another person', async () => {
  const { visitor, page, value } = await correcting('January');
  const before = await stored(1);
  await page.route('**/CorrectKpiValue', loseAnswer, { times: 1 });
  await value.fill(String(before.value + 1));
  await value.press('Enter');
  await page.getByRole('alert').getByText(WORDS['en-GB'].perhaps).waitFor();
  await value.fill(String(before.value + 2));
  expect(await page.getByText(WORDS['en-GB'].perhaps).count()).toBe(0);
  await value.press('Enter');
  await page.getByRole('alert').getByText('changed under your name in the meantime').waitFor();
  expect(await page.getByText('Another person has changed this meanwhile.').count()).toBe(0);
  await visitor.inspect('correction-own-versions');
  await pressOnceRead(page.getByRole('button', { name: 'Save mine' }));
  await page.getByRole('status').getByText(WORDS['en-GB'].saved('January')).waitFor();
  expect(await stored(1)).toMatchObject({ value: before.value + 2, version: before.version + 2 });
  await visitor.leave();
});

test('a correction sent in place of another version is saved once, though its answer is lost', async () => {
  const { visitor, page, value } = await correcting('February');
  const before = await stored(2);
  await correctAsGatekeeper(2, before.value + 1);
  await value.fill(String(before.value + 2));
  await value.press('Enter');
  await page.route('**/CorrectKpiValue', loseAnswer, { times: 1 });
  await pressOnceRead(page.getByRole('button', { name: 'Save mine' }));
  await page.getByRole('alert').getByText(WORDS['en-GB'].perhaps).waitFor();
  await page.reload();
  await value.press('Enter');
  await page.getByRole('status').getByText(WORDS['en-GB'].saved('February')).waitFor();
  expect(await stored(2)).toMatchObject({ value: before.value + 2, version: before.version + 2 });
  await visitor.leave();
});

test('what is typed after a correction was left on its way is not lost to its answer', async () => {
  const { visitor, page, value } = await correcting('March');
  const released = gate();
  await page.route('**/CorrectKpiValue', async (route) => {
    await released.passed;
    await route.continue();
  });
  page.on('dialog', (question) => void question.accept());
  const before = await stored(3);
  await value.fill(String(before.value + 1));
  await value.press('Enter');
  await page.getByRole('link', { name: 'Overview' }).press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  await page.goBack();
  const typed = String(before.value + 2);
  await value.fill(typed);
  released.open();
  await expect.poll(async () => (await stored(3)).value).toBe(before.value + 1);
  await page.waitForTimeout(SETTLED_MS);
  expect(await value.inputValue()).toBe(typed);
  await visitor.leave();
});

test('after the session ended, a correction is said not to be saved, and can be', async () => {
  const { visitor, page, value, end } = await correcting('April');
  const before = await stored(4);
  await value.fill(String(before.value + 1));
  await end();
  await value.press('Enter');
  const dialogue = page.getByRole('dialog', { name: 'Your session has ended' });
  await dialogue.waitFor();
  await visitor.signIn(ECONOMIST);
  await dialogue.waitFor({ state: 'hidden' });
  await page.getByRole('alert').getByText('nothing is changed yet').waitFor();
  expect(await page.getByText('Please sign in').count()).toBe(0);
  expect((await stored(4)).version).toBe(before.version);
  await pressOnceRead(value, 'Enter');
  await page.getByRole('status').getByText(WORDS['en-GB'].saved('April')).waitFor();
  expect((await stored(4)).value).toBe(before.value + 1);
  await visitor.leave();
});

test('a value taken back without an answer is taken back once', async () => {
  const { visitor, page, opener } = await correcting('September');
  const before = await stored(9);
  await page.route('**/RetractKpiValue', loseAnswer, { times: 1 });
  await page.getByRole('button', { name: 'Take back …' }).click();
  const takeBack = page.getByRole('button', { name: 'Take it back' });
  await pressOnceRead(takeBack);
  await page.getByRole('alert').getByText(WORDS['en-GB'].perhaps).waitFor();
  await opener.waitFor({ state: 'hidden' });
  await pressOnceRead(takeBack);
  await page.getByRole('status').getByText('is blank again').waitFor();
  const { kpiValue } = await gatekeeper.values.getKpiValue({ kpiValueId: before.id });
  expect(Number(kpiValue?.etag)).toBe(before.version + 1);
  await visitor.leave();
});

test('a correction on its way while another person signs in comes back to its owner, saved once', async () => {
  const { visitor, page, value, comment, end } = await correcting('October');
  const before = await stored(10);
  const reached = gate();
  const released = gate();
  await page.route('**/CorrectKpiValue', async (route) => {
    const response = await route.fetch();
    reached.open();
    await released.passed;
    await route.fulfill({ response });
  });
  await value.fill(String(before.value - 1));
  await comment.press('Control+Enter');
  await reached.passed;
  await end();
  // Another call reveals that the session has ended.
  await page.getByRole('button', { name: 'Show more' }).click();
  await page.getByRole('dialog', { name: WORDS['en-GB'].ended }).waitFor();
  await visitor.signIn(GATEKEEPER);
  await page.getByRole('button', { name: 'Greta Keller' }).waitFor();
  released.open();
  await page.waitForTimeout(SETTLED_MS);
  expect(await value.count()).toBe(0);
  expect(await page.getByText('is saved.').count()).toBe(0);
  await page.close();

  const tab = await visitor.openTab('/');
  await tab.signOut('Greta Keller');
  await tab.signIn(ECONOMIST);
  await pressOnceRead(tab.page.getByRole('button', { name: 'Continue' }), 'Enter');
  const again = correctionIn(tab.page, 'October');
  await tab.page.getByRole('alert').getByText(WORDS['en-GB'].perhaps).waitFor();
  await again.value.press('Enter');
  await tab.page.getByRole('status').getByText(WORDS['en-GB'].saved('October')).waitFor();
  expect(await stored(10)).toMatchObject({ value: before.value - 1, version: before.version + 1 });
  await visitor.leave();
});

test('an answer that was lost before the session ended is not said to have changed nothing', async () => {
  const { visitor, page, value, end } = await correcting('July');
  const before = await stored(7);
  await page.route('**/CorrectKpiValue', loseAnswer, { times: 1 });
  await value.fill(String(before.value + 1));
  await value.press('Enter');
  await page.getByRole('alert').getByText(WORDS['en-GB'].perhaps).waitFor();
  await end();
  await value.press('Enter');
  const dialogue = page.getByRole('dialog', { name: WORDS['en-GB'].ended });
  await dialogue.waitFor();
  await visitor.signIn(ECONOMIST);
  await dialogue.waitFor({ state: 'hidden' });
  await page.getByRole('alert').getByText(WORDS['en-GB'].perhaps).waitFor();
  await pressOnceRead(value, 'Enter');
  await page.getByRole('status').getByText(WORDS['en-GB'].saved('July')).waitFor();
  expect(await stored(7)).toMatchObject({ value: before.value + 1, version: before.version + 1 });
  await visitor.leave();
});

test('a correction without an answer is called perhaps saved where it is offered and before signing out', async () => {
  const { visitor, page, value, offer } = await correcting('August');
  const before = await stored(8);
  const sent = page.getByText(`Sent without an answer, so perhaps saved: ${KPI}.`);
  await page.route('**/CorrectKpiValue', loseAnswer, { times: 1 });
  page.on('dialog', (question) => void question.accept());
  await value.fill(String(before.value + 1));
  await value.press('Enter');
  await page.getByRole('alert').getByText(WORDS['en-GB'].perhaps).waitFor();
  await page.getByRole('link', { name: 'Overview' }).press('Enter');
  await offer.waitFor();
  await sent.waitFor();
  await page.getByRole('button', { name: 'Emil Rossi' }).press('Enter');
  await page.getByRole('button', { name: 'Sign out' }).press('Enter');
  await expect.poll(() => sent.count()).toBe(2);
  await page.getByRole('button', { name: 'Stay signed in' }).press('Enter');
  await page.keyboard.press('Escape');
  await pressOnceRead(page.getByRole('button', { name: WORDS['en-GB'].discard }), 'Enter');
  await offer.waitFor({ state: 'hidden' });
  expect((await stored(8)).value).toBe(before.value + 1);
  await visitor.leave();
});

test.for([
  { locale: 'en-GB', month: 'May', number: 5, own: 'changed under your name', save: 'Save mine' },
  { locale: 'de-CH', month: 'Juni', number: 6, own: 'unter Ihrem Namen', save: 'Meinen Wert speichern' },
] as const)('the number and comment of before are not dropped after a lost answer: $locale', async (of) => {
  const { locale, month, number, own, save } = of;
  const words = WORDS[locale];
  const { visitor, page, value, comment } = await correcting(month, locale);
  const before = await stored(number);
  await page.route('**/CorrectKpiValue', loseAnswer, { times: 1 });
  await value.fill(String(before.value + 2));
  await comment.fill('After the audit.');
  await value.press('Enter');
  await page.getByRole('alert').getByText(words.perhaps).waitFor();
  await value.fill(String(before.value));
  await comment.fill(before.comment);
  await value.press('Enter');
  await page.getByRole('alert').getByText(own).waitFor();
  await page.getByRole('alert').getByText('After the audit.').waitFor();
  await pressOnceRead(page.getByRole('button', { name: save }));
  await page.getByRole('status').getByText(words.saved(month)).waitFor();
  const { value: now, comment: said } = await stored(number);
  expect([now, said]).toEqual([before.value, before.comment]);
  await visitor.leave();
});
