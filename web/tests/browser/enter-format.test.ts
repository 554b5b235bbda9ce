/** How numbers are written: here, in another format that is chosen meanwhile, and elsewhere. */
import { expect, test } from 'vitest';
import { cellOf, rowOf, setUpMonths } from './month-entry';
import type { Visitor } from './visitor';

const { months, entering } = setUpMonths();

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
  await page.getByRole('button', { name: '1,234', exact: true }).click();
  await rowOf(visitor).getByText('✓ saved').waitFor();
  expect(await months.numbers(month)).toEqual({ consultations: 1.234 });
  await visitor.leave();
});
