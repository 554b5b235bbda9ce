/** A gatekeeper reads the log of changes to users and circles. */
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { monthKey } from '#shared/periods/months';
import { callerOf } from './caller';
import { ECONOMIST, GATEKEEPER } from './kreis';
import { LOOKS, setUp } from './set-up';
import type { Visitor } from './visitor';

const { kreis, visit } = setUp();
let userId = '';
/** In the organisation's time zone, such as `2026-03`. */
let thisMonth = '';

beforeAll(async () => {
  userId = await everyKindOfChange();
  thisMonth = monthKey(await (await callerOf(kreis.url, GATEKEEPER)).thisMonth());
});

/** Makes every kind of change that the log knows. Returns the id of the changed user. */
async function everyKindOfChange(): Promise<string> {
  const { auth, users, circles } = await callerOf(kreis.url, GATEKEEPER);
  const nora = { firstName: 'Nora', lastName: 'Frei', displayName: 'Nora Frei', email: 'nora@example.org' };
  const { user } = await users.createUser(nora);
  const userId = user?.id ?? '';
  const { invitationToken } = await users.inviteUser({ userId });
  await auth.acceptInvitation({ invitationToken, password: 'nora keeps this secret' });
  await users.inviteUser({ userId });
  await users.updateUser({ userId, displayName: 'Nora F.' });
  await users.updateUser({ userId, gatekeeper: true });
  await users.updateUser({ userId, gatekeeper: false });
  await users.deactivateUser({ userId });
  await users.reactivateUser({ userId });
  const { circle } = await circles.createCircle({ name: 'Housing' });
  const circleId = circle?.id ?? '';
  await circles.updateCircle({ circleId, name: 'Homes' });
  // More changes than fit on a page.
  for (let times = 0; times < 30; times += 1) {
    await circles.addCircleMember({ circleId, userId });
    await circles.removeCircleMember({ circleId, userId });
  }
  await circles.deleteCircle({ circleId });
  return userId;
}

function gatekeeperAt(address: string): Promise<Visitor> {
  return visit(address, { as: GATEKEEPER });
}

function entries(page: Page): Promise<number> {
  return page.getByRole('main').getByRole('listitem').count();
}

test('every kind of change is a sentence', async () => {
  const visitor = await gatekeeperAt('/admin/users');
  const { page } = visitor;
  await page.getByRole('link', { name: 'Changes', exact: true }).click();
  await page.getByRole('button', { name: 'Show more' }).click();
  for (const sentence of [
    'Greta Keller added Nora F..',
    'Greta Keller made an invitation link for Nora F..',
    'Nora F. accepted an invitation and chose a password.',
    'Greta Keller made a link for Nora F. to choose a new password.',
    'Greta Keller changed Nora F.: display name Nora Frei → now: Nora F.',
    'Greta Keller made Nora F. a gatekeeper.',
    'Greta Keller ended the role of Nora F. as a gatekeeper.',
    'Greta Keller deactivated Nora F..',
    'Greta Keller reactivated Nora F..',
    'Greta Keller created the circle Housing.',
    'Greta Keller renamed a circle: Housing → now: Homes',
    'Greta Keller added Nora F. to the circle Homes.',
    'Greta Keller removed Nora F. from the circle Homes.',
    'Greta Keller deleted the circle Homes.',
    'The operator added Greta Keller.',
    'The operator set the password of Greta Keller.',
  ]) {
    await page.getByText(sentence, { exact: true }).first().waitFor();
  }
  // A deleted circle is only named; an existing circle is a link.
  expect(await page.getByRole('link', { name: 'Homes' }).count()).toBe(0);
  await visitor.inspect('gatekeeper-changes-every-kind');
  await page.getByRole('link', { name: 'Digital' }).first().click();
  await page.getByRole('heading', { level: 1, name: 'Digital' }).waitFor();
  await visitor.leave();
});

test('the log goes on with more', async () => {
  const visitor = await gatekeeperAt(`/admin/changes?user=${userId}`);
  const { page } = visitor;
  await page.getByText('Greta Keller removed Nora F.').first().waitFor();
  expect(await entries(page)).toBe(50);
  await page.getByRole('button', { name: 'Show more' }).click();
  await expect.poll(() => entries(page)).toBe(69);
  expect(await page.getByRole('button', { name: 'Show more' }).count()).toBe(0);
  await visitor.leave();
});

test('the log is chosen by user or circle and by month, and the address keeps the choice', async () => {
  const visitor = await gatekeeperAt('/admin/changes');
  const { page } = visitor;
  await page.getByLabel('User or circle').selectOption('Digital');
  await page.getByText('created the circle Digital.').waitFor();
  expect(await page.getByRole('listitem').filter({ hasText: 'Nora F.' }).count()).toBe(0);
  await page.getByLabel('User or circle').selectOption('Nora F.');
  await page.getByText('Greta Keller removed Nora F.').first().waitFor();
  await page.getByLabel('To month').fill('2020-12');
  await page.getByText('Nothing was changed here.').waitFor();
  await page.getByLabel('From month').fill('2021-01');
  await page.getByRole('alert').getByText('The last month lies before the first.').waitFor();
  await page.getByLabel('To month').fill(thisMonth);
  await page.getByText('Greta Keller removed Nora F.').first().waitFor();
  await page.reload();
  await page.getByText('Greta Keller removed Nora F.').first().waitFor();
  expect(await page.getByLabel('From month').inputValue()).toBe('2021-01');
  const chosen = page.getByLabel('User or circle').locator('option:checked');
  await expect.poll(() => chosen.textContent()).toBe('Nora F.');
  await visitor.leave();
});

test('the page of the log tells an economist that it is for gatekeepers', async () => {
  const visitor = await visit('/admin/changes', { as: ECONOMIST });
  await visitor.page.getByText('These tools are for gatekeepers.').waitFor();
  await visitor.leave();
});

test.for(LOOKS)('the log is sound at $width px, dark: $dark', async ({ width, dark }) => {
  const visitor = await visit('/admin/changes', { as: GATEKEEPER, width, dark, locale: 'de-CH' });
  await visitor.page.getByText('Greta Keller hat den Kreis Homes gelöscht.').waitFor();
  await visitor.inspect('gatekeeper-changes');
  await visitor.leave();
});

test('the headings of the log go down step by step', async () => {
  const visitor = await gatekeeperAt('/admin/changes');
  const { page } = visitor;
  await page.getByRole('listitem').first().waitFor();
  const levels = await page
    .getByRole('heading')
    .evaluateAll((headings) => headings.map(({ tagName }) => Number(tagName.slice(1))));
  expect(levels[0]).toBe(1);
  levels.forEach((level, index) => {
    expect(level, `heading ${index + 1}`).toBeLessThanOrEqual((levels[index - 1] ?? 0) + 1);
  });
  await visitor.leave();
});
