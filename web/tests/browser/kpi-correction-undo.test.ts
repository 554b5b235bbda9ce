/** The undo of the browser changes only the field that has the keyboard. */
import { expect, test } from 'vitest';
import { correctionIn, setUpCorrections } from './correction-entry';

const { correcting } = setUpCorrections();

test('an undo in a comment in which nothing was typed leaves the number as it is', async () => {
  const { visitor, page, value, comment } = await correcting('March');
  await page.keyboard.type('45');
  await comment.click();
  await page.keyboard.press('Control+z');
  expect(await value.inputValue()).toBe('45');
  await page.keyboard.type('Recount.');
  for (let undone = 0; undone < 12; undone += 1) await page.keyboard.press('Control+z');
  expect(await value.inputValue()).toBe('45');
  expect(await comment.inputValue()).toBe('');
  await visitor.leave();
});

test('an undo in one correction leaves another as it is', async () => {
  const { visitor, page, value } = await correcting('April');
  await page.keyboard.type('45');
  const other = correctionIn(page, 'May');
  await other.opener.press('Enter');
  await other.value.click();
  await page.keyboard.press('Control+z');
  expect(await value.inputValue()).toBe('45');
  await visitor.leave();
});

test('an undo takes back what was typed in the field that has the keyboard', async () => {
  const { visitor, page, value } = await correcting('June');
  const before = await value.inputValue();
  await page.keyboard.type('45');
  await page.keyboard.press('Control+z');
  expect(await value.inputValue()).toBe(before);
  await visitor.leave();
});
