/** The keyboard of a touch screen inserts its clipboard as input, not as a paste. */
import { expect, test } from 'vitest';
import { ECONOMIST, LAST_YEAR } from './kreis';
import { cellOf, rowOf, setUpMonths } from './month-entry';
import { READ_MS, type Visitor } from './visitor';

const { months, visit, entering } = setUpMonths();

async function insert({ context, page }: Visitor, text: string): Promise<void> {
  const keyboard = await context.newCDPSession(page);
  await keyboard.send('Input.insertText', { text });
}

test('two lines of the clipboard do not become one number', async () => {
  const month = '2010-09';
  const visitor = await entering(month);
  const { page } = visitor;
  await cellOf(visitor).click();
  await insert(visitor, '690\n825');
  await page.getByText('Check before pasting').waitFor();
  expect(await cellOf(visitor).inputValue()).toBe('');
  await page.keyboard.press('Enter');
  await page.waitForTimeout(READ_MS);
  expect(await months.numbers(month)).toEqual({});
  await visitor.leave();
});

test('two lines of the clipboard fill two rows', async () => {
  const month = '2010-10';
  const visitor = await entering(month);
  await cellOf(visitor).click();
  await insert(visitor, '690\n82.5');
  await rowOf(visitor, 'reachability').getByText('✓ saved').waitFor();
  expect(await months.numbers(month)).toEqual({ consultations: 690, reachability: 82.5 });
  await visitor.leave();
});

test('two lines of the clipboard do not become one corrected number', async () => {
  const { id } = await months.caller.kpiNamed('consultations');
  const visitor = await visit(`/kpis/${id}?year=${LAST_YEAR}`, { as: ECONOMIST, locale: 'en-CH' });
  const { page } = visitor;
  await page.getByRole('button', { name: `Correct March ${LAST_YEAR}` }).press('Enter');
  const field = page.getByLabel(`New value for March ${LAST_YEAR}`);
  const before = await field.inputValue();
  await page.waitForTimeout(READ_MS);
  await insert(visitor, '690\n825');
  await page.getByText('This cannot be read as a number.').waitFor();
  expect(await field.inputValue()).toBe(before);
  await visitor.leave();
});

test('a number of the clipboard that reads in two ways is asked about', async () => {
  const month = '2009-03';
  const visitor = await entering(month);
  const { page } = visitor;
  await cellOf(visitor, 'donations').click();
  await insert(visitor, '144.184');
  await page.keyboard.press('Enter');
  await page.getByText('“144.184” can be read in two ways. Which is it?').waitFor();
  expect(await months.numbers(month)).toEqual({});
  await visitor.leave();
});
