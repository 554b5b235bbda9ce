/** A gatekeeper manages circles and sees missing values. */
import { beforeAll, expect, test } from 'vitest';
import { Periodicity } from '#gen/kreis/kpi/v1/kpi_pb';
import { addMonths, type Month, monthName } from '#shared/periods/months';
import { type Caller, callerOf } from './caller';
import { ECONOMIST, GATEKEEPER } from './kreis';
import { LOOKS, setUp } from './set-up';
import type { Visitor } from './visitor';

const { kreis, visit } = setUp();
let gatekeeper: Caller;
let thisMonth: Month;

beforeAll(async () => {
  gatekeeper = await callerOf(kreis.url, GATEKEEPER);
  thisMonth = await gatekeeper.thisMonth();
  await gatekeeper.inviteEconomistOf(2, addMonths(thisMonth, -2));
  await gatekeeper.addKpi('Digital', 'outages', Periodicity.QUARTERLY, addMonths(thisMonth, -3));
  await gatekeeper.addKpi('Digital', 'audits', Periodicity.YEARLY, addMonths(thisMonth, -24));
});

function gatekeeperAt(address: string): Promise<Visitor> {
  return visit(address, { as: GATEKEEPER });
}

test('a circle is created, filled, renamed, emptied and deleted', async () => {
  const visitor = await gatekeeperAt('/admin/circles');
  const { page } = visitor;
  await page.getByLabel('Name of the circle').fill('digital');
  await page.getByRole('button', { name: 'Create' }).click();
  await page.getByText('Another circle has this name.').waitFor();
  await page.getByLabel('Name of the circle').fill('Housing');
  await page.getByRole('button', { name: 'Create' }).click();
  await page.getByRole('heading', { level: 1, name: 'Housing' }).waitFor();

  await page.getByText('No economist enters values here yet.').waitFor();
  await page.getByLabel('Add an economist').selectOption('Lea Blanc');
  await page.getByRole('button', { name: 'Add to the circle' }).click();
  await page.getByRole('link', { name: 'Lea Blanc' }).waitFor();

  await page.getByLabel('Name of the circle').fill('Homes');
  await page.getByRole('button', { name: 'Rename' }).click();
  await page.getByRole('heading', { level: 1, name: 'Homes' }).waitFor();

  await page.getByText('The circle cannot be deleted: it has economists.').waitFor();
  expect(await page.getByRole('button', { name: 'Delete the circle' }).count()).toBe(0);

  await page.getByRole('button', { name: 'Remove Lea Blanc from the circle' }).click();
  await page.getByText('No economist enters values here yet.').waitFor();
  await page.getByRole('button', { name: 'Delete the circle' }).click();
  const question = page.getByRole('dialog', { name: 'Delete Homes?' });
  await question.getByRole('button', { name: 'Delete the circle' }).click();
  await page.getByRole('heading', { level: 1, name: 'Circles' }).waitFor();
  await page.getByRole('link', { name: 'Digital' }).waitFor();
  await page.getByRole('link', { name: 'Homes' }).waitFor({ state: 'detached' });
  await visitor.leave();
});

test.for([
  ['en-GB', 'Delete', 'The circle cannot be deleted: it has KPIs.'],
  ['de-CH', 'Löschen', 'Der Kreis kann nicht gelöscht werden: Er hat KPIs.'],
] as const)(
  'a circle with KPIs is not asked about, but leads to them, in %s',
  async ([locale, part, sentence]) => {
    const visitor = await visit('/admin/circles', { as: GATEKEEPER, locale });
    const { page } = visitor;
    await page.getByRole('link', { name: 'Fundraising' }).click();
    const deleting = page.getByRole('region', { name: part });
    await deleting.getByText(sentence).waitFor();
    expect(await deleting.getByRole('button').count()).toBe(0);
    await visitor.inspect('gatekeeper-circle-with-kpis');
    await deleting.getByRole('link', { name: 'donations' }).click();
    await page.getByRole('heading', { level: 1, name: 'donations' }).waitFor();
    await visitor.leave();
  },
);

test('a circle that got a KPI meanwhile is not deleted, and says for which', async () => {
  const visitor = await gatekeeperAt('/admin/circles');
  const { page } = visitor;
  await page.getByLabel('Name of the circle').fill('Garden');
  await page.getByRole('button', { name: 'Create' }).click();
  await page.getByRole('heading', { level: 1, name: 'Garden' }).waitFor();
  await gatekeeper.addKpi('Garden', 'apples', Periodicity.YEARLY);
  await page.getByRole('button', { name: 'Delete the circle' }).click();
  const question = page.getByRole('dialog', { name: 'Delete Garden?' });
  await question.getByRole('button', { name: 'Delete the circle' }).click();
  await question.getByText('The circle still has KPIs. Move them to another circle first.').waitFor();
  await question.getByRole('link', { name: 'apples' }).click();
  await page.getByRole('heading', { level: 1, name: 'apples' }).waitFor();
  await page.getByLabel('Circle').selectOption('Digital');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved.').waitFor();

  await page.goto('/admin/circles');
  await page.getByRole('link', { name: 'Garden' }).click();
  await page.getByRole('button', { name: 'Delete the circle' }).click();
  await question.getByRole('button', { name: 'Delete the circle' }).click();
  await question.getByText('The change log names the circle, so it has to stay.').waitFor();
  await question.getByText(/^If you ask for help, name this number: \w+$/).waitFor();
  await visitor.inspect('gatekeeper-circle-in-use');
  await visitor.leave();
});

test('a circle or an economist who has entered everything is said to have', async () => {
  const visitor = await gatekeeperAt('/admin/due');
  const { page } = visitor;
  await page.getByLabel('Economist').selectOption('Emil Rossi');
  // The values that the demo leaves blank.
  await page.getByText('2 values have not been entered.').waitFor();
  const economist = await callerOf(kreis.url, ECONOMIST);
  const { dueValues } = await economist.values.listDueValues({});
  for (const { kpiId, period } of dueValues) {
    await economist.values.recordKpiValue({ kpiId, period, value: 80, requestId: crypto.randomUUID() });
  }
  await page.reload();
  await page.getByText('Nothing is due').waitFor();
  await page.getByLabel('Circle').selectOption('Fundraising');
  await page.getByText('Nothing is due').waitFor();
  await page.reload();
  await page.getByText('Nothing is due').waitFor();
  expect(await page.getByLabel('Circle').locator('option:checked').textContent()).toBe('Fundraising');
  await visitor.leave();
});

test('values that are due are listed for all circles, oldest first, with their economists', async () => {
  const visitor = await gatekeeperAt('/admin/due');
  const { page } = visitor;
  await page.getByRole('link', { name: 'audits' }).waitFor();
  const rows = await page.getByRole('row').allTextContents();
  const place = (row: RegExp) => rows.findIndex((text) => row.test(text));
  const [older, newer] = [-2, -1].map((months) => monthName(addMonths(thisMonth, months), 'en'));
  const quarter = addMonths(thisMonth, -1 - ((thisMonth.month - 1) % 3));
  expect(place(new RegExp(`^audits${thisMonth.year - 1}\\D.*Digital.*Lea Blanc$`))).toBeGreaterThan(0);
  expect(place(new RegExp(`^outagesQ${quarter.month / 3} ${quarter.year}\\D`))).toBeGreaterThan(0);
  expect(place(new RegExp(`^figure a${older}`))).toBeGreaterThan(0);
  expect(place(new RegExp(`^figure a${newer}`))).toBeGreaterThan(place(new RegExp(`^figure b${older}`)));
  await visitor.leave();
});

test('what is not entered is listed with the economists who may enter it', async () => {
  const visitor = await gatekeeperAt('/admin/due');
  const { page } = visitor;
  await page.getByLabel('Circle').selectOption('Circle of 2');
  await page.getByText('4 values have not been entered.').waitFor();
  for (const months of [-2, -1]) {
    const month = monthName(addMonths(thisMonth, months), 'en');
    const row = new RegExp(`^figure a ${month} .+ Circle of 2 Nora of 2$`);
    await page.getByRole('row', { name: row }).waitFor();
  }
  await visitor.leave();
});

test.for(LOOKS)("the circles' screens are sound at $width px, dark: $dark", async ({ width, dark }) => {
  const visitor = await visit('/admin/circles', { as: GATEKEEPER, width, dark, locale: 'de-CH' });
  const { page } = visitor;
  await page.getByRole('link', { name: 'Counselling' }).waitFor();
  await visitor.inspect('gatekeeper-circles');
  await page.getByRole('link', { name: 'Counselling' }).click();
  await page.getByLabel('Economist hinzufügen').waitFor();
  await visitor.inspect('gatekeeper-circle');
  await page.getByRole('link', { name: 'Ausstehend' }).click();
  await page.getByRole('link', { name: 'audits' }).waitFor();
  await visitor.inspect('gatekeeper-due');
  await page.getByLabel('Economist', { exact: true }).selectOption('Nora of 2');
  await page.getByText('4 Werte stehen aus.').waitFor();
  await visitor.leave();
});
