/** A session ends while a person works. */
import { expect, test } from 'vitest';
import { ECONOMIST } from './kreis';
import { setUp } from './set-up';

const { kreis, visit } = setUp();

test('a session that has ended asks for a new sign-in in front of the screen', async () => {
  const visitor = await visit('/');
  const authorization = await visitor.authorizationOf(() => visitor.signIn(ECONOMIST));
  await visitor.page.getByRole('rowheader', { name: 'Fundraising' }).waitFor();

  await kreis.endSession(authorization);
  await visitor.page.reload();
  const dialogue = visitor.page.getByRole('dialog', { name: 'Your session has ended' });
  await dialogue.waitFor();
  await visitor.inspect('session-ended');
  await visitor.signIn(ECONOMIST);
  await dialogue.waitFor({ state: 'hidden' });
  await visitor.page.getByRole('rowheader', { name: 'Fundraising' }).waitFor();
  await visitor.leave();
});

test('a value typed after the session has ended is saved after the new sign-in', async () => {
  const visitor = await visit('/enter?month=2019-02');
  const authorization = await visitor.authorizationOf(() => visitor.signIn(ECONOMIST));
  const cell = visitor.page.getByRole('textbox', { name: 'consultations' });
  await cell.waitFor();

  await kreis.endSession(authorization);
  await cell.click();
  await cell.fill('712');
  await cell.press('Enter');
  const dialogue = visitor.page.getByRole('dialog', { name: 'Your session has ended' });
  await dialogue.waitFor();
  await visitor.signIn(ECONOMIST);
  await dialogue.waitFor({ state: 'hidden' });
  await visitor.page.getByText('✓ saved').waitFor();
  expect(await cell.inputValue()).toBe('712');
  await visitor.leave();
});
