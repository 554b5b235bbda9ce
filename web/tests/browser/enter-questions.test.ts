/** Keys and buttons that meet a question do not answer more than the person meant. */
import { expect, test } from 'vitest';
import { LAST_YEAR } from './kreis';
import { cellOf, enter, hasFocus, rowOf, setUpMonths } from './month-entry';
import { READ_MS, type Visitor } from './visitor';

const { months, entering } = setUpMonths();

/** Types a number into the focused cell and presses Enter. Waits for what is stored by that. */
async function enterAndWait(visitor: Visitor, number: string): Promise<void> {
  await enter(visitor, number);
  await visitor.page.waitForTimeout(READ_MS);
}

/** The focus stays in a cell that asks. The person believes to be in the next row, which has no number. */
test.for(
  ['Enter', 'Shift+Enter', 'Control+Enter'].map((key, index) => ({
    key,
    month: `${LAST_YEAR}-0${3 + index}`,
  })),
)(
  '$key that leads on to another row does not say that an unusual number is right',
  async ({ key, month }) => {
    const visitor = await entering(month);
    const { page } = visitor;
    const { consultations } = await months.numbers(month);
    await cellOf(visitor).click();
    await enterAndWait(visitor, `${consultations}0`);
    await page.waitForTimeout(READ_MS);
    await page.keyboard.press(key);
    await page.waitForTimeout(READ_MS);
    expect((await months.numbers(month)).consultations).toBe(consultations);
    await visitor.leave();
  },
);

test('an Enter that skips the next row does not take back a value', async () => {
  const month = `${LAST_YEAR}-07`;
  const visitor = await entering(month);
  const { consultations } = await months.numbers(month);
  await cellOf(visitor).click();
  await visitor.page.keyboard.press('Delete');
  await visitor.page.keyboard.press('Enter');
  await visitor.page.waitForTimeout(READ_MS);
  await visitor.page.keyboard.press('Enter');
  await visitor.page.waitForTimeout(READ_MS);
  expect((await months.numbers(month)).consultations).toBe(consultations);
  await visitor.leave();
});

test('Enter leads to the first answer, and says it only after the time to see that', async () => {
  const month = `${LAST_YEAR}-09`;
  const visitor = await entering(month);
  const { page } = visitor;
  const { consultations } = await months.numbers(month);
  await cellOf(visitor).click();
  await enterAndWait(visitor, `${consultations}0`);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  const yes = page.getByRole('button', { name: 'It is right' });
  expect(await hasFocus(yes)).toBe(true);
  await page.waitForTimeout(READ_MS);
  for (const key of ['Shift+Enter', 'Control+Enter']) await page.keyboard.press(key);
  await page.waitForTimeout(READ_MS);
  expect((await months.numbers(month)).consultations).toBe(consultations);

  await page.keyboard.press('Enter');
  await rowOf(visitor).getByText('✓ saved').waitFor();
  expect((await months.numbers(month)).consultations).toBe(10 * (consultations ?? 0));
  await visitor.leave();
});

test('digits typed on the answer to which Enter has led are entered nowhere', async () => {
  const month = `${LAST_YEAR}-10`;
  const visitor = await entering(month);
  const { page } = visitor;
  const before = await months.numbers(month);
  await cellOf(visitor).click();
  await enterAndWait(visitor, `${before.consultations}0`);
  await page.keyboard.press('Enter');
  await enterAndWait(visitor, '82');
  await page.getByText('What you typed after it was not entered.').waitFor();
  await page.keyboard.press('Enter');
  await page.waitForTimeout(READ_MS);
  expect(await months.numbers(month)).toEqual(before);
  await visitor.leave();
});

test('the wrong one of two readings is asked about as any other slip', async () => {
  const month = `${LAST_YEAR}-08`;
  const visitor = await entering(month);
  const { donations } = await months.numbers(month);
  await cellOf(visitor, 'donations').click();
  await enterAndWait(visitor, '144,184');
  await visitor.page.getByRole('button', { name: '144.184', exact: true }).click();
  await visitor.page.waitForTimeout(READ_MS);
  // Typed as 144.184, it is asked about: the values before are a thousand times as much.
  expect((await months.numbers(month)).donations).toBe(donations);
  await visitor.leave();
});
