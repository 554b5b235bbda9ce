/** Answers to the questions in the preview of a paste. */
import type { Locator } from 'playwright-core';
import { pressOnceRead } from './visitor';

/** Takes each number as a value of its row. */
export async function takeEachAsValue(preview: Locator, press = pressOnceRead): Promise<void> {
  // Numbers such as 9 and 2015 may be the month or a year above the column.
  const isValue = preview.getByRole('button', { name: 'Value', exact: true });
  if (await isValue.isVisible()) await press(isValue);
  // A number may be the sum of those above it.
  const sums = preview.getByRole('row').filter({ hasText: 'The lines above add up to this.' });
  while ((await sums.count()) > 0) await press(sums.first().getByRole('button', { name: 'It is right' }));
}
