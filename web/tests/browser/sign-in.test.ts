/** An economist signs in and out. */
import { expect, test } from 'vitest';
import { ECONOMIST, GATEKEEPER, PASSWORD } from './kreis';
import { LOOKS, setUp } from './set-up';

const { kreis, visit } = setUp();

test('an economist signs in and finds her circles', async () => {
  const visitor = await visit('/', { as: ECONOMIST });
  await visitor.page.getByRole('rowheader', { name: 'Counselling' }).waitFor();
  await visitor.page.getByRole('rowheader', { name: 'Fundraising' }).waitFor();
  await visitor.page.reload();
  await visitor.page.getByRole('heading', { name: 'Overview' }).waitFor();
  await visitor.leave();
});

test('a wrong password and an unknown e-mail are refused in the same plain words', async () => {
  const visitor = await visit('/', { locale: 'de-CH' });
  const refused = visitor.page.getByRole('alert');
  for (const [email, password] of [
    [ECONOMIST, 'not the password'],
    ['nobody@example.org', PASSWORD],
  ] as const) {
    await visitor.page.reload();
    await visitor.signIn(email, password);
    await refused.getByText('E-Mail und Passwort passen nicht zusammen').waitFor();
  }
  await visitor.inspect('sign-in-refused-de');
  await visitor.leave();
});

test('without a mail server nobody is offered a link for a forgotten password', async () => {
  const visitor = await visit('about:blank');
  const { page } = visitor;
  const asked = page.waitForResponse((response) => response.url().endsWith('/GetSignInOptions'));
  await page.goto('/');
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  await (await asked).finished();
  expect(await page.getByRole('link', { name: 'Forgot your password?' }).count()).toBe(0);
  await visitor.leave();
});

test('signing out kills the token', async () => {
  const visitor = await visit('/');
  const authorization = await visitor.authorizationOf(() => visitor.signIn(ECONOMIST));
  expect(await kreis.statusOfGetMe(authorization)).toBe('0');

  const account = visitor.page.getByRole('button', { name: 'Emil Rossi' });
  const signOut = visitor.page.getByRole('button', { name: 'Sign out' });
  await account.press('Enter');
  await signOut.waitFor();
  await visitor.page.keyboard.press('Escape');
  await signOut.waitFor({ state: 'hidden' });
  await account.press('Enter');
  await signOut.press('Enter');
  await visitor.page.getByRole('button', { name: 'Sign in' }).waitFor();
  expect(await kreis.statusOfGetMe(authorization)).toBe('16');
  await visitor.page.reload();
  await visitor.page.getByRole('button', { name: 'Sign in' }).waitFor();
  await visitor.leave();
});

test('the language is that of the browser until the person chooses one', async () => {
  const visitor = await visit('/', { locale: 'rm-CH' });
  await visitor.page.getByRole('heading', { name: 'Bei kreis anmelden' }).waitFor();
  await visitor.page.getByLabel('Sprache').selectOption('Français');
  await visitor.page.getByRole('heading', { name: 'Se connecter à kreis' }).waitFor();
  await visitor.page.reload();
  await visitor.page.getByLabel('Langue').selectOption('Italiano');
  await visitor.page.getByRole('heading', { name: 'Accedere a kreis' }).waitFor();
  expect(await visitor.page.locator('html').getAttribute('lang')).toBe('it');
  await visitor.leave();
});

test.for([
  ['pt-BR', 'Sign in to kreis', 'en'],
  ['de-CH', 'Bei kreis anmelden', 'de-CH'],
  ['de-DE', 'Bei kreis anmelden', 'de-DE'],
  ['fr-CH', 'Se connecter à kreis', 'fr-CH'],
] as const)('a reader of %s reads “%s”, in a page that says %s', async ([locale, title, lang]) => {
  const visitor = await visit('/', { locale });
  await visitor.page.getByRole('heading', { name: title }).waitFor();
  expect(await visitor.page.locator('html').getAttribute('lang')).toBe(lang);
  await visitor.leave();
});

test.for([
  ['en-GB', 'Show password'],
  ['de-CH', 'Passwort anzeigen'],
  ['fr-CH', 'Afficher le mot de passe'],
  ['it-CH', 'Mostrare la password'],
] as const)('in %s the button that shows the password is called “%s”', async ([locale, name]) => {
  const visitor = await visit('/', { locale });
  const { page } = visitor;
  const button = page.getByRole('button', { name });
  const password = page.locator('input[name=password]');
  await password.fill('a secret');
  await visitor.tabTo(button);
  await page.keyboard.press('Space');
  expect(await password.getAttribute('type')).toBe('text');
  expect(await button.getAttribute('aria-pressed')).toBe('true');
  await page.keyboard.press('Space');
  expect(await password.getAttribute('type')).toBe('password');
  await visitor.leave();
});

test('an address that leads nowhere says so', async () => {
  const visitor = await visit('/nowhere');
  await visitor.page.getByRole('heading', { name: 'There is nothing here' }).waitFor();
  await visitor.inspect('not-found');
  await visitor.page.getByRole('link', { name: 'To the overview' }).click();
  await visitor.page.getByRole('button', { name: 'Sign in' }).waitFor();
  await visitor.leave();
});

test('an invitation that is refused does not end the session of the person who is signed in', async () => {
  const visitor = await visit('/');
  const authorization = await visitor.authorizationOf(() => visitor.signIn(ECONOMIST));
  const { page } = visitor;
  await page.getByRole('rowheader', { name: 'Counselling' }).waitFor();
  await page.goto('/invitation#no-such-invitation');
  await page.getByRole('alert').getByText('not valid any more').waitFor();
  await page.goto('/');
  await page.getByRole('rowheader', { name: 'Counselling' }).waitFor();
  expect(await kreis.statusOfGetMe(authorization)).toBe('0');
  await visitor.leave();
});

test.for(LOOKS)('the first screens are sound at $width px, dark: $dark', async ({ width, dark }) => {
  const visitor = await visit('/', { width, dark, locale: 'de-CH' });
  await visitor.page.getByRole('button', { name: 'Anmelden' }).waitFor();
  await visitor.inspect('sign-in');
  await visitor.signIn(GATEKEEPER);
  await visitor.page.getByRole('button', { name: 'Greta Keller' }).click();
  await visitor.page.getByLabel('Sprache').waitFor();
  await visitor.inspect('account');
  await visitor.leave();
});
