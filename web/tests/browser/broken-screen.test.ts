/** A screen whose code did not come over the network. */
import { test } from 'vitest';
import { ECONOMIST } from './kreis';
import { setUp } from './set-up';

const { visit } = setUp();

test('a screen that could not be loaded is there at the next try', async () => {
  const visitor = await visit('/', { as: ECONOMIST });
  const { page } = visitor;
  await page.getByRole('table').first().waitFor();
  const code = '**/assets/activity-page-*.js';
  await page.route(code, (route) => route.abort());
  await page.getByRole('link', { name: 'Activity' }).click();
  await page.getByRole('heading', { name: 'This cannot be shown' }).waitFor();
  await page.unroute(code);
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('heading', { level: 1, name: 'Activity' }).waitFor();
  await visitor.leave();
});
