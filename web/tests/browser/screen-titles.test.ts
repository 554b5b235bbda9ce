/** The titles of screens, for people with many tabs, with a screen reader, or without a mouse. */
import { expect, test } from 'vitest';
import { GATEKEEPER } from './kreis';
import { setUp } from './set-up';

const { visit } = setUp();

test('each screen names the tab, in the language of the page', async () => {
  const visitor = await visit('/', { locale: 'de-CH' });
  const { page } = visitor;
  await page.waitForFunction(() => document.title === 'Bei kreis anmelden – kreis');
  await visitor.signIn(GATEKEEPER);
  await page.getByRole('heading', { level: 1, name: 'Übersicht' }).waitFor();
  for (const [address, title] of [
    ['/', 'Übersicht – kreis'],
    ['/enter', 'Werte eingeben – kreis'],
    ['/kpis/1', 'donations – kreis'],
    ['/admin/users', 'Personen – kreis'],
    ['/nowhere', 'Seite nicht gefunden – kreis'],
  ] as const) {
    await page.goto(address);
    await page
      .waitForFunction((wanted) => document.title === wanted, title)
      .catch(async () => {
        expect(await page.title(), address).toBe(title);
      });
  }
  await visitor.leave();
});

test('after a link the keyboard is in the new screen', async () => {
  const visitor = await visit('/', { as: GATEKEEPER });
  const { page } = visitor;
  await page.getByRole('rowheader').getByRole('link', { name: 'donations' }).press('Enter');
  await page.getByRole('heading', { level: 1, name: 'donations' }).waitFor();
  await page.waitForFunction(() => document.activeElement?.id === 'main');
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.closest('main') !== null)).toBe(true);
  await visitor.leave();
});
