/** An invited person opens the link from a gatekeeper. */
import { expect, test } from 'vitest';
import { callerOf } from './caller';
import { GATEKEEPER } from './kreis';
import { LOOKS, setUp } from './set-up';

const { kreis, visit } = setUp();
let count = 0;

interface Invited {
  email: string;
  link: string;
  userId: string;
}

async function invite(): Promise<Invited> {
  count += 1;
  const { users } = await callerOf(kreis.url, GATEKEEPER);
  const displayName = `Nora Frei ${count}`;
  const email = `nora-${count}@example.org`;
  const { user } = await users.createUser({ firstName: 'Nora', lastName: 'Frei', displayName, email });
  const userId = user?.id ?? '';
  const { invitationToken } = await users.inviteUser({ userId });
  return { email, link: `/invitation#${invitationToken}`, userId };
}

test.for([
  ['en-GB', 'not valid any more', 'New password', 'I have a password: sign in', 'Sign in'],
  ['de-CH', 'gilt nicht mehr', 'Neues Passwort', 'Ich habe ein Passwort: anmelden', 'Anmelden'],
] as const)(
  'an invitation that opens nothing is refused before anything is typed, in %s',
  async ([locale, refusal, field, link, signIn]) => {
    const visitor = await visit('/invitation#no-such-invitation', { locale });
    const { page } = visitor;
    await page.getByRole('alert').getByText(refusal).waitFor();
    expect(await page.getByLabel(field).count()).toBe(0);
    await visitor.inspect('invitation-refused');
    await page.getByRole('link', { name: link }).click();
    await page.getByRole('button', { name: signIn }).waitFor();
    await visitor.leave();
  },
);

test('an invitation names its user, opens any number of times, and sets one password', async () => {
  const { email, link } = await invite();
  for (let looks = 0; looks < 2; looks += 1) {
    const looking = await visit(link);
    await looking.page.getByText('Nora Frei 1').waitFor();
    await looking.leave();
  }
  const visitor = await visit(link);
  const { page } = visitor;
  // A password manager stores the password under this name.
  const username = page.getByLabel('E-mail');
  expect(await username.inputValue()).toBe(email);
  expect(await username.getAttribute('autocomplete')).toBe('username');
  expect(await username.getAttribute('readonly')).not.toBeNull();
  await page.getByLabel('New password').fill('short');
  await page.getByRole('button', { name: 'Set password and begin' }).click();
  await page.getByText('Please take at least 12 characters.').waitFor();
  await page.getByLabel('New password').fill('a sentence of my own');
  await page.getByRole('button', { name: 'Set password and begin' }).click();
  await page.getByRole('button', { name: 'Nora Frei 1' }).waitFor();
  await visitor.leave();

  const late = await visit(link);
  await late.page.getByRole('alert').getByText('not valid any more').waitFor();
  await late.leave();
});

test('an invitation that is replaced while its page is open is refused, and so is its link', async () => {
  const { link, userId } = await invite();
  const visitor = await visit(link);
  const { page } = visitor;
  await page.getByLabel('New password').fill('a sentence of my own');
  await (await callerOf(kreis.url, GATEKEEPER)).users.inviteUser({ userId });
  await page.getByRole('button', { name: 'Set password and begin' }).click();
  await page.getByRole('alert').getByText('not valid any more').waitFor();
  await page.reload();
  await page.getByRole('alert').getByText('not valid any more').waitFor();
  expect(await page.getByLabel('New password').count()).toBe(0);
  await visitor.leave();
});

test.for(LOOKS)('the page of an invitation is sound at $width px, dark: $dark', async ({ width, dark }) => {
  const { link } = await invite();
  const visitor = await visit(link, { width, dark, locale: 'de-CH' });
  await visitor.page.getByLabel('Neues Passwort').waitFor();
  await visitor.inspect('invitation');
  await visitor.leave();
});
