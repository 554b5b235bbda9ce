/** An undo or a redo changes only what its message says and the screen shows. */
import { expect, test } from 'vitest';
import { cellOf, comeBack, hasFocus, rowOf, setUpMonths } from './month-entry';
import { countWrites } from './months';
import { pressOnceRead, READ_MS } from './visitor';

const { months, entering } = setUpMonths();

test('the button beside a paste takes back that paste, not what was typed elsewhere since', async () => {
  const month = '2013-01';
  const visitor = await entering(month);
  const { page } = visitor;
  await cellOf(visitor).focus();
  await visitor.paste(cellOf(visitor), '640\n82\n');
  await page.getByText('2 values were pasted.').waitFor();
  await cellOf(visitor, 'donations').fill('8a');
  await cellOf(visitor, 'donations').press('Tab');
  await page.getByText('“8a” is not a number').waitFor();
  await pressOnceRead(page.getByRole('button', { name: 'Undo', exact: true }));
  await page.getByText('Undone: 2 values are as they were before.').waitFor();
  await expect.poll(() => months.numbers(month)).toEqual({});
  expect(await cellOf(visitor, 'donations').inputValue()).toBe('8a');
  await visitor.leave();
});

test('the button beside a paste is not there while something newer stands in its cells', async () => {
  const visitor = await entering('2013-02');
  const { page } = visitor;
  await cellOf(visitor).focus();
  await visitor.paste(cellOf(visitor), '640\n82\n');
  const button = page.getByRole('button', { name: 'Undo', exact: true });
  await button.waitFor();
  await cellOf(visitor, 'reachability').fill('8');
  await button.waitFor({ state: 'hidden' });
  await cellOf(visitor, 'reachability').press('Escape');
  await button.waitFor();
  await visitor.leave();
});

test('a paste that changes nothing offers no undo of what was done before it', async () => {
  const month = '2013-03';
  await months.fill(month, { consultations: 690, reachability: 81 });
  const visitor = await entering(month);
  const { page } = visitor;
  await cellOf(visitor, 'donations').fill('104000');
  await cellOf(visitor, 'donations').press('Enter');
  await page.getByText('✓ saved').waitFor();
  await cellOf(visitor).fill('70a');
  await visitor.paste(cellOf(visitor), '690\n81\n');
  const preview = page.getByRole('dialog', { name: 'Check before pasting' });
  await preview.getByRole('button', { name: 'Apply' }).click({ delay: READ_MS });
  await preview.waitFor({ state: 'hidden' });
  expect(await cellOf(visitor).inputValue()).toBe('690');
  expect(await page.getByRole('button', { name: 'Undo', exact: true }).count()).toBe(0);
  await visitor.leave();
});

test('once something was typed, redo brings back no older number', async () => {
  const month = '2013-04';
  await months.fill(month, { consultations: 690 });
  const visitor = await entering(month);
  const { page } = visitor;
  const cell = cellOf(visitor);
  await cell.fill('697');
  await page.keyboard.press('Enter');
  await page.getByText('✓ saved').waitFor();
  await page.keyboard.press('Control+z');
  await page.getByText('Undone: “consultations” is 690 again.').waitFor();
  await page.keyboard.type('70');
  await page.keyboard.press('Control+z');
  await page.getByText('Undone: what was typed for “consultations” is gone.').waitFor();
  await page.keyboard.press('Control+y');
  await page.getByText('There is nothing to redo.').waitFor();
  expect(await cell.inputValue()).toBe('690');
  await expect.poll(() => months.numbers(month)).toEqual({ consultations: 690 });
  await visitor.leave();
});

test('Ctrl+Z and Ctrl+Y that are held down go one step', async () => {
  const month = '2013-05';
  const visitor = await entering(month);
  const { page } = visitor;
  const entered = { consultations: 640, reachability: 82, donations: 104_000 };
  for (const [name, number] of Object.entries(entered)) {
    await cellOf(visitor, name).fill(String(number));
    await cellOf(visitor, name).press('Enter');
    await rowOf(visitor, name).getByText('✓ saved').waitFor();
  }
  const writes = countWrites(page);
  async function hold(key: string): Promise<void> {
    await page.keyboard.down('Control');
    for (let repeats = 0; repeats < 4; repeats += 1) await page.keyboard.down(key);
    await page.keyboard.up(key);
    await page.keyboard.up('Control');
  }
  await hold('z');
  await page.getByText('Undone: “donations” is blank again.').waitFor();
  await expect.poll(() => months.numbers(month)).toEqual({ consultations: 640, reachability: 82 });
  await page.keyboard.press('Control+z');
  await page.getByText('Undone: “reachability” is blank again.').waitFor();
  await hold('y');
  await page.getByText('Redone: “reachability” is 82.').waitFor();
  await expect.poll(() => months.numbers(month)).toEqual({ consultations: 640, reachability: 82 });
  expect(writes()).toBe(3);
  await visitor.leave();
});

test('an undo in a circle that is not shown shows it', async () => {
  const month = '2013-06';
  const visitor = await entering(month);
  const { page } = visitor;
  await cellOf(visitor, 'reachability').fill('82');
  await cellOf(visitor, 'reachability').press('Enter');
  await page.getByText('✓ saved').waitFor();
  await page.getByLabel('Circle').selectOption({ label: 'Fundraising' });
  await rowOf(visitor, 'reachability').waitFor({ state: 'hidden' });
  await cellOf(visitor, 'donations').focus();
  await page.keyboard.press('Control+z');
  await page.getByText('Undone: “reachability” is blank again.').waitFor();
  await expect.poll(() => hasFocus(cellOf(visitor, 'reachability'))).toBe(true);
  await expect.poll(() => months.numbers(month)).toEqual({});
  await visitor.leave();
});

test('“saved” does not stand beside what another person has entered since', async () => {
  const month = '2013-07';
  const visitor = await entering(month);
  const { page } = visitor;
  await cellOf(visitor).fill('697');
  await cellOf(visitor).press('Enter');
  await rowOf(visitor).getByText('✓ saved').waitFor();
  await months.correct(month, 'consultations', 705);
  await comeBack(page);
  await rowOf(visitor).getByText('✓ entered').waitFor();
  expect(await cellOf(visitor).inputValue()).toBe('705');
  await visitor.leave();
});

test('“Undone” is not said of what another person has entered since', async () => {
  const month = '2013-08';
  await months.fill(month, { consultations: 690 });
  const visitor = await entering(month);
  const { page } = visitor;
  await cellOf(visitor).fill('697');
  await cellOf(visitor).press('Enter');
  await rowOf(visitor).getByText('✓ saved').waitFor();
  await cellOf(visitor).press('Control+z');
  const undone = page.getByText('Undone: “consultations” is 690 again.');
  await undone.waitFor();
  await expect.poll(() => months.numbers(month)).toEqual({ consultations: 690 });
  await rowOf(visitor).getByText('✓ saved').waitFor();
  await months.correct(month, 'consultations', 705);
  await comeBack(page);
  await rowOf(visitor).getByText('✓ entered').waitFor();
  expect(await cellOf(visitor).inputValue()).toBe('705');
  expect(await undone.count()).toBe(0);
  await visitor.leave();
});

test('“Undo” beside a paste undoes it in the middle of another number too', async () => {
  const month = '2007-03';
  const visitor = await entering(month);
  const { page } = visitor;
  await visitor.paste(cellOf(visitor), '697\n82.5');
  const undo = page.getByRole('button', { name: 'Undo' });
  await undo.waitFor();
  await page.waitForTimeout(READ_MS);
  await cellOf(visitor, 'donations').click();
  await page.keyboard.type('1040');
  const box = await undo.boundingBox();
  if (box === null) throw new Error('there is nothing to undo');
  await page.mouse.click(box.x + 5, box.y + 5);
  await page.waitForTimeout(READ_MS);
  expect(await months.numbers(month)).toEqual({ donations: 1040 });
  await visitor.leave();
});
