/** Dates above a pasted column that could as well be its first value. */
import { expect, test } from 'vitest';
import { cellOf, rowOf, setUpMonths } from './month-entry';
import { pressOnceRead, READ_MS } from './visitor';

const { months, entering } = setUpMonths();

test.for([
  { heading: '200011', year: 2000 },
  { heading: '20021130', year: 2002 },
  { heading: '30.11', year: 2004 },
  // A date that a spreadsheet shows as a number.
  { heading: '39051', year: 2006 },
])('$heading above a column moves no value to another row', async ({ heading, year }) => {
  const month = `${year}-11`;
  const visitor = await entering(month);
  const { page } = visitor;
  await visitor.paste(cellOf(visitor, 'donations'), `${heading}\n104000`);
  await page.getByText(`Is “${heading}” the heading of the column, or its first value?`).waitFor();
  await page.waitForTimeout(READ_MS);
  expect(await months.numbers(month)).toEqual({});
  await pressOnceRead(page.getByRole('button', { name: 'Heading', exact: true }));
  await pressOnceRead(page.getByRole('button', { name: 'Apply' }));
  await rowOf(visitor, 'donations').getByText('✓ saved').waitFor();
  expect(await months.numbers(month)).toEqual({ donations: 104_000 });
  await visitor.leave();
});
