/** A gatekeeper gives a program a key of its own, changes it, and takes it away. */
import { expect, test } from 'vitest';
import { GATEKEEPER } from './kreis';
import { LOOKS, setUp } from './set-up';

const { visit } = setUp();

test('a gatekeeper makes a service account, changes its key, and removes it', async () => {
  const visitor = await visit('/admin/service-accounts', { as: GATEKEEPER });
  const { page } = visitor;
  await page.getByText('There is no service account yet.').waitFor();
  await page.getByRole('link', { name: 'Add a service account' }).click();

  // Without a name and without a circle.
  await page.getByRole('button', { name: 'Add and make a key' }).click();
  await page.getByText('Please enter 1 to 100 visible characters').waitFor();
  await page.getByText('Please choose at least one circle').waitFor();
  await visitor.inspect('gatekeeper-service-account-refused');

  await page.getByLabel('Name').fill('Payroll import');
  await page.getByLabel('Access').selectOption({ label: 'Read and write' });
  await page.getByLabel('For all circles').check();
  await page.getByRole('button', { name: 'Add and make a key' }).click();
  await page.getByRole('heading', { name: 'Payroll import was added' }).waitFor();
  const first = await page.getByLabel('Key', { exact: true }).inputValue();
  expect(first).toMatch(/^kreis_sa_[0-9A-Za-z]{49}$/);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('button', { name: 'Copy key' }).click();
  await page.getByText('The key is in the clipboard.').waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(first);
  await visitor.inspect('gatekeeper-service-key');

  await page.getByRole('link', { name: 'To the page of Payroll import' }).click();
  await page.getByText(`${first.slice(0, 13)}…`).waitFor();
  await page.getByLabel('Valid for').selectOption({ label: '365 days' });
  await page.getByRole('button', { name: 'Make a key' }).click();
  const second = await page.getByLabel('Key', { exact: true }).inputValue();
  expect(second).not.toBe(first);
  await page.getByText('There are two keys. Remove one before you make the next.').waitFor();
  await visitor.inspect('gatekeeper-service-account');

  await page.getByRole('button', { name: `Remove the key ${first.slice(0, 13)}` }).click();
  const question = page.getByRole('dialog', { name: 'Remove the key' });
  await question.getByRole('button', { name: 'Remove', exact: true }).click();
  await question.waitFor({ state: 'hidden' });
  await page.getByText(`${first.slice(0, 13)}…`).waitFor({ state: 'hidden' });

  await page.getByRole('link', { name: 'All service accounts' }).click();
  await page.getByRole('row', { name: /Payroll import.*Read and write.*All.*Greta Keller.*Valid/ }).waitFor();
  await visitor.inspect('gatekeeper-service-accounts');
  await page.getByRole('link', { name: 'Payroll import' }).click();
  await page.getByRole('button', { name: 'Remove the service account' }).click();
  const dialog = page.getByRole('dialog', { name: 'Remove Payroll import?' });
  await dialog.getByRole('button', { name: 'Remove the service account' }).click();
  await page.getByText('There is no service account yet.').waitFor();

  await page.getByRole('link', { name: 'Changes', exact: true }).click();
  await page.getByText('Greta Keller removed the service account Payroll import.').waitFor();
  await page.getByText('Greta Keller added the service account Payroll import.').waitFor();
  await visitor.leave();
});

test.for(LOOKS)('a new service account is sound at $width px, dark: $dark', async (look) => {
  const visitor = await visit('/admin/service-accounts/new', { as: GATEKEEPER, ...look });
  await visitor.page.getByLabel('For all circles').waitFor();
  await visitor.inspect('gatekeeper-new-service-account');
  await visitor.leave();
});

test('the screens of service accounts speak German', async () => {
  const visitor = await visit('/admin/service-accounts', { as: GATEKEEPER, locale: 'de-CH' });
  await visitor.page.getByRole('link', { name: 'Dienstkonto hinzufügen' }).waitFor();
  await visitor.leave();
});
