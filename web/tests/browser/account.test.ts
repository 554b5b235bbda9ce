/** The screen of one's own account. */
import { expect, test } from 'vitest';
import { callerOf } from './caller';
import { ECONOMIST, GATEKEEPER, PASSWORD } from './kreis';
import { LOOKS, setUp } from './set-up';
import type { Visitor } from './visitor';

const { kreis, visit } = setUp();

const NEW_PASSWORD = 'a sentence that is long enough';

/** A new person with a password, who opens the account by the menu. */
async function opening(name: string): Promise<{ visitor: Visitor; email: string }> {
  const email = `${name.toLowerCase()}@example.org`;
  const gatekeeper = await callerOf(kreis.url, GATEKEEPER);
  const created = await gatekeeper.users.createUser({
    firstName: name,
    lastName: 'Weiss',
    displayName: `${name} Weiss`,
    email,
  });
  const { invitationToken } = await gatekeeper.users.inviteUser({ userId: created.user?.id ?? '' });
  const visitor = await visit(`/invitation#${invitationToken}`);
  await visitor.page.getByLabel('New password').fill(PASSWORD);
  await visitor.page.keyboard.press('Enter');
  await visitor.page.getByRole('button', { name: `${name} Weiss` }).click();
  await visitor.page.getByRole('link', { name: 'My account' }).click();
  await visitor.page.getByRole('heading', { name: 'My account' }).waitFor();
  return { visitor, email };
}

/** The person in another browser. */
async function elsewhere(email: string, password = PASSWORD): Promise<Visitor> {
  const visitor = await visit('/');
  await visitor.signIn(email, password);
  await visitor.page.getByRole('heading', { name: 'Overview' }).waitFor();
  return visitor;
}

test('people see where they are signed in, and end a session that is thrown out at once', async () => {
  const { visitor, email } = await opening('Ada');
  const other = await elsewhere(email);
  await visitor.page.reload();
  const rows = visitor.page.getByRole('row', { name: 'Chrome' });
  await expect.poll(() => rows.count()).toBe(2);
  expect(await rows.filter({ hasText: 'this session' }).count()).toBe(1);
  await rows.filter({ hasNotText: 'this session' }).getByRole('button').click();
  await expect.poll(() => rows.count()).toBe(1);

  await other.page.getByRole('link', { name: 'Activity' }).click();
  await other.page.getByRole('dialog', { name: 'Your session has ended' }).waitFor();
  await visitor.page.reload();
  await visitor.page.getByRole('heading', { name: 'My account' }).waitFor();
  await other.leave();
  await visitor.leave();
});

test('a new password ends the sessions elsewhere, and the own goes on in all tabs', async () => {
  const { visitor, email } = await opening('Berta');
  const tab = await visitor.openTab('/activity');
  const other = await elsewhere(email);
  const { page } = visitor;
  await page.getByLabel('Current password', { exact: true }).fill('not this one');
  await page.getByLabel('New password', { exact: true }).fill('too short');
  await page.getByRole('button', { name: 'Change password' }).click();
  await page.getByText('Please take at least 12 characters.').waitFor();
  await page.getByLabel('New password', { exact: true }).fill(NEW_PASSWORD);
  await page.getByRole('button', { name: 'Change password' }).click();
  await page.getByText('Your current password is not right.').waitFor();
  await page.getByLabel('Current password', { exact: true }).fill(PASSWORD);
  await page.getByLabel('New password', { exact: true }).press('Enter');
  await page.getByText('Your password is changed. All your other sessions have ended.').waitFor();
  expect(await page.getByLabel('Current password', { exact: true }).inputValue()).toBe('');

  await page.getByRole('link', { name: 'Overview' }).click();
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  await tab.page.reload();
  await tab.page.getByRole('heading', { name: 'Activity' }).waitFor();
  await other.page.getByRole('link', { name: 'Activity' }).click();
  await other.page.getByRole('dialog', { name: 'Your session has ended' }).waitFor();
  await other.signIn(email, NEW_PASSWORD);
  await other.page.getByRole('heading', { name: 'Activity' }).waitFor();
  await other.leave();
  await visitor.leave();
});

test('signing out everywhere ends all sessions after a question', async () => {
  const { visitor, email } = await opening('Cleo');
  const other = await elsewhere(email);
  await visitor.page.getByRole('button', { name: 'Sign out everywhere' }).click();
  const question = visitor.page.getByRole('dialog', { name: 'Sign out everywhere?' });
  await question.getByRole('button', { name: 'Sign out everywhere' }).click();
  await visitor.page.getByLabel('Password', { exact: true }).waitFor();
  await other.page.getByRole('link', { name: 'Activity' }).click();
  await other.page.getByRole('dialog', { name: 'Your session has ended' }).waitFor();
  await other.leave();
  await visitor.leave();
});

test('a gatekeeper sees the sessions of a user, and ends one', async () => {
  const { visitor } = await opening('Dora');
  const gatekeeper = await visit('/admin/users');
  await gatekeeper.signIn(GATEKEEPER);
  await gatekeeper.page.getByRole('link', { name: 'Dora Weiss' }).click();
  const sessions = gatekeeper.page.getByRole('region', { name: 'Open sessions' });
  await sessions.getByText('(by an invitation)').waitFor();
  await sessions.getByRole('button', { name: /^End the session of Chrome, Linux/ }).click();
  await sessions.getByText('There is no open session.').waitFor();
  await gatekeeper.inspect('user-without-session');
  await visitor.page.getByRole('link', { name: 'Activity' }).click();
  await visitor.page.getByRole('dialog', { name: 'Your session has ended' }).waitFor();
  await gatekeeper.leave();
  await visitor.leave();
});

test.for(LOOKS)('the account is sound at $width px, dark: $dark', async (look) => {
  const visitor = await visit('/account', look);
  await visitor.signIn(ECONOMIST);
  await visitor.page.getByText('this session').waitFor();
  await visitor.inspect('my-account');
  await visitor.leave();
});
