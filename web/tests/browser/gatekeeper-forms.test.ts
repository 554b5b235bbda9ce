/** Text in a gatekeeper's form is never lost without a question. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { GATEKEEPER } from './kreis';
import { setUp } from './set-up';
import { gate } from './visitor';

const { visit } = setUp();

/** Records the page's questions and answers them. */
function answering(page: Page) {
  const answers = { asked: [] as string[], yes: false };
  page.on('dialog', (dialog) => {
    answers.asked.push(dialog.message());
    void (answers.yes ? dialog.accept() : dialog.dismiss());
  });
  return answers;
}

test('a form whose answer is awaited is left only after a question', async () => {
  const visitor = await visit('/admin/users?search=blanc', { as: GATEKEEPER });
  const { page } = visitor;
  const released = gate();
  await page.route('**/UpdateUser', async (route) => {
    await released.passed;
    await route.continue();
  });
  const answers = answering(page);
  await page.getByRole('link', { name: 'Lea Blanc' }).click();
  await page.getByLabel('Last name').fill('Blanchard');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('link', { name: 'Overview' }).click();
  await expect.poll(() => answers.asked).toEqual(['What you wrote here is not saved. Leave it?']);
  expect(await page.getByLabel('Last name').inputValue()).toBe('Blanchard');
  released.open();
  await page.getByText('Saved.').waitFor();
  await page.getByRole('link', { name: 'Overview' }).click();
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  expect(answers.asked).toHaveLength(1);
  await visitor.leave();
});

test('what was created leads to its own page without a question', async () => {
  const visitor = await visit('/admin/circles', { as: GATEKEEPER });
  const { page } = visitor;
  const answers = answering(page);
  await page.getByLabel('Name of the circle').fill('Archive');
  await page.getByRole('button', { name: 'Create' }).click();
  await page.getByRole('heading', { level: 1, name: 'Archive' }).waitFor();
  await page.goto('/admin/kpis/new');
  await page.getByLabel('Name').fill('boxes');
  await page.getByLabel('Circle').selectOption('Archive');
  await page.getByLabel('Periodicity').selectOption('Monthly');
  await page.getByLabel('Unit').selectOption('Amount');
  await page.getByRole('button', { name: 'Create' }).click();
  await page.getByRole('heading', { level: 1, name: 'boxes' }).waitFor();
  expect(answers.asked).toEqual([]);
  await visitor.leave();
});

test('what was written, in any form of the page, gives way to another version only after a question', async () => {
  const visitor = await visit('/admin/kpis?search=open+rate', { as: GATEKEEPER });
  const { page } = visitor;
  const answers = answering(page);
  await page.getByRole('link', { name: 'newsletter open rate' }).click();
  await page.getByLabel('Description').waitFor();
  const tab = await visitor.openTab(page.url());
  const other = tab.page;
  await other.getByLabel('Description').fill('Of the opened newsletters.');
  await other.getByRole('button', { name: 'Save' }).click();
  await other.getByText('Saved.').waitFor();

  const [description, target] = [page.getByLabel('Description'), page.getByLabel('Target', { exact: true })];
  await target.fill('42');
  await description.fill('Written for long.');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Another person has changed this meanwhile.').waitFor();
  const newest = page.getByRole('button', { name: 'Show what it is now' });
  await newest.click();
  const question = 'What you wrote on this page is discarded then. Show what it is now?';
  await expect.poll(() => answers.asked).toEqual([question]);
  expect([await description.inputValue(), await target.inputValue()]).toEqual(['Written for long.', '42']);
  answers.yes = true;
  await newest.click();
  await expect.poll(() => description.inputValue()).toBe('Of the opened newsletters.');
  await visitor.leave();
});

test('a page with two forms in which something was written asks once', async () => {
  const visitor = await visit('/admin/kpis?search=consultations', { as: GATEKEEPER });
  const { page } = visitor;
  const answers = answering(page);
  await page.getByRole('link', { name: 'consultations' }).click();
  await page.getByLabel('Description').fill('Written for long.');
  await page.getByLabel('Target', { exact: true }).fill('42');
  answers.yes = true;
  await page.getByRole('link', { name: 'Overview' }).click();
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  expect(answers.asked).toHaveLength(1);
  await visitor.leave();
});
