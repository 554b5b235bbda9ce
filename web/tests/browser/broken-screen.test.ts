/** Screens that cannot be shown: the code did not load, or the object does not exist. */
import { expect, test } from 'vitest';
import { ECONOMIST, GATEKEEPER } from './kreis';
import { setUp } from './set-up';

const { visit } = setUp();

test('a screen that could not be loaded is there at the next try', async () => {
  const visitor = await visit('/', { as: ECONOMIST });
  const { page } = visitor;
  await page.getByRole('grid').waitFor();
  const code = '**/assets/activity-page-*.js';
  await page.route(code, (route) => route.abort());
  await page.getByRole('link', { name: 'Activity' }).click();
  await page.getByRole('heading', { name: 'This cannot be shown' }).waitFor();
  await page.unroute(code);
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('heading', { level: 1, name: 'Activity' }).waitFor();
  await visitor.leave();
});

test('a KPI or a user that does not exist leads back instead of asking again', async () => {
  const visitor = await visit('/', { as: GATEKEEPER });
  const { page } = visitor;
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  for (const address of ['/kpis/999999', '/admin/users/999999']) {
    await page.goto(address);
    await page.getByRole('heading', { level: 1, name: 'This cannot be shown' }).waitFor();
    expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(0);
  }
  await page.getByRole('link', { name: 'To the overview' }).click();
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  await visitor.leave();
});
