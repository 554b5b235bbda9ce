/** The session of a browser, over a day and in several tabs. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { ECONOMIST, GATEKEEPER } from './kreis';
import { cellOf, setUpMonths } from './month-entry';
import { pressOnceRead, READ_MS, type Visitor } from './visitor';

const { kreis, months, visit } = setUpMonths();

const ENDED = 'Your session has ended';
/** Longer than the lifetime of an access token, in milliseconds. */
const TOKEN_MS = 61 * 60 * 1_000;

function overview({ page }: Visitor): Promise<void> {
  return page.getByRole('rowheader', { name: 'Fundraising' }).waitFor();
}

function signInForm({ page }: Visitor): Promise<void> {
  return page.getByLabel('Password', { exact: true }).waitFor();
}

/** Waits until the person sees which cell has the keyboard: the page refuses what is typed earlier. */
async function seesGrid(visitor: Visitor): Promise<void> {
  await cellOf(visitor).waitFor();
  await visitor.page.waitForTimeout(READ_MS);
}

/** Lets time pass by the clock of the page's machine, as for a machine that slept. */
async function passTime(page: Page, ms: number): Promise<void> {
  await page.evaluate((passed) => {
    const now = Date.now;
    Date.now = () => now() + passed;
  }, ms);
}

/** Counts the renewals that a page asks for. */
function countRenewals(page: Page): () => number {
  let count = 0;
  page.on('request', (request) => {
    if (request.url().endsWith('/Refresh')) count += 1;
  });
  return () => count;
}

async function signedIn(address = '/'): Promise<Visitor> {
  const visitor = await visit(address, { locale: 'en-CH' });
  await visitor.signIn(ECONOMIST);
  return visitor;
}

/** Someone who enters the values of a month, with the token of their calls. */
async function enteringIn(month: string): Promise<{ visitor: Visitor; authorization: string }> {
  const visitor = await visit(`/enter?month=${month}`, { locale: 'en-CH' });
  const authorization = await visitor.authorizationOf(() => visitor.signIn(ECONOMIST));
  await cellOf(visitor).waitFor();
  await visitor.page.waitForTimeout(READ_MS);
  return { visitor, authorization };
}

test('a reload, a new tab and the address of a page need no new sign-in', async () => {
  const visitor = await signedIn();
  await overview(visitor);
  await visitor.page.reload();
  await overview(visitor);
  const tab = await visitor.openTab('/enter?month=2015-03');
  await cellOf(tab).waitFor();
  await visitor.page.close();
  await tab.page.reload();
  await cellOf(tab).waitFor();
  await visitor.leave();
});

test('no script of the page can read what renews the session', async () => {
  const visitor = await signedIn();
  await overview(visitor);
  const readable = await visitor.page.evaluate(() => [
    document.cookie,
    JSON.stringify(localStorage),
    JSON.stringify(sessionStorage),
  ]);
  const cookies = await visitor.context.cookies();
  const cookie = cookies.find(({ name }) => name === 'kreis-session');
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict', path: '/' });
  expect(readable[0]).toBe('');
  for (const text of readable) {
    expect(text).not.toContain(cookie?.value);
    // An access token.
    expect(text).not.toContain('eyJ');
  }
  await visitor.leave();
});

test('thirteen renewals of a day are not noticed, and one tab renews for all', async () => {
  const visitor = await signedIn('/enter?month=2015-04');
  await seesGrid(visitor);
  const others = [await visitor.openTab('/'), await visitor.openTab('/activity')];
  const pages = [visitor, ...others].map(({ page }) => page);
  for (const tab of others) await tab.page.getByRole('button', { name: 'Emil Rossi' }).waitFor();
  await Promise.all([visitor, ...others].map((tab) => tab.untilQuiet()));
  const counts = pages.map(countRenewals);
  for (let hour = 1; hour <= 13; hour += 1) {
    for (const page of pages) await passTime(page, TOKEN_MS);
    await cellOf(visitor).fill(String(680 + hour));
    await cellOf(visitor).press('Enter');
    await expect.poll(() => months.numbers('2015-04')).toEqual({ consultations: 680 + hour });
    await visitor.page.getByRole('row', { name: 'consultations' }).getByText('✓ saved').waitFor();
    // The other tabs are looked at again, and read what is new.
    for (const { page } of others)
      await page.evaluate(() => window.dispatchEvent(new Event('visibilitychange')));
  }
  await expect.poll(() => counts.map((count) => count())).toEqual([13, 0, 0]);
  for (const page of pages) expect(await page.getByRole('dialog', { name: ENDED }).count()).toBe(0);
  await visitor.leave();
});

test('a machine that wakes up renews the session before it shows an error', async () => {
  const visitor = await signedIn();
  await overview(visitor);
  const { page } = visitor;
  const refused: string[] = [];
  page.on('response', (response) => {
    const status = response.headers()['grpc-status'] ?? '0';
    if (status !== '0') refused.push(`${response.url()} ${status}`);
  });
  await passTime(page, 11 * 60 * 60 * 1_000);
  await page.getByRole('link', { name: 'Activity' }).click();
  await page.getByRole('heading', { name: 'Activity' }).waitFor();
  await page.getByRole('link', { name: 'Enter values' }).click();
  await page.getByRole('textbox', { name: 'consultations' }).waitFor();
  expect(refused).toEqual([]);
  await visitor.leave();
});

test('signing out in one tab signs out all, and a tab that is opened again stays out', async () => {
  const visitor = await signedIn();
  await overview(visitor);
  const tab = await visitor.openTab('/activity');
  await tab.page.getByRole('heading', { name: 'Activity' }).waitFor();
  const closed = await visitor.openTab('/');
  await overview(closed);
  await closed.page.close();
  await visitor.signOut('Emil Rossi');
  await signInForm(visitor);
  await signInForm(tab);
  expect((await visitor.context.cookies()).filter(({ name }) => name === 'kreis-session')).toEqual([]);
  const again = await visitor.openTab('/');
  await signInForm(again);
  // Back in the history of the tab.
  await tab.page.goto('/not-there');
  await tab.page.goBack();
  await signInForm(tab);

  await visitor.signIn(ECONOMIST);
  await overview(visitor);
  await overview(again);
  await visitor.leave();
});

test('a tab that another person takes over hides the first one’s figures in all tabs', async () => {
  const { visitor, authorization } = await enteringIn('2015-06');
  await cellOf(visitor).fill('69');
  await kreis.endSession(authorization);
  const tab = await visitor.openTab('/enter?month=2015-06');
  await tab.page.getByRole('dialog', { name: ENDED }).waitFor();
  await pressOnceRead(tab.page.getByRole('button', { name: 'Not you? Sign out' }));
  await tab.signIn(GATEKEEPER);
  await cellOf(tab).waitFor();
  expect(await cellOf(tab).inputValue()).toBe('');
  expect(await tab.page.getByText('unfinished entries').count()).toBe(0);
  // The first tab was signed out with the second, and follows the new session.
  await cellOf(visitor).waitFor();
  expect(await cellOf(visitor).inputValue()).toBe('');
  expect(await months.numbers('2015-06')).toEqual({});

  await tab.signOut('Greta Keller');
  await tab.signIn(ECONOMIST);
  await tab.page.getByText('You have unfinished entries for June 2015: consultations.').waitFor();
  await visitor.leave();
});

test('a new sign-in in one tab brings back all tabs, each with what was typed there', async () => {
  const { visitor, authorization } = await enteringIn('2015-07');
  await cellOf(visitor).fill('691');
  const tab = await visitor.openTab('/enter?month=2015-08');
  await seesGrid(tab);
  await cellOf(tab).fill('690');
  await kreis.endSession(authorization);
  await cellOf(tab).press('Enter');
  const dialogues = [visitor, tab].map((each) => each.page.getByRole('dialog', { name: ENDED }));
  await dialogues[1]?.waitFor();
  await tab.page.waitForTimeout(READ_MS);
  await tab.signIn(ECONOMIST);
  await expect.poll(() => months.numbers('2015-08')).toEqual({ consultations: 690 });
  expect(await cellOf(visitor).inputValue()).toBe('691');
  await cellOf(visitor).press('Enter');
  await expect.poll(() => months.numbers('2015-07')).toEqual({ consultations: 691 });
  for (const dialogue of dialogues) await dialogue.waitFor({ state: 'hidden' });
  await visitor.leave();
});

test('while kreis cannot be reached a session is neither renewed nor ended', async () => {
  const visitor = await signedIn('/enter?month=2015-09');
  const { page, context } = visitor;
  await seesGrid(visitor);
  await passTime(page, TOKEN_MS);
  await context.setOffline(true);
  await cellOf(visitor).fill('690');
  await cellOf(visitor).press('Enter');
  await page.getByText('kept, will be saved').waitFor();
  expect(await page.getByRole('dialog', { name: ENDED }).count()).toBe(0);
  await context.setOffline(false);
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await page.getByText('✓ saved').waitFor();
  expect(await months.numbers('2015-09')).toEqual({ consultations: 690 });
  await visitor.leave();
});

test('a browser that cannot keep whose session it is renews it all the same', async () => {
  const visitor = await signedIn();
  await overview(visitor);
  const { page } = visitor;
  await page.evaluate(() => {
    localStorage.clear();
    Storage.prototype.setItem = () => {
      throw new DOMException('there is no room', 'QuotaExceededError');
    };
  });
  await passTime(page, TOKEN_MS);
  await page.getByRole('link', { name: 'Activity' }).click();
  await page.getByRole('heading', { name: 'Activity' }).waitFor();
  await page.waitForTimeout(READ_MS);
  expect(await page.getByRole('dialog', { name: ENDED }).count()).toBe(0);
  await visitor.leave();
});
