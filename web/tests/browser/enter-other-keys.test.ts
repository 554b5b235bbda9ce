/** Keys without an effect on the focused cell: they answer no question and open no cell. */
import { expect, test } from 'vitest';
import { cellOf, rowOf, setUpMonths } from './month-entry';
import { READ_MS, type Visitor } from './visitor';

const { months, entering } = setUpMonths();

const KEYS = ['Alt', 'Control', 'CapsLock', 'PageDown', 'F9', 'Control+Minus'];

/** Fills earlier months, so that the client can recognise a slip. */
async function fillSpring(year: number): Promise<void> {
  for (const [index, reachability] of [46, 47, 45, 46].entries())
    await months.fill(`${year}-0${index + 1}`, { reachability, consultations: 640 + index });
}

/** Enters a number in the row above. Enter then leads into the row that asks. */
async function passInto(visitor: Visitor, number: string): Promise<void> {
  const { page } = visitor;
  await cellOf(visitor).focus();
  await page.keyboard.type(number);
  await page.keyboard.press('Enter');
  await page.waitForTimeout(READ_MS);
}

test.for(KEYS.map((key, index) => ({ key, year: 2000 + index })))(
  '$key on the way through a row that asks is no answer to it',
  async ({ key, year }) => {
    await fillSpring(year);
    const visitor = await entering(`${year}-05`);
    const { page } = visitor;
    await cellOf(visitor, 'reachability').fill('4.6');
    await cellOf(visitor, 'reachability').press('ArrowUp');
    await rowOf(visitor, 'reachability').getByText('please check').waitFor();
    await passInto(visitor, '641');
    await page.keyboard.press(key);
    await page.keyboard.press('Enter');
    await page.keyboard.type('104000');
    await page.keyboard.press('Enter');
    await rowOf(visitor, 'donations').getByText('✓ saved').waitFor();
    expect(await months.numbers(`${year}-05`)).toEqual({ consultations: 641, donations: 104000 });
    expect(await cellOf(visitor, 'reachability').inputValue()).toBe('4.6');
    await visitor.leave();
  },
);

test('a number that is taken back only by an answer stays when the person passes with another key', async () => {
  await fillSpring(2010);
  await months.fill('2010-05', { reachability: 46 });
  const visitor = await entering('2010-05');
  const { page } = visitor;
  await cellOf(visitor, 'reachability').fill('');
  await cellOf(visitor, 'reachability').press('ArrowUp');
  await page.getByText(/^Take this value back\?/).waitFor();
  await passInto(visitor, '641');
  await page.keyboard.press('Alt');
  await page.keyboard.press('Enter');
  await page.waitForTimeout(READ_MS);
  expect(await months.numbers('2010-05')).toEqual({ consultations: 641, reachability: 46 });
  await visitor.leave();
});

test.for(
  ['Control+Minus', 'Control+s', 'Control+c', 'Alt'].map((key, index) => ({ key, year: 2011 + index })),
)('the number of the next row is kept out of a cell that asks, after $key as well', async ({ key, year }) => {
  const month = `${year}-07`;
  await fillSpring(year);
  const visitor = await entering(month);
  const { page } = visitor;
  await cellOf(visitor).focus();
  await page.keyboard.type('6410');
  await page.keyboard.press('Enter');
  await rowOf(visitor).getByText('please check').waitFor();
  await page.keyboard.press(key);
  await page.keyboard.type('655');
  await page.getByText('What you typed after it was not entered.').waitFor();
  await page.keyboard.press('Enter');
  await page.waitForTimeout(READ_MS);
  expect(await cellOf(visitor).inputValue()).toBe('6410');
  expect((await months.numbers(month)).consultations).toBeUndefined();
  await visitor.leave();
});
