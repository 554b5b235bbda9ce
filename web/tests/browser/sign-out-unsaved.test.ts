/** Signing out names everything that is not saved, in every tab, and asks. */
import { expect, test } from 'vitest';
import { ECONOMIST } from './kreis';
import { cellOf, rowOf, setUpMonths } from './month-entry';
import { pressOnceRead, READ_MS } from './visitor';

const { months, entering } = setUpMonths();

test('signing out names a paste that waits to be checked', async () => {
  const month = '2011-02';
  const visitor = await entering(month);
  const { page, words } = visitor;
  await visitor.paste(cellOf(visitor), '697\nn/a\n104000');
  await page.getByText('Check before pasting').waitFor();
  await visitor.signOut('Emil Rossi');
  await page.getByRole('alert').getByText('A paste waits to be checked.').waitFor();
  await page.waitForTimeout(READ_MS);
  expect(await page.getByLabel(words.email).count()).toBe(0);
  await page.getByRole('button', { name: 'Discard and sign out' }).click();
  await page.getByLabel(words.email).waitFor();
  expect(await months.numbers(month)).toEqual({});
  await visitor.leave();
});

test('signing out names a paste that waits in another tab', async () => {
  const month = '2011-03';
  const visitor = await entering(month);
  await visitor.paste(cellOf(visitor), '697\nn/a\n104000');
  await visitor.page.getByText('Check before pasting').waitFor();
  const tab = await visitor.openTab('/');
  const { page, words } = tab;
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  await tab.signOut('Emil Rossi');
  await page.getByRole('alert').getByText('A paste waits to be checked.').waitFor();
  await page.getByRole('button', { name: 'Stay signed in' }).click();

  await visitor.page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await page.getByLabel(words.email).waitFor();
  expect(await months.numbers(month)).toEqual({});
  await visitor.leave();
});

test('signing out names what is not saved in another tab, asks, and removes it', async () => {
  const month = '2011-04';
  const visitor = await entering(month);
  await cellOf(visitor).click();
  await visitor.page.keyboard.type('69');
  const tab = await visitor.openTab('/');
  const { page, words } = tab;
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  await page.waitForTimeout(2_000);
  await tab.signOut('Emil Rossi');
  await page.getByText('1 entry is not saved: consultations.').waitFor();
  await page.waitForTimeout(READ_MS);
  expect(await page.getByLabel(words.email).count()).toBe(0);
  await pressOnceRead(page.getByRole('button', { name: 'Discard and sign out' }));
  await page.getByLabel(words.email).waitFor();
  await visitor.page.getByLabel(words.email).waitFor();

  await tab.signIn(ECONOMIST);
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  await page.waitForTimeout(2_500);
  expect(await page.getByText('You have unfinished entries').count()).toBe(0);
  expect(await months.numbers(month)).toEqual({});
  await visitor.leave();
});

test('signing out names a text of another tab that the browser cannot keep', async () => {
  const visitor = await entering('2011-05');
  await cellOf(visitor).fill('1'.repeat(30_000));
  const tab = await visitor.openTab('/');
  const { page, words } = tab;
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  await tab.signOut('Emil Rossi');
  await page.getByText('In another tab you typed something that this browser cannot keep.').waitFor();
  await page.getByRole('button', { name: 'Stay signed in' }).click();

  await cellOf(visitor).press('Escape');
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await page.getByLabel(words.email).waitFor();
  await visitor.leave();
});

test('signing out after midnight names what was typed before it in a tab that is still open', async () => {
  const visitor = await entering('2011-06');
  const { page } = visitor;
  await cellOf(visitor).click();
  await page.keyboard.type('69');
  await rowOf(visitor).getByText('not saved yet').waitFor();
  await page.evaluate(() => {
    for (const [key, record] of Object.entries(localStorage)) {
      if (!key.startsWith('kreis.drafts.')) continue;
      localStorage.setItem(key, JSON.stringify({ ...JSON.parse(record), day: '2026-01-01' }));
    }
    // The person goes to the other tab.
    document.dispatchEvent(new Event('visibilitychange'));
  });
  const tab = await visitor.openTab('/');
  await tab.page.getByRole('heading', { name: 'Overview' }).waitFor();
  await tab.signOut('Emil Rossi');
  await tab.page.getByText('1 entry is not saved: consultations.').waitFor();
  await visitor.leave();
});
