/** The first start: the person who has the printed link becomes the first gatekeeper. */
import { expect, test } from 'vitest';
import { PASSWORD } from './kreis';
import { LOOKS, setUp } from './set-up';

// The tests follow each other: the last ones use the link up.
const { kreis, visit } = setUp({}, false);

const path = () => new URL(kreis.setupLink).pathname + new URL(kreis.setupLink).hash;

test.for(LOOKS)('the page of the first start is sound at $width px, dark: $dark', async ({ width, dark }) => {
  const visitor = await visit(path(), { width, dark, locale: 'de-CH' });
  await visitor.page.getByLabel('Name der Organisation').waitFor();
  await visitor.inspect('setup');
  await visitor.leave();
});

test('what is wrong is said at its field, and the link stays open', async () => {
  const visitor = await visit(path());
  const { page } = visitor;
  await page.getByLabel('E-mail').fill('greta');
  await page.getByLabel('New password').fill('short');
  await page.getByRole('button', { name: 'Set up kreis and begin' }).click();
  await page.getByText('Please enter an e-mail address such as').waitFor();
  await page.getByText('Please take at least 12 characters.').waitFor();
  await page.getByText('Please enter 1 to 100 visible characters.').waitFor();
  expect(await page.getByText('letters of one script').count()).toBe(3);
  await visitor.inspect('setup-refused');
  await visitor.leave();
});

test('a link that is not printed opens nothing', async () => {
  const visitor = await visit('/setup#no-such-link');
  await visitor.page.getByRole('alert').getByText('not valid any more').waitFor();
  expect(await visitor.page.getByLabel('New password').count()).toBe(0);
  await visitor.inspect('setup-void');
  await visitor.leave();
});

test('the link opens in two browsers, sets up kreis in one, and is then used up', async () => {
  const [visitor, late] = [await visit(path()), await visit(path())];
  for (const { page } of [visitor, late]) {
    await page.getByLabel('Name of the organisation').fill('Verein Quartier');
    await page.getByLabel('Time zone').selectOption('America/New_York');
    await page.getByLabel('First name').fill('Greta');
    await page.getByLabel('Last name').fill('Keller');
    await page.getByLabel('E-mail').fill('greta@example.org');
    await page.getByLabel('New password').fill(PASSWORD);
  }
  const { page } = visitor;
  await page.getByRole('button', { name: 'Set up kreis and begin' }).click();
  await page.getByRole('button', { name: 'Greta Keller' }).waitFor();
  await page.getByRole('heading', { name: 'There are no circles yet' }).waitFor();
  expect(new URL(page.url()).hash).toBe('');
  await page.reload();
  await page.getByRole('button', { name: 'Greta Keller' }).waitFor();

  await late.page.getByRole('button', { name: 'Set up kreis and begin' }).click();
  await late.page.getByRole('alert').getByText('not valid any more').waitFor();
  await late.leave();
  await visitor.leave();

  const again = await visit('/', { as: 'greta@example.org' });
  await again.page.getByRole('button', { name: 'Greta Keller' }).waitFor();
  await again.leave();
});
