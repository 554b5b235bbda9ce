/** Who signed in: one's own sign-ins, those of all for gatekeepers, and what a person is told. */
import { createClient } from '@connectrpc/connect';
import { createGrpcWebTransport } from '@connectrpc/connect-web';
import { beforeAll, expect, test } from 'vitest';
import { AuthService } from '#gen/kreis/auth/v1/auth_service_pb';
import { callerOf } from './caller';
import { ECONOMIST, GATEKEEPER, PASSWORD } from './kreis';
import { LOOKS, setUp } from './set-up';
import { pressOnceRead, type Visitor } from './visitor';

const EMAIL = 'ida@example.org';

const { kreis, visit } = setUp();
let userId = '';

beforeAll(async () => {
  const { users } = await callerOf(kreis.url, GATEKEEPER);
  const created = await users.createUser({
    firstName: 'Ida',
    lastName: 'Frei',
    displayName: 'Ida Frei',
    email: EMAIL,
  });
  userId = created.user?.id ?? '';
  const { invitationToken } = await users.inviteUser({ userId });
  await auth().acceptInvitation({ invitationToken, password: PASSWORD });
});

/** Somebody who calls without the client and without a session. */
function auth() {
  return createClient(AuthService, createGrpcWebTransport({ baseUrl: kreis.url }));
}

async function invitedAnew(): Promise<void> {
  const { users } = await callerOf(kreis.url, GATEKEEPER);
  await users.inviteUser({ userId });
}

async function signedInAt(address: string): Promise<Visitor> {
  const visitor = await visit(address);
  await visitor.signIn(EMAIL);
  return visitor;
}

test('people see their own sign-ins, the refused ones too, with browser and address', async () => {
  await auth()
    .login({ email: EMAIL, password: 'not this one' })
    .catch(() => undefined);
  const visitor = await signedInAt('/account');
  const { page } = visitor;
  const own = page.getByRole('region', { name: 'Sign-ins of the last 90 days' });
  const newest = own.getByRole('listitem').filter({ hasText: 'Signed in with the password' }).first();
  await newest.getByText(/^Chrome.*, Linux · 127\.0\.0\.1$/).waitFor();
  await expect
    .poll(async () => {
      await page.reload();
      await own.getByRole('listitem').first().waitFor();
      return own.getByText('Sign-in refused: wrong password').count();
    })
    .toBe(1);
  await own.getByText('Accepted an invitation and chose a password').waitFor();
  await own.getByText('Greta Keller made an invitation link').waitFor();
  await visitor.leave();
});

test('who was invited anew is told at each sign-in and reload, until they confirm it', async () => {
  await invitedAnew();
  for (const address of ['/', '/enter']) {
    const visitor = await signedInAt(address);
    await visitor.page
      .getByRole('alert')
      .getByText(/Greta Keller made a link to choose a new password$/)
      .waitFor();
    await visitor.leave();
  }
  const visitor = await signedInAt('/');
  const { page } = visitor;
  const notice = page.getByRole('alert').filter({ hasText: 'This happened to your account' });
  await notice.waitFor();
  await page.reload();
  await notice.waitFor();
  await pressOnceRead(notice.getByRole('link', { name: 'My account' }));
  await page.getByRole('heading', { name: 'My account' }).waitFor();
  await pressOnceRead(notice.getByRole('button', { name: 'I have read this' }));
  await notice.waitFor({ state: 'detached' });
  await page.reload();
  await page.getByRole('heading', { name: 'Sign-ins of the last 90 days' }).waitFor();
  await page.waitForTimeout(1_500);
  expect(await notice.count()).toBe(0);
  await page
    .getByRole('region', { name: 'Sign-ins of the last 90 days' })
    .getByText('Greta Keller made a link to choose a new password')
    .waitFor();
  await visitor.leave();
});

test('a gatekeeper goes from a user to their sign-ins, and chooses by person and kind', async () => {
  const visitor = await visit('/admin/users', { as: GATEKEEPER });
  const { page } = visitor;
  await page.getByRole('link', { name: 'Ida Frei' }).click();
  await page.getByRole('link', { name: 'Sign-ins and refusals of the last 400 days' }).click();
  await page.getByRole('heading', { level: 1, name: 'Sign-ins' }).waitFor();
  const chosen = page.getByLabel('User').locator('option:checked');
  await expect.poll(() => chosen.textContent()).toBe('Ida Frei');
  const entries = page.getByRole('main').getByRole('listitem');
  await entries.first().waitFor();
  expect(await entries.filter({ hasNotText: 'Ida Frei' }).count()).toBe(0);
  await page.getByLabel('What').selectOption('Passwords and invitations');
  await expect.poll(() => entries.filter({ hasText: 'Signed in' }).count()).toBe(0);
  await entries.filter({ hasText: 'Accepted an invitation' }).waitFor();
  await page.getByLabel('User').selectOption('All users');
  await entries.filter({ hasText: 'The operator set the password' }).first().waitFor();
  await page.reload();
  await entries.filter({ hasText: 'The operator set the password' }).first().waitFor();
  const kind = page.getByLabel('What').locator('option:checked');
  expect(await kind.textContent()).toBe('Passwords and invitations');
  await visitor.leave();
});

test('others read whose sign-ins these are', async () => {
  const visitor = await visit('/admin/sign-ins', { as: ECONOMIST });
  await visitor.page.getByText('These tools are for gatekeepers.').waitFor();
  await visitor.leave();
});

test('a language that is chosen on the page of sign-ins shows its sentences too', async () => {
  const visitor = await visit('/admin/sign-ins', { as: GATEKEEPER });
  const { page } = visitor;
  await page.getByText('Signed in with the password').first().waitFor();
  await page.getByRole('button', { name: 'Greta Keller' }).click();
  await page.getByLabel('Language').selectOption('Deutsch');
  await page.getByText('Mit dem Passwort angemeldet').first().waitFor();
  await visitor.leave();
});

test.for(LOOKS)('the sign-ins are sound at $width px, dark: $dark', async ({ width, dark }) => {
  const gatekeeper = await visit('/admin/sign-ins', { as: GATEKEEPER, width, dark, locale: 'de-CH' });
  await gatekeeper.page.getByText('Mit dem Passwort angemeldet').first().waitFor();
  await gatekeeper.inspect('gatekeeper-sign-ins');
  await gatekeeper.leave();
  await invitedAnew();
  const person = await visit('/account', { as: EMAIL, width, dark });
  await person.page.getByText('This happened to your account').waitFor();
  await person.page
    .getByRole('region', { name: 'Sign-ins of the last 90 days' })
    .getByRole('listitem')
    .first()
    .waitFor();
  await person.inspect('my-account-with-notice');
  await person.leave();
});
