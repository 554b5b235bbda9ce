/** Signing in with a provider, on its own pages. */
import { afterAll, expect, test } from 'vitest';
import { ECONOMIST, GATEKEEPER } from './kreis';
import { OidcProvider } from './oidc-provider';
import { LOOKS, setUp } from './set-up';
import type { Visitor } from './visitor';

const BUTTON = 'Sign in with House & Sons';
/** How long a page may take to learn that its session has ended. */
const LEARNS_MS = 15_000;

const provider = await OidcProvider.prepare();
await provider.start();
afterAll(() => provider.stop());
const { visit } = setUp(provider.settings);

async function signOn(address: string, email: string): Promise<Visitor> {
  const visitor = await visit(address);
  await visitor.page.getByRole('link', { name: BUTTON }).click();
  await provider.signIn(visitor.page, email);
  return visitor;
}

test('a person signs in with the provider and comes back to the screen that they wanted', async () => {
  const visitor = await signOn('/enter?month=2024-03', ECONOMIST);
  await visitor.page.getByRole('heading', { level: 1, name: 'Enter values' }).waitFor();
  expect(new URL(visitor.page.url()).search).toContain('2024-03');
  await visitor.page.reload();
  await visitor.page.getByRole('heading', { level: 1, name: 'Enter values' }).waitFor();
  await visitor.page.goto('/account');
  await visitor.page.getByText('(with House & Sons)').first().waitFor();
  await visitor.page.getByText('Linked to the account at House & Sons').first().waitFor();
  await visitor.page.getByText('Signed in with House & Sons').first().waitFor();
  await visitor.leave();
});

test.for(LOOKS)('the way to the provider can be read at $width, dark: $dark', async (look) => {
  const visitor = await visit('/', look);
  await visitor.page.getByRole('link', { name: BUTTON }).waitFor();
  await visitor.inspect('sign-in-provider');
  await visitor.leave();
});

test('the session of the provider signs the person in again without a question', async () => {
  const visitor = await signOn('/', ECONOMIST);
  await visitor.page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  await visitor.untilQuiet();
  const tab = await visitor.openTab('/');
  await tab.untilQuiet();
  await visitor.context.clearCookies({ name: 'kreis-session' });
  await tab.page.evaluate(() => localStorage.clear());
  await tab.page.reload();
  await tab.page.getByRole('link', { name: BUTTON }).click();
  await tab.page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  await visitor.leave();
});

test.for([
  ['nobody@example.org', 'kreis has no account for you. Ask your gatekeeper.'],
  [`unverified-${GATEKEEPER}`, 'The other system has not verified your e-mail'],
] as const)('%s reads why they are not let in', async ([email, sentence]) => {
  const visitor = await signOn('/', email);
  await visitor.page.getByRole('alert').getByText(sentence).waitFor();
  await visitor.inspect('sign-on-refused');
  await visitor.page.getByRole('link', { name: 'Back to the sign-in' }).click();
  await visitor.page.getByRole('link', { name: BUTTON }).waitFor();
  await visitor.leave();
});

test('an address of the way back that somebody else sent signs nobody in', async () => {
  const attacker = await visit('/');
  // The attacker stops on the way back, and gives the address to another person.
  await attacker.page.route('**/FinishSignOn', (route) => route.abort());
  await attacker.page.getByRole('link', { name: BUTTON }).click();
  await provider.signIn(attacker.page, ECONOMIST);
  await attacker.page.waitForURL('**/sign-in/callback?*');
  const address = attacker.page.url();
  const victim = await visit(address);
  await victim.page.getByRole('alert').getByText('This sign-in is not valid any more.').waitFor();
  await victim.page.goto('/');
  await victim.page.getByRole('link', { name: BUTTON }).waitFor();
});

test('a person who gives up at the provider reads that they are not signed in', async () => {
  const visitor = await visit('/');
  await visitor.page.getByRole('link', { name: BUTTON }).click();
  await visitor.page.getByRole('link', { name: 'Cancel' }).click();
  await visitor.page.getByText('You were not signed in there.').waitFor();
  await visitor.leave();
});

test('the end of the session at the provider ends the one in kreis', async () => {
  const visitor = await signOn('/', ECONOMIST);
  await visitor.page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  await visitor.untilQuiet();
  const elsewhere = await visitor.openTab(`${provider.issuer}/session/end`);
  await elsewhere.page.getByRole('button', { name: 'Yes, sign me out' }).click();
  await elsewhere.page.getByText('sign-out').first().waitFor();
  await visitor.page.getByRole('link', { name: 'Enter values' }).click();
  const ended = visitor.page.getByRole('dialog').getByText('Your session has ended');
  await ended.waitFor({ timeout: LEARNS_MS });
  // The provider lets the person in again in a new tab, and the screen goes on.
  const opened = visitor.context.waitForEvent('page');
  await visitor.page.getByRole('link', { name: BUTTON }).click();
  await provider.signIn(await opened, ECONOMIST);
  await ended.waitFor({ state: 'hidden' });
  await visitor.page.getByRole('heading', { level: 1, name: 'Enter values' }).waitFor();
});

test('signing out leads to the page of the provider and from there back', async () => {
  const visitor = await signOn('/', ECONOMIST);
  await visitor.page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  await visitor.signOut('Emil Rossi');
  await visitor.page.getByRole('button', { name: 'Yes, sign me out' }).click();
  await visitor.page.getByRole('link', { name: BUTTON }).click();
  // The provider asks again who it is.
  await visitor.page.getByPlaceholder('Enter any login').waitFor();
  await visitor.leave();
});

test('new keys of the provider are used, and its absence is said', async () => {
  await provider.stop();
  await provider.start();
  const visitor = await signOn('/', ECONOMIST);
  await visitor.page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  await visitor.leave();

  const late = await visit('/');
  await late.page.getByRole('link', { name: BUTTON }).click();
  await late.page.getByPlaceholder('Enter any login').waitFor();
  await late.page.route('**/FinishSignOn', async (route) => {
    await provider.stop();
    await route.continue();
  });
  await provider.signIn(late.page, ECONOMIST);
  await late.page.getByText('The other system does not answer at the moment.').waitFor();
  await provider.start();
});
