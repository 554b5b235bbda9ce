/** kreis without passwords. */
import { afterAll, expect, test } from 'vitest';
import { GATEKEEPER } from './kreis';
import { OidcProvider } from './oidc-provider';
import { setUp } from './set-up';

const BUTTON = 'Sign in with House & Sons';

const provider = await OidcProvider.prepare();
await provider.start();
afterAll(() => provider.stop());
const { visit } = setUp({ ...provider.settings, KREIS_PASSWORDS: 'off' });

test('passwords end once a gatekeeper has signed in with the provider', async () => {
  const first = await visit('/', { as: GATEKEEPER });
  await first.page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  await first.leave();

  const visitor = await visit('/');
  const { page } = visitor;
  await page.getByRole('link', { name: BUTTON }).click();
  await provider.signIn(page, GATEKEEPER);
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  await page.goto('/account');
  await page.getByRole('heading', { name: 'Where you are signed in' }).waitFor();
  expect(await page.getByLabel('Current password').count()).toBe(0);
  await visitor.leave();

  const next = await visit('/');
  await next.page.getByRole('link', { name: BUTTON }).waitFor();
  await next.page.getByLabel('E-mail').waitFor({ state: 'hidden' });
  await next.inspect('sign-in-without-passwords');
  await next.leave();
});
