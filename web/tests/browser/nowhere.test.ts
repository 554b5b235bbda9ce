/** Addresses without a screen. */
import { expect, test } from 'vitest';
import { ECONOMIST, GATEKEEPER } from './kreis';
import { LOOKS, setUp } from './set-up';

const { visit } = setUp();

test.for(['/nowhere', '/nowhere/at/all', '/kpis/none', '/admin/nowhere', '/admin/users/none', '/enter/here'])(
  'at %s a signed-in person keeps header and navigation',
  async (address) => {
    const visitor = await visit('/', { as: GATEKEEPER });
    const { page } = visitor;
    await page.getByRole('button', { name: 'Greta Keller' }).waitFor();
    await page.goto(address);
    await page.getByRole('main').getByRole('heading', { level: 1, name: 'There is nothing here' }).waitFor();
    await page.getByRole('button', { name: 'Greta Keller' }).waitFor();
    expect(await page.getByRole('main').count()).toBe(1);
    await page.getByRole('link', { name: 'Enter values' }).click();
    await page.getByRole('heading', { level: 1, name: 'Enter values' }).waitFor();
    await visitor.leave();
  },
);

test('a link that leads nowhere does not take the screen around it away', async () => {
  const visitor = await visit('/', { as: ECONOMIST, locale: 'de-CH' });
  const { page } = visitor;
  await page.getByRole('rowheader').first().waitFor();
  await page.evaluate(() => {
    document.querySelector('header')?.setAttribute('data-marked', '');
    history.pushState({}, '', '/nirgends');
  });
  await page.goBack();
  await page.goForward();
  await page.getByRole('heading', { level: 1, name: 'Seite nicht gefunden' }).waitFor();
  expect(await page.locator('header[data-marked]').count()).toBe(1);
  await page.getByRole('link', { name: 'Zur Übersicht' }).click();
  await page.getByRole('heading', { level: 1, name: 'Übersicht' }).waitFor();
  await visitor.leave();
});

test.for(LOOKS)('nowhere is sound at $width px, dark: $dark', async ({ width, dark }) => {
  const visitor = await visit('/', { as: ECONOMIST, width, dark, locale: 'de-CH' });
  await visitor.page.getByRole('button', { name: 'Emil Rossi' }).waitFor();
  await visitor.page.goto('/nowhere');
  await visitor.page.getByRole('heading', { name: 'Seite nicht gefunden' }).waitFor();
  await visitor.page.getByRole('button', { name: 'Emil Rossi' }).waitFor();
  await visitor.inspect('nowhere');
  await visitor.leave();
});
