/** Late answers of one session, while another one begins in the same browser. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { callerOf } from './caller';
import { ECONOMIST, GATEKEEPER } from './kreis';
import { setUp } from './set-up';
import { gate, pressOnceRead, READ_MS, type Visitor } from './visitor';

const { kreis, visit } = setUp();

const ENDED = 'Your session has ended';
const NEW_PASSWORD = 'a sentence that is long enough';
const HOUR_MS = 60 * 60 * 1_000;
/** Longer than an answer takes to have its effect. */
const SETTLED_MS = 1_000;

function overview({ page }: Visitor): Promise<void> {
  return page.getByRole('rowheader', { name: 'Fundraising' }).waitFor();
}

/** Holds the answer to the next call of an RPC, after the server has given it. */
async function holdAnswer(page: Page, rpc: string) {
  const answered = gate();
  const released = gate();
  await page.route(
    `**/${rpc}`,
    async (route) => {
      const response = await route.fetch();
      answered.open();
      await released.passed;
      await route.fulfill({ response });
    },
    { times: 1 },
  );
  return { answered: answered.passed, release: released.open };
}

async function ownerIn({ page }: Visitor): Promise<string> {
  return page.evaluate(() => localStorage.getItem('kreis.session') ?? '');
}

/** The cookie of the browser is that of this person: a new page renews their session. */
async function staysSignedIn({ page }: Visitor, name: string): Promise<void> {
  const renewed = page.waitForResponse('**/Refresh');
  await page.goto('/');
  await renewed;
  await page.waitForTimeout(SETTLED_MS);
  expect(await page.getByRole('dialog', { name: ENDED }).count()).toBe(0);
  await page.getByRole('button', { name }).waitFor();
}

test('a late refusal of an old renewal does not end the new session of the same person', async () => {
  const visitor = await visit('/');
  const authorization = await visitor.authorizationOf(() => visitor.signIn(ECONOMIST));
  await overview(visitor);
  await kreis.endSession(authorization);
  const held = await holdAnswer(visitor.page, 'Refresh');
  await visitor.page.getByRole('link', { name: 'Activity' }).click();
  await held.answered;
  const tab = await visitor.openTab('/');
  await tab.page.getByRole('dialog', { name: ENDED }).waitFor();
  await tab.page.waitForTimeout(READ_MS);
  await tab.signIn(ECONOMIST);
  await overview(tab);
  held.release();
  await visitor.page.waitForTimeout(SETTLED_MS);
  for (const { page } of [visitor, tab])
    expect(await page.getByRole('dialog', { name: ENDED }).count()).toBe(0);
  expect(await ownerIn(visitor)).toContain(ECONOMIST);
  await visitor.page.reload();
  await visitor.page.getByRole('heading', { name: 'Activity' }).waitFor();
  await visitor.leave();
});

test('a renewal under way does not take the browser back from the next person', async () => {
  const visitor = await visit('/');
  await visitor.signIn(ECONOMIST);
  await overview(visitor);
  await visitor.untilQuiet();
  const held = await holdAnswer(visitor.page, 'Refresh');
  await visitor.page.clock.setFixedTime(Date.now() + HOUR_MS);
  await visitor.page.getByRole('link', { name: 'Activity' }).click();
  await held.answered;

  const { users } = await callerOf(kreis.url, GATEKEEPER);
  const nora = { firstName: 'Nora', lastName: 'Frei', displayName: 'Nora Frei', email: 'nora@example.org' };
  const { user } = await users.createUser(nora);
  const { invitationToken } = await users.inviteUser({ userId: user?.id ?? '' });
  const tab = await visitor.openTab(`/invitation#${invitationToken}`);
  await tab.page.getByLabel('New password').fill(NEW_PASSWORD);
  await tab.page.keyboard.press('Enter');
  await tab.page.getByRole('button', { name: 'Nora Frei' }).waitFor();
  await visitor.page.getByRole('dialog', { name: ENDED }).waitFor();
  held.release();
  await visitor.page.waitForTimeout(SETTLED_MS);
  expect(await ownerIn(tab)).toContain(nora.email);
  expect(await tab.page.getByRole('dialog', { name: ENDED }).count()).toBe(0);
  expect(await visitor.page.getByRole('dialog', { name: ENDED }).count()).toBe(1);
  await visitor.leave();
});

test('a sign-in waits for a renewal under way, whose answer would replace its cookie', async () => {
  const visitor = await visit('/');
  await visitor.signIn(ECONOMIST);
  await overview(visitor);
  await visitor.untilQuiet();
  await visitor.page.evaluate(() => localStorage.removeItem('kreis.session'));
  const tab = await visitor.openTab('/');
  const held = await holdAnswer(visitor.page, 'Refresh');
  await visitor.page.clock.setFixedTime(Date.now() + HOUR_MS);
  await visitor.page.getByRole('link', { name: 'Activity' }).click();
  await held.answered;
  const signedIn = tab.signIn(GATEKEEPER);
  await tab.page.waitForTimeout(SETTLED_MS);
  held.release();
  await signedIn;
  await tab.page.getByRole('button', { name: 'Greta Keller' }).waitFor();
  await staysSignedIn(tab, 'Greta Keller');
  await visitor.leave();
});

test('the late answer to a sign-out does not end the session of the next person', async () => {
  const visitor = await visit('/');
  await visitor.signIn(ECONOMIST);
  await overview(visitor);
  const tab = await visitor.openTab('/');
  await overview(tab);
  await tab.untilQuiet();
  const held = await holdAnswer(visitor.page, 'Logout');
  await visitor.signOut('Emil Rossi');
  await held.answered;
  await tab.page.getByRole('link', { name: 'Activity' }).click();
  await tab.page.getByRole('dialog', { name: ENDED }).waitFor();
  await pressOnceRead(tab.page.getByRole('button', { name: 'Not you? Sign out' }));
  await tab.signIn(GATEKEEPER);
  await tab.page.getByRole('button', { name: 'Greta Keller' }).waitFor();
  held.release();
  await tab.page.waitForTimeout(SETTLED_MS);
  expect(await ownerIn(tab)).toContain(GATEKEEPER);
  await staysSignedIn(tab, 'Greta Keller');
  await visitor.leave();
});

test('a clock that is thirteen hours wrong costs no sign-in', async () => {
  for (const hours of [13, -13]) {
    const visitor = await visit('/');
    await visitor.page.clock.setFixedTime(Date.now() + hours * HOUR_MS);
    await visitor.signIn(ECONOMIST);
    await overview(visitor);
    await visitor.page.reload();
    await overview(visitor);
    await visitor.leave();
  }
});

test('a session that a proxy ended in the browser is ended on the server by the sign-out', async () => {
  const visitor = await visit('/');
  await visitor.signIn(ECONOMIST);
  await overview(visitor);
  await visitor.untilQuiet();
  await visitor.page.route('**/Refresh', (route) => route.fulfill({ status: 403 }), { times: 1 });
  await visitor.page.clock.setFixedTime(Date.now() + HOUR_MS);
  await visitor.page.getByRole('link', { name: 'Activity' }).click();
  await visitor.page.getByRole('dialog', { name: ENDED }).waitFor();
  expect(await sessionCookies(visitor)).toBe(1);
  const signedOut = visitor.page.waitForResponse('**/Logout');
  await pressOnceRead(visitor.page.getByRole('button', { name: 'Not you? Sign out' }));
  await signedOut;
  await expect.poll(() => sessionCookies(visitor)).toBe(0);
  await visitor.leave();
});

async function sessionCookies({ page }: Visitor): Promise<number> {
  return (await page.context().cookies()).filter(({ name }) => name.includes('session')).length;
}
