/** The same number entered twice: by the same person, another person or another tab. */
import { expect, test } from 'vitest';
import { cellOf, rowOf, setUpMonths } from './month-entry';
import { gate, pressOnceRead } from './visitor';

const { months, entering } = setUpMonths();

test('a number that is typed as it is shown is not taken for entered where another person has replaced it', async () => {
  const month = '2013-01';
  await months.fill(month, { consultations: 690 });
  const visitor = await entering(month);
  const { page } = visitor;
  const cell = cellOf(visitor);
  await months.correct(month, 'consultations', 705);
  await cell.focus();
  await page.keyboard.type('690');
  await page.keyboard.press('Enter');
  await page.getByText('Greta Keller has entered 705 in the meantime. You entered 690.').waitFor();
  expect(await months.numbers(month)).toEqual({ consultations: 705 });
  await pressOnceRead(page.getByRole('button', { name: 'Take mine' }));
  await rowOf(visitor).getByText('✓ saved').waitFor();
  expect(await months.numbers(month)).toEqual({ consultations: 690 });
  await visitor.leave();
});

test('a number that is pasted as it is shown is not taken for entered where another person has replaced it', async () => {
  const month = '2013-02';
  await months.fill(month, { consultations: 690 });
  const visitor = await entering(month);
  const { page } = visitor;
  await months.correct(month, 'consultations', 705);
  await cellOf(visitor).focus();
  await visitor.paste(cellOf(visitor), '690\n82\n');
  await page.getByText('Greta Keller has entered 705 in the meantime. You entered 690.').waitFor();
  await expect.poll(() => months.numbers(month)).toEqual({ consultations: 705, reachability: 82 });
  await visitor.leave();
});

test('a number that is typed as it is shown and is still so changes nothing', async () => {
  const month = '2013-03';
  await months.fill(month, { consultations: 690 });
  const visitor = await entering(month);
  const { page } = visitor;
  await cellOf(visitor).focus();
  await page.keyboard.type('690');
  await page.keyboard.press('Enter');
  await rowOf(visitor).getByText('✓ saved').waitFor();
  expect(await months.version(month, 'consultations')).toBe(1);
  await page.keyboard.press('Control+z');
  await page.getByText('There is nothing to undo.').waitFor();
  await visitor.leave();
});

test('the same number in two tabs of one person is no conflict', async () => {
  const month = '2013-04';
  const [first, second] = [await entering(month), await entering(month)];
  for (const visitor of [first, second]) {
    await cellOf(visitor).fill('700');
    await cellOf(visitor).press('Enter');
    await rowOf(visitor)
      .getByText(visitor === first ? '✓ saved' : '✓ entered')
      .waitFor();
  }
  expect(await second.page.getByRole('alert').count()).toBe(0);
  expect(await months.version(month, 'consultations')).toBe(1);
  // This tab did not store the number, so it cannot undo it.
  await second.page.keyboard.press('Control+z');
  await second.page.getByText('There is nothing to undo.').waitFor();
  await first.leave();
  await second.leave();
});

test('an undo that follows an agreement takes back nothing of the other person', async () => {
  const month = '2013-06';
  await months.fill(month, { consultations: 690 });
  const visitor = await entering(month);
  const { page } = visitor;
  await months.correct(month, 'consultations', 700);
  const released = gate();
  await page.route('**/CorrectKpiValue', async (route) => {
    await released.passed;
    await route.continue();
  });
  await cellOf(visitor).fill('700');
  await cellOf(visitor).press('Enter');
  await page.keyboard.press('Control+z');
  await page.getByText('Undone: “consultations” is 690 again.').waitFor();
  released.open();
  await page.getByText('Greta Keller has entered 700 in the meantime. You entered 690.').waitFor();
  expect(await months.numbers(month)).toEqual({ consultations: 700 });
  await visitor.leave();
});

test('a value that two people take back is no conflict', async () => {
  const month = '2013-05';
  await months.fill(month, { consultations: 690 });
  const visitor = await entering(month);
  const { page } = visitor;
  await months.caller.retract('consultations', { year: 2013, month: 5 });
  await cellOf(visitor).fill('');
  await cellOf(visitor).press('Enter');
  await pressOnceRead(page.getByRole('button', { name: 'Take it back' }));
  await page.getByText(/^0 of \d values are in\.$/).waitFor();
  expect(await page.getByRole('alert').count()).toBe(0);
  expect(await cellOf(visitor).inputValue()).toBe('');
  await visitor.leave();
});
