/** A gatekeeper on the first day, in an empty kreis. */
import { beforeAll, expect, test } from 'vitest';
import { GATEKEEPER } from './kreis';
import { setUp } from './set-up';

const { kreis, visit } = setUp({}, false);

beforeAll(() => kreis.addGatekeeper());

test.for([360, 1440])('an empty overview is sound at %i px', async (width) => {
  const visitor = await visit('/', { as: GATEKEEPER, width, locale: 'de-CH' });
  await visitor.page.getByRole('link', { name: 'Kreis anlegen' }).waitFor();
  await visitor.inspect('overview-empty');
  await visitor.leave();
});

test.for([
  ['en-GB', 'There are no KPIs yet', 'Create a circle'],
  ['de-CH', 'Es gibt noch keine KPIs', 'Kreis anlegen'],
] as const)('without KPIs the list says what to do first, in %s', async ([locale, sentence, link]) => {
  const visitor = await visit('/admin/kpis', { as: GATEKEEPER, locale });
  const { page } = visitor;
  await page.getByRole('main').getByText(sentence).waitFor();
  await visitor.inspect('kpis-empty');
  await page.getByRole('main').getByRole('link', { name: link }).click();
  await page.getByRole('heading', { level: 1, name: locale === 'de-CH' ? 'Kreise' : 'Circles' }).waitFor();
  await visitor.leave();
});

test('an empty overview leads to where circles and KPIs are created', async () => {
  const visitor = await visit('/', { as: GATEKEEPER });
  const { page } = visitor;
  await page.getByRole('heading', { name: 'There are no circles yet' }).waitFor();
  await page.getByRole('link', { name: 'Create a KPI' }).click();
  await page.getByLabel('Name', { exact: true }).waitFor();
  await page.goBack();
  await page.getByRole('link', { name: 'Create a circle' }).click();
  await page.getByLabel('Name of the circle').fill('Housing');
  await page.getByRole('button', { name: 'Create' }).click();
  await page.getByRole('heading', { level: 1, name: 'Housing' }).waitFor();
  expect(new URL(page.url()).pathname).toMatch(/^\/admin\/circles\/\d+$/);
  await visitor.leave();
});

test('with a circle and without KPIs, a KPI is what to create first', async () => {
  const visitor = await visit('/admin/kpis', { as: GATEKEEPER });
  const { page } = visitor;
  await page.getByText('There are no KPIs yet').waitFor();
  await page.getByRole('status').getByRole('link', { name: 'Create a KPI' }).click();
  await page.getByLabel('Name', { exact: true }).waitFor();
  await page.goto('/admin/kpis?search=anything');
  await page.getByText('There are no KPIs yet').waitFor();
  await visitor.leave();
});
