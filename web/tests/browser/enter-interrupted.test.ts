/** The focus leaves and returns in the middle of a number, but the person has not left the cell. */
import { expect, test } from 'vitest';
import { callerOf } from './caller';
import { ECONOMIST, GATEKEEPER, PASSWORD } from './kreis';
import { cellOf, hasFocus, rowOf, setUpMonths } from './month-entry';
import { countWrites } from './months';
import { READ_MS } from './visitor';

const { kreis, visit, months, entering } = setUpMonths();

test('a look into another window in the middle of a number loses none of its digits', async () => {
  const month = '2016-01';
  const visitor = await entering(month);
  const { page } = visitor;
  const cell = cellOf(visitor);
  await cell.focus();
  await page.keyboard.type('69');
  // A browser does this when another window comes to the front and this window returns.
  await cell.evaluate((input: HTMLElement) => {
    input.blur();
    input.focus();
  });
  await page.keyboard.type('7');
  await page.keyboard.press('Enter');
  await expect.poll(() => months.numbers(month)).toEqual({ consultations: 697 });
  await visitor.leave();
});

test('a number is not taken for finished by the click that came before it, however busy the page is', async () => {
  const month = '2016-04';
  const visitor = await entering(month);
  const { page } = visitor;
  const cell = cellOf(visitor);
  const writes = countWrites(page);
  // Stops all timers: a browser may handle keys and clicks first.
  await page.clock.install();
  await page.clock.pauseAt(Date.now() + 60_000);
  await cell.click();
  await page.keyboard.type('69');
  await cell.evaluate((input: HTMLElement) => input.blur());
  await page.clock.resume();
  await rowOf(visitor).getByText('not saved yet').waitFor();
  expect(writes()).toBe(0);
  expect(await months.numbers(month)).toEqual({});
  await visitor.leave();
});

test('a circle that is joined in the middle of a number does not lead its digits to another KPI', async () => {
  const month = '2016-02';
  const { users, circles } = await callerOf(kreis.url, GATEKEEPER);
  const visitor = await visit(`/enter?month=${month}`, { locale: 'en-CH' });
  const { page } = visitor;
  const authorization = await visitor.authorizationOf(() => visitor.signIn(ECONOMIST));
  const cell = cellOf(visitor, 'donations');
  await cell.waitFor();
  const { users: everybody } = await users.listUsers({ pageSize: 500 });
  const user = everybody.find(({ email }) => email === ECONOMIST);
  const all = await circles.listCircles({ pageSize: 500 });
  const joined = all.circles.find(({ name }) => name === 'Digital');
  await circles.addCircleMember({ circleId: joined?.id ?? '', userId: user?.id ?? '' });
  await kreis.endSession(authorization);

  await cellOf(visitor, 'new members').focus();
  await page.keyboard.type('33');
  await page.keyboard.press('Enter');
  await cell.focus();
  await page.keyboard.type('1040');
  const dialogue = page.getByRole('dialog', { name: 'Your session has ended' });
  await dialogue.waitFor();
  await page.waitForTimeout(READ_MS);
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');
  // The KPIs of the new circle have loaded.
  await cellOf(visitor, 'sessions on the website').waitFor();
  expect(await hasFocus(cell)).toBe(true);
  await page.keyboard.type('00');
  await page.keyboard.press('Enter');
  await expect.poll(() => months.numbers(month)).toEqual({ 'new members': 33, donations: 104_000 });
  await visitor.leave();
});

test.for(['Enter', 'Tab', 'ArrowDown'].map((key, index) => ({ key, month: `199${4 + 2 * index}-11` })))(
  'a number that was interrupted in its middle is not saved by $key that passes it',
  async ({ key, month }) => {
    const visitor = await entering(month);
    const { page } = visitor;
    await cellOf(visitor, 'reachability').click();
    await page.keyboard.type('8');
    // As if the find bar of the browser took the focus.
    await page.evaluate(() => document.activeElement instanceof HTMLElement && document.activeElement.blur());
    await cellOf(visitor).click();
    for (let row = 0; row < 2; row += 1) await page.keyboard.press(key);
    await page.waitForTimeout(READ_MS);
    expect(await months.numbers(month)).toEqual({});
    await visitor.leave();
  },
);
