/** A session that ends while somebody works. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ECONOMIST, Kreis } from './kreis';
import { openBrowser, Visitor } from './visitor';

let kreis: Kreis;
let browser: Browser;

beforeAll(async () => {
  // The shortest life there is.
  kreis = await Kreis.start({ KREIS_ACCESS_TOKEN_SECONDS: '10' });
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.close();
  await kreis?.remove();
});

test('a session that has ended asks for a new sign-in in front of the screen', async () => {
  const visitor = await Visitor.arrive(browser, kreis.url);
  await visitor.page.goto('/');
  const authorization = await visitor.authorizationOf(() => visitor.signIn(ECONOMIST));
  await visitor.page.getByRole('rowheader', { name: 'Fundraising' }).waitFor();

  await expect.poll(() => kreis.statusOfGetMe(authorization), { timeout: 30_000 }).toBe('16');
  await visitor.page.reload();
  const dialogue = visitor.page.getByRole('dialog', { name: 'Your session has ended' });
  await dialogue.waitFor();
  await visitor.inspect('session-ended');
  await visitor.signIn(ECONOMIST);
  await dialogue.waitFor({ state: 'hidden' });
  await visitor.page.getByRole('rowheader', { name: 'Fundraising' }).waitFor();
  await visitor.leave();
});

test('a value typed after the session has ended is saved after the new sign-in', async () => {
  const visitor = await Visitor.arrive(browser, kreis.url);
  await visitor.page.goto('/enter?month=2019-02');
  const authorization = await visitor.authorizationOf(() => visitor.signIn(ECONOMIST));
  const cell = visitor.page.getByRole('textbox', { name: 'consultations' });
  await cell.waitFor();

  await expect.poll(() => kreis.statusOfGetMe(authorization), { timeout: 30_000 }).toBe('16');
  await cell.fill('712');
  await cell.press('Enter');
  const dialogue = visitor.page.getByRole('dialog', { name: 'Your session has ended' });
  await dialogue.waitFor();
  await visitor.signIn(ECONOMIST);
  await dialogue.waitFor({ state: 'hidden' });
  await visitor.page.getByText('✓ saved').waitFor();
  expect(await cell.inputValue()).toBe('712');
  await visitor.leave();
});
