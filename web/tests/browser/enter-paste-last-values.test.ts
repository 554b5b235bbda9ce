/** A pasted column of the month before. */
import { expect, test } from 'vitest';
import { cellOf, rowOf, setUpMonths } from './month-entry';
import { pressOnceRead, READ_MS } from './visitor';

const { months, entering } = setUpMonths();

test.for([
  {
    locale: 'en-CH',
    year: 1997,
    again: 'Each number is the last value of its row once more.',
    apply: 'Apply',
    saved: '✓ saved',
  },
  {
    locale: 'de-CH',
    year: 1995,
    again: 'Jede Zahl ist noch einmal der letzte Wert ihrer Zeile.',
    apply: 'Übernehmen',
    saved: '✓ gespeichert',
  },
])('a column that repeats the last values is shown before it is entered: $locale', async (words) => {
  const { locale, year, again, apply, saved } = words;
  const month = `${year}-04`;
  const numbers = { consultations: 690, reachability: 82.5, donations: 104_184.65 };
  await months.fill(`${year}-03`, numbers);
  const visitor = await entering(month, { locale });
  const { page } = visitor;
  await visitor.paste(cellOf(visitor), Object.values(numbers).join('\n'));
  await page.getByText(again).waitFor();
  await page.waitForTimeout(READ_MS);
  expect(await months.numbers(month)).toEqual({});
  await pressOnceRead(page.getByRole('button', { name: apply }));
  await rowOf(visitor, 'donations').getByText(saved).waitFor();
  expect(await months.numbers(month)).toEqual(numbers);
  await visitor.leave();
});
