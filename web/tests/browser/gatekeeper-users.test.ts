/** A gatekeeper invites and deactivates users. */
import { expect, test } from 'vitest';
import { callerOf } from './caller';
import { ECONOMIST, GATEKEEPER } from './kreis';
import { LOOKS, setUp } from './set-up';
import type { Visitor } from './visitor';

const { kreis, visit } = setUp();

function gatekeeperAt(address: string): Promise<Visitor> {
  return visit(address, { as: GATEKEEPER });
}

test('a gatekeeper adds a user, who sets a password with the link and is in', async () => {
  const gatekeeper = await gatekeeperAt('/');
  const { page } = gatekeeper;
  await page.getByRole('link', { name: 'Gatekeeper', exact: true }).click();
  await page.getByRole('link', { name: 'Users', exact: true }).click();
  await page.getByRole('link', { name: 'Add a user' }).click();
  await page.getByLabel('First name').fill('Nora');
  await page.getByLabel('Last name').fill('Frei');
  await page.getByLabel('E-mail').fill('nora@example.org');
  await page.getByRole('button', { name: 'Add and make an invitation link' }).click();
  const link = await page.getByLabel('Invitation link').inputValue();
  expect(link).toMatch(new RegExp(`^${kreis.url}/invitation#.+`));
  await gatekeeper.inspect('gatekeeper-invitation');

  const invited = await visit(link);
  await invited.page.getByLabel('New password').fill('a sentence of my own');
  await invited.page.getByRole('button', { name: 'Set password and begin' }).click();
  await invited.page.getByRole('button', { name: 'Nora Frei' }).waitFor();
  await invited.leave();

  await page.getByRole('link', { name: 'Users', exact: true }).click();
  await page.getByRole('row', { name: /Nora Frei.*Active/ }).waitFor();
  await gatekeeper.leave();
});

test('what a new user lacks is said beside the fields', async () => {
  const visitor = await gatekeeperAt('/admin/users/new');
  const { page } = visitor;
  await page.getByLabel('First name').fill('Emil');
  await page.getByLabel('E-mail').fill('nobody');
  await page.getByRole('button', { name: 'Add and make an invitation link' }).click();
  await page.getByText('Please enter 1 to 100 visible characters').waitFor();
  await page.getByText('Please enter an e-mail address such as').waitFor();
  expect(await page.getByLabel('Last name').evaluate((field) => field === document.activeElement)).toBe(true);

  await page.getByLabel('Last name').fill('Rossi the second');
  await page.getByLabel('E-mail').fill(ECONOMIST.toUpperCase());
  await page.getByRole('button', { name: 'Add and make an invitation link' }).click();
  await page.getByText('Another user has this e-mail.').waitFor();
  await visitor.inspect('gatekeeper-user-refused');
  await visitor.leave();
});

test('a user who is deactivated is thrown out, and in again once reactivated', async () => {
  const economist = await visit('/');
  const authorization = await economist.authorizationOf(() => economist.signIn('economist-two@example.org'));
  await economist.page.getByRole('button', { name: 'Lea Blanc' }).waitFor();

  const gatekeeper = await gatekeeperAt('/admin/users?search=blanc');
  await gatekeeper.page.getByRole('link', { name: 'Lea Blanc' }).click();
  await gatekeeper.page.getByRole('button', { name: 'Deactivate' }).click();
  const question = gatekeeper.page.getByRole('dialog', { name: 'Deactivate Lea Blanc?' });
  await question.waitFor();
  await gatekeeper.inspect('gatekeeper-deactivate');
  await question.getByRole('button', { name: 'Deactivate' }).click();
  await gatekeeper.page.getByRole('button', { name: 'Reactivate' }).waitFor();

  await expect.poll(() => kreis.statusOfGetMe(authorization)).toBe('16');
  await economist.page.reload();
  await economist.page.getByRole('dialog', { name: 'Your session has ended' }).waitFor();
  await economist.signIn('economist-two@example.org');
  await economist.page.getByRole('alert').getByText('E-mail and password do not match').waitFor();

  await gatekeeper.page.getByRole('button', { name: 'Reactivate' }).click();
  await gatekeeper.page.getByRole('button', { name: 'Deactivate' }).waitFor();
  await economist.signIn('economist-two@example.org');
  await economist.page.getByRole('dialog').waitFor({ state: 'hidden' });
  await economist.leave();
  await gatekeeper.leave();
});

test('the keyboard stays where a user was deactivated and reactivated', async () => {
  const visitor = await gatekeeperAt('/admin/users?search=rossi');
  const { page } = visitor;
  await page.getByRole('link', { name: 'Emil Rossi' }).click();
  await page.getByRole('button', { name: 'Deactivate' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').getByRole('button', { name: 'Deactivate' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Reactivate' }).waitFor();
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  expect(await visitor.focused()).toBe('Reactivate');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Deactivate' }).waitFor();
  expect(await visitor.focused()).toBe('Deactivate');
  await visitor.leave();
});

test('the last gatekeeper stays one', async () => {
  const visitor = await gatekeeperAt('/admin/users?search=keller');
  await visitor.page.getByRole('link', { name: 'Greta Keller' }).click();
  await visitor.page.getByLabel('Gatekeeper', { exact: true }).uncheck();
  await visitor.page.getByRole('button', { name: 'Save' }).click();
  await visitor.page.getByText('No gatekeeper would be left.').waitFor();
  await visitor.leave();
});

test('two gatekeepers who change the same user do not undo each other', async () => {
  const [first, second] = await Promise.all([
    gatekeeperAt('/admin/users?search=rossi'),
    gatekeeperAt('/admin/users?search=rossi'),
  ]);
  for (const { page } of [first, second]) {
    await page.getByRole('link', { name: 'Emil Rossi' }).click();
    await page.getByLabel('Display name').waitFor();
  }
  await first.page.getByLabel('Display name').fill('Emil R.');
  await first.page.getByRole('button', { name: 'Save' }).click();
  await first.page.getByText('Saved.').waitFor();

  await second.page.getByLabel('Last name').fill('Rossini');
  await second.page.getByRole('button', { name: 'Save' }).click();
  await second.page.getByText('Another person has changed this meanwhile.').waitFor();
  second.page.once('dialog', (question) => void question.accept());
  await second.page.getByRole('button', { name: 'Show what it is now' }).click();
  await expect.poll(() => second.page.getByLabel('Display name').inputValue()).toBe('Emil R.');
  await second.page.getByLabel('Last name').fill('Rossini');
  await second.page.getByRole('button', { name: 'Save' }).click();
  await second.page.getByText('Saved.').waitFor();
  await first.leave();
  await second.leave();
});

test('an economist sees no link to the tools, and the page of the tools says that it is for gatekeepers', async () => {
  const visitor = await visit('/admin/users', { as: ECONOMIST });
  await visitor.page.getByText('These tools are for gatekeepers.').waitFor();
  expect(await visitor.page.getByRole('link', { name: 'Gatekeeper', exact: true }).count()).toBe(0);
  await visitor.inspect('gatekeeper-not-for-you');
  await visitor.leave();
});

test.for(LOOKS)("the users' screens are sound at $width px, dark: $dark", async ({ width, dark }) => {
  const visitor = await visit('/admin/users', { as: GATEKEEPER, width, dark, locale: 'de-CH' });
  await visitor.page.getByRole('link', { name: 'Greta Keller' }).waitFor();
  await visitor.inspect('gatekeeper-users');
  await visitor.page.getByRole('link', { name: 'Greta Keller' }).click();
  await visitor.page.getByRole('button', { name: 'Einladungslink erstellen' }).waitFor();
  await visitor.inspect('gatekeeper-user');
  await visitor.leave();
});

test.for([
  ['en-GB', 'Deactivate myself', 'Deactivate yourself?', 'Cancel'],
  ['de-CH', 'Mich deaktivieren', 'Sich selbst deaktivieren?', 'Abbrechen'],
] as const)(
  'to deactivate oneself is asked about in words of its own, in %s',
  async ([locale, act, title, cancel]) => {
    const visitor = await visit('/admin/users?search=keller', { as: GATEKEEPER, locale });
    const { page } = visitor;
    await page.getByRole('link', { name: 'Greta Keller' }).click();
    await page.getByRole('button', { name: act }).click();
    const question = page.getByRole('dialog', { name: title });
    await question.waitFor();
    await visitor.inspect('gatekeeper-deactivate-myself');
    // The only gatekeeper stays active and signed in.
    await question.getByRole('button', { name: act }).click();
    await question.getByRole('alert').waitFor();
    await question.getByRole('button', { name: cancel }).click();
    await page.reload();
    await page.getByRole('button', { name: act }).waitFor();
    await visitor.leave();
  },
);

test('a gatekeeper who deactivates themselves is signed out, and nothing else is asked', async () => {
  const { users } = await callerOf(kreis.url, GATEKEEPER);
  const otto = { firstName: 'Otto', lastName: 'Graf', displayName: 'Otto Graf', email: 'otto@example.org' };
  const { user } = await users.createUser({ ...otto, gatekeeper: true });
  const { invitationToken } = await users.inviteUser({ userId: user?.id ?? '' });
  const visitor = await visit(`/invitation#${invitationToken}`);
  const { page } = visitor;
  await page.getByLabel('New password').fill('a sentence of my own');
  await page.getByRole('button', { name: 'Set password and begin' }).click();
  await page.getByRole('button', { name: 'Otto Graf' }).waitFor();
  await page.goto(`/admin/users/${user?.id}`);
  await page.getByRole('button', { name: 'Deactivate myself' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Deactivate myself' }).click();
  await page.getByRole('heading', { name: 'Sign in to kreis' }).waitFor();
  expect(await page.getByRole('dialog').count()).toBe(0);
  expect(new URL(page.url()).pathname).toBe('/');
  await visitor.leave();
});
