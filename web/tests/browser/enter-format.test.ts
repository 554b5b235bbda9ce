/** Number formats: the chosen one, a change of the format in between, and numbers from elsewhere. */
import { expect, test } from 'vitest';
import { copy } from './clipboard';
import { cellOf, rowOf, setUpMonths } from './month-entry';
import { pressOnceRead, type Visitor } from './visitor';

const { kreis, months, entering } = setUpMonths();

const TWO_WAYS = '“1.234” can be read in two ways. Which is it?';

async function chooseGermanNumbers({ page }: Visitor): Promise<void> {
  await page.getByRole('button', { name: 'Emil Rossi' }).click();
  await page.getByLabel('Numbers').selectOption('german');
  await page.keyboard.press('Escape');
}

test('a number that was typed is asked about where another format has been chosen since', async () => {
  const month = '2013-01';
  const visitor = await entering(month, { locale: 'en-GB' });
  const { page } = visitor;
  const cell = cellOf(visitor);
  await cell.focus();
  await page.keyboard.type('1.234');
  await page.reload();
  await page.getByText('not saved yet', { exact: true }).waitFor();
  await chooseGermanNumbers(visitor);
  await cell.press('Enter');
  await page.getByText(TWO_WAYS).waitFor();
  await page.reload();
  await cell.press('Enter');
  await page.getByText(TWO_WAYS).waitFor();
  expect(await months.numbers(month)).toEqual({});
  await pressOnceRead(page.getByRole('button', { name: '1,234', exact: true }));
  await rowOf(visitor).getByText('✓ saved').waitFor();
  expect(await months.numbers(month)).toEqual({ consultations: 1.234 });
  await visitor.leave();
});

test('a single cell that is pasted is asked about where it can be read in two ways', async () => {
  const month = '2011-02';
  const visitor = await entering(month);
  const { page } = visitor;
  const cell = cellOf(visitor);
  for (const copied of ['1.234', '1.234\r\n']) {
    await copy(visitor, kreis.url, copied);
    await cell.focus();
    await page.keyboard.press('Control+v');
    await page.keyboard.press('Enter');
    await page.getByText(TWO_WAYS).waitFor();
    await page.keyboard.press('Escape');
  }
  await copy(visitor, kreis.url, "1'234");
  await page.keyboard.press('Control+v');
  await page.keyboard.press('Enter');
  await rowOf(visitor).getByText('✓ saved').waitFor();
  expect(await months.numbers(month)).toEqual({ consultations: 1234 });
  await visitor.leave();
});

test('a digit that is added to what was pasted does not say how it was written', async () => {
  const visitor = await entering('2009-02');
  const { page } = visitor;
  await copy(visitor, kreis.url, '1.23');
  await cellOf(visitor).focus();
  await page.keyboard.press('Control+v');
  await page.keyboard.type('4');
  await page.keyboard.press('Enter');
  await page.getByText(TWO_WAYS).waitFor();
  // A number typed again follows the chosen format.
  await page.keyboard.press('Control+a');
  await page.keyboard.type('1.234');
  await page.keyboard.press('Enter');
  await rowOf(visitor).getByText('✓ saved').waitFor();
  expect(await months.numbers('2009-02')).toEqual({ consultations: 1.234 });
  await visitor.leave();
});

test.for([
  { locale: 'en-GB', month: '2003-05', key: 'Backspace', stands: '12,34', choices: ['12.34', '1234'] },
  { locale: 'de-DE', month: '2005-05', key: '6', stands: '12.3456', choices: ['12,3456', '123456'] },
])('a digit more or less in a number makes no decimals of its last ones, in $locale', async (gesture) => {
  const { locale, month, key, stands, choices } = gesture;
  await months.fill(month, { consultations: 12_345 });
  const visitor = await entering(month, { locale });
  const { page } = visitor;
  const cell = cellOf(visitor);
  await cell.focus();
  await page.keyboard.press('End');
  await page.keyboard.press(key);
  expect(await cell.inputValue()).toBe(stands);
  await page.keyboard.press('Enter');
  for (const name of choices) await page.getByRole('button', { name, exact: true }).waitFor();
  expect(await months.numbers(month)).toEqual({ consultations: 12_345 });
  await pressOnceRead(page.getByRole('button', { name: choices[1] ?? '', exact: true }));
  await expect.poll(() => months.numbers(month)).toEqual({ consultations: Number(choices[1]) });
  await visitor.leave();
});
