/** A browser that forbids storage, for example because cookies are blocked. */
import { expect, test } from 'vitest';
import { ECONOMIST } from './kreis';
import { cellOf, enter, monthAddress, rowOf, setUpMonths } from './month-entry';
import type { Visitor } from './visitor';

const { months, visit } = setUpMonths();

/** As Firefox does it: it refuses the messages and the locks of tabs too. */
async function forbidStorage({ page }: Visitor): Promise<void> {
  await page.addInitScript(() => {
    const refuse = () => {
      throw new DOMException('The operation is insecure.', 'SecurityError');
    };
    for (const name of ['localStorage', 'sessionStorage'])
      Object.defineProperty(window, name, { get: refuse });
    Object.defineProperty(window, 'BroadcastChannel', { value: refuse });
    const locks = { request: async () => refuse(), query: async () => refuse() };
    Object.defineProperty(navigator, 'locks', { value: locks });
  });
}

test('numbers are entered without storage, and the page says that it keeps nothing else', async () => {
  const month = '2012-02';
  const visitor = await visit('/', { locale: 'en-CH' });
  const { page } = visitor;
  await forbidStorage(visitor);
  await page.goto(monthAddress(month));
  await visitor.signIn(ECONOMIST);
  await cellOf(visitor).click();
  await enter(visitor, '690');
  await rowOf(visitor).getByText('✓ saved').waitFor();
  await page.keyboard.type('82');
  await page.getByText('This browser cannot keep all that you typed').waitFor();
  await page.keyboard.type('.5');
  await page.keyboard.press('Enter');
  await rowOf(visitor, 'reachability').getByText('✓ saved').waitFor();
  expect(await page.getByText('This browser cannot keep').count()).toBe(0);
  expect(await months.numbers(month)).toEqual({ consultations: 690, reachability: 82.5 });

  // What is chosen holds as long as the page.
  await page.getByRole('button', { name: 'Emil Rossi' }).click();
  await page.getByLabel('Language').selectOption('Deutsch');
  await page.getByRole('heading', { name: 'Werte eingeben' }).waitFor();
  await visitor.leave();
});
