/** Invitations and forgotten passwords, with a mail server. */
import { afterAll, expect, test } from 'vitest';
import { callerOf } from './caller';
import { ECONOMIST, GATEKEEPER, PASSWORD } from './kreis';
import { linkIn, MailServer } from './mail-server';
import { LOOKS, setUp } from './set-up';

const mail = await MailServer.start();
afterAll(() => mail.stop());
const { kreis, visit } = setUp(mail.settings);

test('a new user is invited by mail, sets a password by its link, and reads kreis in their language', async () => {
  const gatekeeper = await visit('/admin/users/new', { as: GATEKEEPER });
  const { page } = gatekeeper;
  await page.getByLabel('First name').fill('Nora');
  await page.getByLabel('Last name').fill('Frei');
  await page.getByLabel('E-mail').fill('nora@example.org');
  await page.getByLabel('Language').last().selectOption('Deutsch');
  await page.getByRole('button', { name: 'Add and send an invitation' }).click();
  await page.getByText('on its way to nora@example.org').waitFor();
  expect(await page.getByLabel('Invitation link').count()).toBe(0);
  await gatekeeper.inspect('invitation-sent');
  await gatekeeper.leave();

  const invitation = await mail.newestTo('nora@example.org');
  expect(invitation.subject).toContain('Einladung');
  const nora = await visit(linkIn(invitation));
  await nora.page.getByLabel('New password').fill('a sentence of my own');
  await nora.page.getByRole('button', { name: 'Set password and begin' }).click();
  // Her browser speaks English, her account German.
  await nora.page.getByRole('heading', { level: 1, name: 'Übersicht' }).waitFor();
  await nora.page.reload();
  await nora.page.getByRole('heading', { level: 1, name: 'Übersicht' }).waitFor();
  await nora.leave();
});

test('an invitation is sent again, and withdrawn', async () => {
  const { users } = await callerOf(kreis.url, GATEKEEPER);
  const email = 'ada@example.org';
  const { user } = await users.createUser({ firstName: 'Ada', lastName: 'Frei', displayName: '', email });
  const gatekeeper = await visit(`/admin/users/${user?.id}`, { as: GATEKEEPER });
  const { page } = gatekeeper;
  const send = page.getByRole('button', { name: 'Send an invitation by mail' });
  await send.click();
  await page.getByText(`on its way to ${email}`).waitFor();
  const first = await mail.newestTo(email);
  await send.click();
  const second = await mail.newestTo(email, 2);

  const late = await visit(linkIn(first));
  await late.page.getByRole('alert').getByText('not valid any more').waitFor();
  await late.leave();
  const open = await visit(linkIn(second));
  await open.page.getByLabel('New password').waitFor();
  await page.getByRole('button', { name: 'Withdraw the invitation' }).click();
  await page.getByText('No invitation of Ada Frei is valid any more.').waitFor();
  await gatekeeper.inspect('invitation-withdrawn');
  await open.page.getByLabel('New password').fill('a sentence of my own');
  await open.page.getByRole('button', { name: 'Set password and begin' }).click();
  await open.page.getByRole('alert').getByText('not valid any more').waitFor();
  await open.leave();
  await gatekeeper.leave();
});

test('who forgot their password gets a link by mail and sets another one', async () => {
  const visitor = await visit('/');
  const { page } = visitor;
  await page.getByRole('link', { name: 'Forgot your password?' }).click();
  await page.getByLabel('E-mail').fill(ECONOMIST);
  await page.getByRole('button', { name: 'Send the link' }).click();
  await page.getByRole('status').getByText(ECONOMIST).waitFor();
  await visitor.inspect('forgotten-password-sent');
  const link = linkIn(await mail.newestTo(ECONOMIST));
  // Looking at it uses nothing up.
  for (let looks = 0; looks < 2; looks += 1) {
    const looking = await visit(link);
    await looking.page.getByRole('heading', { name: 'Set a new password' }).waitFor();
    await looking.page.getByText('Emil Rossi').waitFor();
    await looking.leave();
  }
  await visitor.leave();

  const setting = await visit(link);
  await setting.page.getByLabel('New password').fill('another sentence of mine');
  await setting.page.getByRole('button', { name: 'Set password and begin' }).click();
  await setting.page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  await setting.leave();
  expect((await mail.newestTo(ECONOMIST, 2)).subject).toContain('has changed');

  const again = await visit(link);
  await again.page.getByRole('alert').getByText('not valid any more').waitFor();
  await again.page.getByRole('link', { name: 'Forgot your password?' }).click();
  await again.page.getByRole('button', { name: 'Send the link' }).waitFor();
  await again.leave();
});

test('the answer is the same for an e-mail that nobody has', async () => {
  const visitor = await visit('/forgotten-password');
  const { page } = visitor;
  await page.getByLabel('E-mail').fill('nobody@example.org');
  await page.getByRole('button', { name: 'Send the link' }).click();
  const answer = await page.getByRole('status').textContent();
  expect(answer).toContain('If kreis knows nobody@example.org, a mail to it is on its way.');
  await page.getByRole('link', { name: 'Back to the sign-in' }).click();
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  expect(mail.mailsTo('nobody@example.org')).toEqual([]);
  await visitor.leave();
});

test('mails are in the language that a user chooses', async () => {
  const visitor = await visit('/account', { as: GATEKEEPER });
  await visitor.page.getByRole('main').getByLabel('Language').selectOption('Français');
  await visitor.page.getByRole('heading', { name: 'Mon compte' }).waitFor();
  await visitor.inspect('account-with-language');
  const { users, auth } = await callerOf(kreis.url, GATEKEEPER);
  await expect.poll(async () => (await users.getMe({})).user?.language).toBe('fr');
  await auth.changePassword({ currentPassword: PASSWORD, newPassword: 'another sentence of mine' });
  // There are mails about new sign-ins too.
  const subjects = () => mail.mailsTo(GATEKEEPER).map(({ subject }) => subject);
  await expect.poll(() => subjects().join(), { timeout: 15_000 }).toContain('Votre mot de passe');
  await visitor.leave();
});

test.for(LOOKS)(
  'the page for a forgotten password is sound at $width px, dark: $dark',
  async ({ width, dark }) => {
    const visitor = await visit('/forgotten-password', { width, dark, locale: 'de-CH' });
    await visitor.page.getByRole('button', { name: 'Link senden' }).waitFor();
    await visitor.inspect('forgotten-password');
    await visitor.leave();
  },
);
