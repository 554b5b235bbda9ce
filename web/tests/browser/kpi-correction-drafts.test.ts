/** Unsaved corrections: kept for their owner until the end of the day. */
import { expect, test } from 'vitest';
import { correctionIn, type Language, setUpCorrections, WORDS } from './correction-entry';
import { ECONOMIST, GATEKEEPER } from './kreis';
import { hasFocus } from './month-entry';
import { pressOnceRead, READ_MS, type Visitor } from './visitor';

const SIGN_OUT = { 'en-GB': 'Sign out', 'de-CH': 'Abmelden' };

const { correcting, stored, correctAsGatekeeper } = setUpCorrections();

/** Longer than the delay before a screen offers drafts. */
const OFFERED_MS = 2_000;

async function handOver(visitor: Visitor, locale: Language): Promise<void> {
  await visitor.page.getByRole('dialog', { name: WORDS[locale].ended }).waitFor();
  await visitor.signIn(GATEKEEPER);
  await visitor.page.getByRole('button', { name: 'Greta Keller' }).waitFor();
}

test.for([
  { locale: 'en-GB', month: 'March', number: 3 },
  { locale: 'de-CH', month: 'April', number: 4 },
] as const)('a correction outlives the tab, closed by the next person: $locale', async (of) => {
  const { locale, month, number } = of;
  const words = WORDS[locale];
  const { visitor, page, value, comment, opener, offer, end } = await correcting(month, locale);
  const before = await stored(number);
  await value.fill('45');
  await comment.fill('After the audit.');
  await end();
  await comment.press('Control+Enter');
  await handOver(visitor, locale);
  await opener.waitFor();
  await page.waitForTimeout(OFFERED_MS);
  expect(await value.count()).toBe(0);
  expect(await offer.count()).toBe(0);
  // The next person has no unsaved text, so the page closes without a question.
  await page.close({ runBeforeUnload: true });

  const tab = await visitor.openTab('/');
  await tab.page.getByRole('button', { name: 'Greta Keller' }).click();
  await tab.page.getByRole('button', { name: SIGN_OUT[locale], exact: true }).click();
  await tab.signIn(ECONOMIST);
  const again = correctionIn(tab.page, month, locale);
  await again.offer.waitFor();
  await tab.inspect(`unsent-correction-${locale}`);
  await pressOnceRead(tab.page.getByRole('button', { name: words.goOn }), 'Enter');
  await again.value.waitFor();
  expect([await again.value.inputValue(), await again.comment.inputValue()]).toEqual([
    '45',
    'After the audit.',
  ]);
  expect(await stored(number)).toEqual(before);
  await again.comment.press('Control+Enter');
  await tab.page.getByRole('status').getByText(words.saved(month)).waitFor();
  expect(await stored(number)).toMatchObject({ value: 45, comment: 'After the audit.' });
  expect((await stored(number)).updatedBy?.displayName).toBe('Emil Rossi');
  await again.offer.waitFor({ state: 'hidden' });
  await visitor.leave();
});

test('a correction is offered on other pages, and gone for good once it is discarded', async () => {
  const { visitor, page, value, offer } = await correcting('May');
  await value.fill('46');
  page.once('dialog', (question) => void question.accept());
  await page.getByRole('link', { name: 'Overview' }).press('Enter');
  await offer.waitFor();
  await pressOnceRead(page.getByRole('button', { name: 'Discard' }), 'Enter');
  await offer.waitFor({ state: 'hidden' });
  await page.goBack();
  await page.getByRole('button', { name: WORDS['en-GB'].correct('May') }).waitFor();
  await page.waitForTimeout(OFFERED_MS);
  expect(await value.count()).toBe(0);
  expect(await offer.count()).toBe(0);
  await visitor.leave();
});

test('two tabs of one person keep their own corrections', async () => {
  const { visitor, page, value } = await correcting('June');
  await value.fill('47');
  const tab = await visitor.openTab(page.url());
  const there = correctionIn(tab.page, 'June');
  await there.opener.press('Enter');
  await there.value.fill('48');
  for (const one of [page, tab.page]) await one.reload();
  await value.waitFor();
  await there.value.waitFor();
  expect([await value.inputValue(), await there.value.inputValue()]).toEqual(['47', '48']);
  await tab.page.waitForTimeout(OFFERED_MS);
  expect(await there.offer.count()).toBe(0);
  await visitor.leave();
});

test.for([
  { locale: 'en-GB', month: 'July' },
  { locale: 'de-CH', month: 'August' },
] as const)('one Escape loses nothing that was typed: $locale', async ({ locale, month }) => {
  const words = WORDS[locale];
  const { visitor, page, value, comment, opener } = await correcting(month, locale);
  await value.fill('49');
  await comment.fill('Counted twice.');
  const asWritten = async () => [await value.inputValue(), await comment.inputValue()];
  const question = page.getByRole('alert').getByText(words.giveUp(month));
  for (const field of [comment, value]) {
    await field.press('Escape');
    await question.waitFor();
    expect(await asWritten()).toEqual(['49', 'Counted twice.']);
    // A second Escape closes the question, but not the correction.
    await page.keyboard.press('Escape');
    await question.waitFor({ state: 'hidden' });
    expect(await asWritten()).toEqual(['49', 'Counted twice.']);
    expect(await hasFocus(field)).toBe(true);
  }
  await page.getByRole('button', { name: words.cancel }).press('Enter');
  await question.waitFor();
  await visitor.inspect(`correction-give-up-${locale}`);
  // The focus starts on the button that changes nothing.
  await page.waitForTimeout(READ_MS);
  await page.keyboard.press('Enter');
  await question.waitFor({ state: 'hidden' });
  expect(await asWritten()).toEqual(['49', 'Counted twice.']);

  await value.press('Escape');
  await pressOnceRead(page.getByRole('button', { name: words.discard }), 'Enter');
  await value.waitFor({ state: 'hidden' });
  expect(await hasFocus(opener)).toBe(true);
  await page.reload();
  await opener.waitFor();
  expect(await value.count()).toBe(0);
  await visitor.leave();
});

test('Escape leaves a correction in which nothing was typed, and one question at a time', async () => {
  const { visitor, page, value, opener } = await correcting('September');
  await value.press('Escape');
  await value.waitFor({ state: 'hidden' });
  expect(await hasFocus(opener)).toBe(true);

  await opener.press('Enter');
  await page.getByRole('button', { name: 'Take back …' }).press('Enter');
  await page.getByText('Take this value back?').waitFor();
  await page.keyboard.press('Escape');
  await page.getByText('Take this value back?').waitFor({ state: 'hidden' });
  await value.fill('5000');
  await value.press('Enter');
  await page.getByRole('button', { name: 'It is right' }).waitFor();
  await value.press('Escape');
  await page.getByRole('button', { name: 'It is right' }).waitFor({ state: 'hidden' });
  expect(await value.inputValue()).toBe('5000');
  await visitor.leave();
});

test('Escape in front of two versions decides for neither', async () => {
  const { visitor, page, value } = await correcting('October');
  const seen = (await stored(10)).value;
  await correctAsGatekeeper(10, seen + 1);
  await value.fill(String(seen + 2));
  await value.press('Enter');
  await page.getByRole('button', { name: 'Save mine' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Save mine' }).waitFor({ state: 'hidden' });
  expect(await value.inputValue()).toBe(String(seen + 2));
  expect((await stored(10)).value).toBe(seen + 1);
  await visitor.leave();
});

test('going through the history of the tab asks, and loses nothing', async () => {
  const { visitor, page, value, opener } = await correcting('November');
  await page.getByRole('link', { name: 'Activity' }).click();
  await page.getByRole('heading', { level: 1, name: 'Activity' }).waitFor();
  await page.goBack();
  await opener.press('Enter');
  await value.fill('45');
  const address = page.url();
  let leave = false;
  let asked = 0;
  page.on('dialog', (question) => {
    asked += 1;
    void (leave ? question.accept() : question.dismiss());
  });
  await page.evaluate(() => history.forward());
  await expect.poll(() => asked).toBe(1);
  await expect.poll(() => page.url()).toBe(address);
  expect(await value.inputValue()).toBe('45');
  leave = true;
  await page.evaluate(() => history.forward());
  await page.getByRole('heading', { level: 1, name: 'Activity' }).waitFor();
  expect(asked).toBe(2);
  await page.goBack();
  await value.waitFor();
  expect(await value.inputValue()).toBe('45');
  await visitor.leave();
});
