/** A button or a key in a note has moved the focus to a row. The next number is meant for another row. */
import { expect, test } from 'vitest';
import { LAST_YEAR } from './kreis';
import { cellOf, enter, rowOf, setUpMonths } from './month-entry';
import { pressOnceRead, READ_MS, type Visitor } from './visitor';

const { months, entering } = setUpMonths();

const TYPED_ON = 'What you typed after it was not entered.';
/** Longer than a save takes, in milliseconds. */
const SAVED_MS = 2_000;

/** Types a number into the focused cell and presses Enter. Waits for what is stored by that. */
async function enterAndWait(visitor: Visitor, number: string): Promise<void> {
  await enter(visitor, number);
  await visitor.page.waitForTimeout(READ_MS);
}

const WAYS = [
  { way: 'Ctrl+Enter', month: '2012-01', keys: ['Control+Enter'] },
  { way: 'Enter on “Save”', month: '2012-02', keys: ['Tab', 'Enter'] },
];

test.for(WAYS)('the number after a mark that $way has saved does not replace it', async ({ month, keys }) => {
  const visitor = await entering(month);
  const { page } = visitor;
  await rowOf(visitor).getByRole('button').click();
  await page.keyboard.type('Closed.');
  for (const key of keys) await page.keyboard.press(key);
  await rowOf(visitor).getByText('✓ saved').waitFor();
  await enter(visitor, '56');
  await page.getByText(TYPED_ON).waitFor();
  await page.waitForTimeout(SAVED_MS);
  expect(await months.numbers(month)).toEqual({});
  await page.getByText('Nothing to report: Closed.').waitFor();

  // Following the sentence on the screen leads to a number.
  await page.keyboard.press('Escape');
  await enter(visitor, '56');
  await expect.poll(() => months.numbers(month)).toEqual({ consultations: 56 });
  await visitor.leave();
});

test('after a comment is saved, Tab leads to the next row, which takes its number at once', async () => {
  const month = '2012-03';
  const visitor = await entering(month);
  const { page } = visitor;
  await cellOf(visitor).click();
  await enter(visitor, '12');
  await rowOf(visitor).getByText('✓ saved').waitFor();
  await rowOf(visitor).getByRole('button', { name: 'Comment …' }).click();
  await page.keyboard.type('First count.');
  await page.keyboard.press('Control+Enter');
  await page.keyboard.press('Tab');
  await enter(visitor, '50');
  await expect.poll(() => months.numbers(month)).toEqual({ consultations: 12, reachability: 50 });
  await visitor.leave();
});

test('the number after a click on “It is right” does not replace the number that is right', async () => {
  const month = `${LAST_YEAR}-06`;
  const visitor = await entering(month);
  const { page } = visitor;
  await cellOf(visitor, 'reachability').click();
  await enter(visitor, '8');
  await pressOnceRead(page.getByRole('button', { name: 'It is right' }));
  await rowOf(visitor, 'reachability').getByText('✓ saved').waitFor();
  await enter(visitor, '87');
  await page.getByText(TYPED_ON).waitFor();
  await page.waitForTimeout(READ_MS);
  expect((await months.numbers(month)).reachability).toBe(8);
  await visitor.leave();
});

test('the next number does not replace theirs, which has just been kept', async () => {
  const month = '2007-05';
  const visitor = await entering(month);
  await months.fill(month, { consultations: 700 });
  await cellOf(visitor).click();
  await enterAndWait(visitor, '690');
  await pressOnceRead(visitor.page.getByRole('button', { name: 'Keep theirs' }));
  await enterAndWait(visitor, '82.5');
  expect(await months.numbers(month)).toEqual({ consultations: 700 });
  await visitor.leave();
});

test('the next number does not replace the first one of a paste that has just been applied', async () => {
  const month = '2005-05';
  await months.fill(month, { consultations: 690 });
  const visitor = await entering(month);
  await visitor.paste(cellOf(visitor), '697\n82.5');
  await pressOnceRead(visitor.page.getByRole('button', { name: 'Apply' }));
  await rowOf(visitor).getByText('✓ saved').waitFor();
  await enterAndWait(visitor, '1040');
  expect(await months.numbers(month)).toEqual({ consultations: 697, reachability: 82.5 });
  await visitor.leave();
});

test('the next number does not go into the first row of a paste that has just been undone', async () => {
  const month = '2003-05';
  const visitor = await entering(month);
  await visitor.paste(cellOf(visitor), '697\n82.5');
  await rowOf(visitor).getByText('✓ saved').waitFor();
  await cellOf(visitor, 'donations').click();
  await pressOnceRead(visitor.page.getByRole('button', { name: 'Undo' }));
  await enterAndWait(visitor, '104000');
  expect((await months.numbers(month)).consultations).toBeUndefined();
  await visitor.leave();
});

test('the next number does not replace one whose comment has just been given up', async () => {
  const month = '2001-05';
  await months.fill(month, { consultations: 700 });
  const visitor = await entering(month);
  await rowOf(visitor).getByRole('button', { name: 'Comment …' }).click();
  await pressOnceRead(visitor.page.getByRole('button', { name: 'Cancel' }));
  await enterAndWait(visitor, '82.5');
  expect(await months.numbers(month)).toEqual({ consultations: 700 });
  await visitor.leave();
});
