/** What a cell shows and stores after the server has sent a newer value than the page knew. */
import { expect, test } from 'vitest';
import { callerOf } from './caller';
import { ECONOMIST, GATEKEEPER } from './kreis';
import { cellOf, comeBack, rowOf, setUpMonths } from './month-entry';
import { countWrites } from './months';

const { kreis, months, entering } = setUpMonths();

test('a number that is given up gives way to what another person has entered meanwhile', async () => {
  const month = '2016-05';
  await months.fill(month, { consultations: 690 });
  const visitor = await entering(month);
  const { page } = visitor;
  await page.clock.install();
  const cell = cellOf(visitor);
  await cell.focus();
  await page.keyboard.type('5');
  await months.correct(month, 'consultations', 777);
  await months.fill(month, { donations: 100_000 });
  await page.clock.fastForward(60_000);
  await comeBack(page);
  await rowOf(visitor, 'donations').getByText('✓ entered').waitFor();
  expect(await cell.inputValue()).toBe('5');
  await page.keyboard.press('Escape');
  await expect.poll(() => cell.inputValue()).toBe('777');
  await visitor.leave();
});

test('a number that was refused is neither called unanswered nor sent again after a reload', async () => {
  const month = '2016-06';
  const { users, circles } = await callerOf(kreis.url, GATEKEEPER);
  const everybody = (await users.listUsers({ pageSize: 500 })).users;
  const user = everybody.find(({ email }) => email === ECONOMIST);
  const circle = user?.circles.find(({ name }) => name === 'Fundraising');
  const membership = { circleId: circle?.circleId ?? '', userId: user?.id ?? '' };
  const visitor = await entering(month);
  const { page } = visitor;
  await cellOf(visitor, 'donations').focus();
  await page.keyboard.type('100000');
  await circles.removeCircleMember(membership);
  await page.keyboard.press('Enter');
  await rowOf(visitor, 'donations').getByText('! not saved').waitFor();
  await page.reload();
  await page.getByText('You cannot enter these KPIs any more').waitFor();
  expect(await page.getByText('Sent without an answer').count()).toBe(0);

  await circles.addCircleMember(membership);
  const writes = countWrites(page);
  await page.reload();
  await rowOf(visitor, 'donations').getByText('not saved yet').waitFor();
  expect(writes()).toBe(0);
  expect(await months.numbers(month)).toEqual({});
  await visitor.leave();
});
