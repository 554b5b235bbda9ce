/** A number over that of another person, which cannot be read at once. */
import { expect, test } from 'vitest';
import { cellOf, rowOf, setUpMonths } from './month-entry';
import { pressOnceRead } from './visitor';

const { months, entering } = setUpMonths();

test('a number over that of another person is decided on once the connection is back', async () => {
  const month = '1993-03';
  const visitor = await entering(month);
  const { page } = visitor;
  await months.fill(month, { consultations: 700 });
  await page.route('**/GetKpiValue', (route) => route.abort('connectionrefused'));
  await cellOf(visitor).click();
  await page.keyboard.type('690');
  await page.keyboard.press('Enter');
  await rowOf(visitor).getByText('kept, will be saved').waitFor();
  await page.unroute('**/GetKpiValue');
  await page.getByText('has entered 700 in the meantime').waitFor();
  expect(await months.numbers(month)).toEqual({ consultations: 700 });
  await pressOnceRead(page.getByRole('button', { name: 'Take mine' }));
  await rowOf(visitor).getByText('✓ saved').waitFor();
  expect(await months.numbers(month)).toEqual({ consultations: 690 });
  await visitor.leave();
});
