/** Text that is typed while a sign-out is under way. */
import { expect, test } from 'vitest';
import { ECONOMIST } from './kreis';
import { cellOf, setUpMonths } from './month-entry';
import { gate, READ_MS } from './visitor';

const { months, entering } = setUpMonths();

test('what is typed while a sign-out is awaited is kept for its writer', async () => {
  const month = '2016-03';
  const visitor = await entering(month);
  const { page } = visitor;
  const hold = gate();
  await page.route('**/Logout', async (route) => {
    await hold.passed;
    await route.continue();
  });
  const asked = page.waitForRequest('**/Logout');
  await visitor.signOut('Emil Rossi');
  await asked;
  await page.keyboard.press('Escape');
  await cellOf(visitor).click();
  await page.keyboard.type('697');
  hold.open();
  await visitor.signIn(ECONOMIST);
  await page.getByText('You have unfinished entries for March 2016: consultations.').waitFor();
  expect(await months.numbers(month)).toEqual({});
  await visitor.leave();
});

test('a sign-out without a connection is refused at once, and does not come about later', async () => {
  const month = '2016-07';
  const visitor = await entering(month);
  const { page, context } = visitor;
  await context.setOffline(true);
  await visitor.signOut('Emil Rossi');
  await page.getByText('You are still signed in.').waitFor();
  await page.keyboard.press('Escape');
  // The notice "You are offline" moves the rows. A click right after it enters nothing.
  await page.waitForTimeout(READ_MS);
  await cellOf(visitor).click();
  await page.keyboard.type('697');
  await page.keyboard.press('Enter');
  await page.getByText('kept, will be saved').waitFor();
  await context.setOffline(false);
  await page.getByText('✓ saved').waitFor();
  expect(await months.numbers(month)).toEqual({ consultations: 697 });
  await visitor.leave();
});
