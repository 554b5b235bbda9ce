/** Corrections that come from elsewhere: pasted, or made without a connection. */
import { expect, test } from 'vitest';
import { ECONOMIST } from './kreis';
import { setUpMonths } from './month-entry';
import { READ_MS, type Visitor } from './visitor';

const { kreis, visit, months } = setUpMonths();

async function correcting(month: string, period: string): Promise<Visitor> {
  const { id } = await months.caller.kpiNamed('donations');
  const year = month.slice(0, 4);
  const visitor = await visit(`/kpis/${id}?year=${year}`, { as: ECONOMIST, locale: 'en-CH' });
  await visitor.page.getByRole('button', { name: `Correct ${period}` }).click();
  return visitor;
}

/** What was copied in another program. */
async function paste({ context, page }: Visitor, text: string): Promise<void> {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: kreis.url });
  await page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Control+v');
}

test('a pasted correction is asked about where it can be read in two ways', async () => {
  await months.fill('2010-03', { donations: 1.5 });
  const visitor = await correcting('2010-03', 'March 2010');
  const { page } = visitor;
  await paste(visitor, '1.234');
  await page.keyboard.press('Enter');
  await page.getByText('This can be read in two ways. Which number do you mean?').waitFor();
  // A digit by the keyboard does not say how the others were written.
  await page.keyboard.press('Control+a');
  await paste(visitor, '1.23');
  await page.keyboard.type('4');
  await page.keyboard.press('Enter');
  await page.getByText('This can be read in two ways. Which number do you mean?').waitFor();
  expect(await months.numbers('2010-03')).toEqual({ donations: 1.5 });
  // Typed anew, it is a number as it is written here.
  await page.keyboard.press('Control+a');
  await page.keyboard.type('1.234');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'It is right' }).click({ delay: READ_MS });
  await page.getByText('March 2010 is saved.').waitFor();
  expect(await months.numbers('2010-03')).toEqual({ donations: 1.234 });
  await visitor.leave();
});

test('several cells that are pasted into a correction do not become one number', async () => {
  await months.fill('2010-05', { donations: 1100 });
  const visitor = await correcting('2010-05', 'May 2010');
  const { page } = visitor;
  const field = page.getByLabel('New value for May 2010');
  await paste(visitor, '1\r\n234\r\n');
  await page.getByText('This cannot be read as a number.').waitFor();
  expect(await field.inputValue()).toBe("1'100");
  expect(await months.numbers('2010-05')).toEqual({ donations: 1100 });
  await page.keyboard.press('Escape');
  await visitor.leave();
});

test('a correction that is discarded after it was made offline is not saved later', async () => {
  await months.fill('2010-07', { donations: 1000 });
  const visitor = await correcting('2010-07', 'July 2010');
  const { page, context } = visitor;
  await context.setOffline(true);
  await page.keyboard.type('1100');
  await page.keyboard.press('Enter');
  await page.getByText('Perhaps it is saved all the same.', { exact: false }).waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Discard' }).click();
  const loaded = page.waitForResponse((response) => response.url().endsWith('/ListKpiValues'));
  await context.setOffline(false);
  await page.reload();
  await loaded;
  await page.getByRole('button', { name: 'Correct July 2010' }).waitFor();
  expect(await months.numbers('2010-07')).toEqual({ donations: 1000 });
  await visitor.leave();
});
