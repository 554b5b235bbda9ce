/** Answers to the questions in the preview of a paste. */
import type { Locator } from 'playwright-core';
import { pressOnceRead } from './visitor';

/** Uses each number as a value of its row. */
export async function takeEachAsValue(preview: Locator, press = pressOnceRead): Promise<void> {
  // The preview may take a number such as 9 or 2015 for the month or year above the column.
  const isValue = preview.getByRole('button', { name: 'Value', exact: true });
  if (await isValue.isVisible()) await press(isValue);
  // The preview may take a number for the sum of the numbers above it.
  const sums = preview.getByRole('row').filter({ hasText: 'The lines above add up to this.' });
  while ((await sums.count()) > 0) await press(sums.first().getByRole('button', { name: 'It is right' }));
}
