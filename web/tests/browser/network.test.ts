/** Screens that failed while kreis or the network was unreachable. */
import { expect, test } from 'vitest';
import { ECONOMIST } from './kreis';
import { setUp } from './set-up';

const { kreis, visit } = setUp();

const WORDS = [
  { locale: 'en-GB', failed: 'This cannot be shown', activity: 'Activity' },
  { locale: 'de-CH', failed: 'Das lässt sich nicht anzeigen', activity: 'Änderungen' },
];

test.for(WORDS)('a screen that failed loads by itself once kreis is back: $locale', async (words) => {
  const { locale, failed, activity } = words;
  const visitor = await visit('/', { as: ECONOMIST, locale });
  const { page } = visitor;
  await page.getByRole('rowheader', { name: 'Counselling' }).waitFor();
  // The code of the next screen is loaded, but its data is not.
  const code = page.waitForResponse(/activity-page/);
  await page.getByRole('link', { name: activity }).hover();
  await (await code).finished();
  await kreis.stop();
  await page.getByRole('link', { name: activity }).click();
  await page.getByRole('heading', { name: failed }).waitFor({ timeout: 30_000 });
  await kreis.start();
  await page.getByRole('heading', { level: 1, name: activity }).waitFor({ timeout: 30_000 });
  await page.getByRole('listitem').first().waitFor();
  expect(await page.getByRole('heading', { name: failed }).count()).toBe(0);
  await visitor.leave();
});

test('a screen whose code did not come while kreis was away is there once it is back', async () => {
  const visitor = await visit('/', { as: ECONOMIST });
  const { page } = visitor;
  await page.getByRole('rowheader', { name: 'Counselling' }).waitFor();
  await kreis.stop();
  await page.getByRole('link', { name: 'Activity' }).click();
  await page.getByRole('heading', { name: 'This cannot be shown' }).waitFor();
  await kreis.start();
  await page.getByRole('heading', { level: 1, name: 'Activity' }).waitFor({ timeout: 30_000 });
  await visitor.leave();
});

test('a screen whose code did not come while offline is there once online', async () => {
  const visitor = await visit('/', { as: ECONOMIST });
  const { page } = visitor;
  await page.getByRole('rowheader', { name: 'Counselling' }).waitFor();
  await visitor.context.setOffline(true);
  await page.getByRole('link', { name: 'Activity' }).click();
  await page.getByRole('heading', { name: 'This cannot be shown' }).waitFor();
  await visitor.context.setOffline(false);
  await page.getByRole('heading', { level: 1, name: 'Activity' }).waitFor();
  await visitor.leave();
});

test('a page that found nothing at all loads by itself once kreis is back', async () => {
  const visitor = await visit('/', { as: ECONOMIST });
  const { page } = visitor;
  await page.getByRole('rowheader', { name: 'Counselling' }).waitFor();
  const calls = '**/kreis.*/**';
  await page.route(calls, (route) => route.abort('connectionrefused'));
  await page.reload();
  await page.getByRole('heading', { name: 'This cannot be shown' }).waitFor({ timeout: 30_000 });
  await page.unroute(calls);
  await page.getByRole('rowheader', { name: 'Counselling' }).waitFor({ timeout: 30_000 });
  await visitor.leave();
});
