/** Corrections with a pasted number, or made without a connection. */
import { expect, test } from 'vitest';
import { ECONOMIST } from './kreis';
import { setUpMonths } from './month-entry';
import { pressOnceRead, READ_MS, typeOver, type Visitor } from './visitor';

const { kreis, visit, months } = setUpMonths();

async function correcting(month: string, period: string): Promise<Visitor> {
  const { id } = await months.caller.kpiNamed('donations');
  const year = month.slice(0, 4);
  const visitor = await visit(`/kpis/${id}?year=${year}`, { as: ECONOMIST, locale: 'en-CH' });
  await visitor.page.getByRole('button', { name: `Correct ${period}` }).click();
  return visitor;
}

/** Pastes a text from another program. */
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
  // A typed digit does not show how the other digits were written.
  await page.keyboard.press('Control+a');
  await paste(visitor, '1.23');
  await page.keyboard.type('4');
  await page.keyboard.press('Enter');
  await page.getByText('This can be read in two ways. Which number do you mean?').waitFor();
  expect(await months.numbers('2010-03')).toEqual({ donations: 1.5 });
  // A number typed again follows the chosen format.
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

test('a number that is pasted twice into a correction stands there once', async () => {
  await months.fill('2010-06', { donations: 1100 });
  const visitor = await correcting('2010-06', 'June 2010');
  await paste(visitor, '1150\r\n');
  await paste(visitor, '1150\r\n');
  expect((await visitor.page.getByLabel('New value for June 2010').inputValue()).trim()).toBe('1150');
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
  await pressOnceRead(page.getByRole('button', { name: 'Cancel' }));
  await pressOnceRead(page.getByRole('button', { name: 'Discard' }));
  const loaded = page.waitForResponse((response) => response.url().endsWith('/ListKpiValues'));
  await context.setOffline(false);
  await page.reload();
  await loaded;
  await page.getByRole('button', { name: 'Correct July 2010' }).waitFor();
  expect(await months.numbers('2010-07')).toEqual({ donations: 1000 });
  await visitor.leave();
});

async function chooseNumbers({ page }: Visitor, format: string): Promise<void> {
  await page.getByRole('button', { name: 'Emil Rossi' }).click();
  await page.getByLabel('Numbers').selectOption(format);
  await page.keyboard.press('Escape');
}

test('a number that was typed in another way of writing is not taken for the one that is shown now', async () => {
  await months.fill('2010-09', { donations: 137.791 });
  const visitor = await correcting('2010-09', 'September 2010');
  const { page } = visitor;
  await chooseNumbers(visitor, 'german');
  const field = page.getByLabel('New value for September 2010');
  expect(await field.inputValue()).toBe('137,791');
  await typeOver(field, '137.791');
  await chooseNumbers(visitor, 'swiss');
  const comment = page.getByLabel('Comment', { exact: true });
  await comment.fill('In francs.');
  await comment.press('Control+Enter');
  await page.getByText('This can be read in two ways. Which number do you mean?').waitFor();
  expect(await field.inputValue()).toBe('137.791');
  expect(await months.comment('2010-09', 'donations')).toBe('');
  // The stored number is one of the two. So only the comment is saved.
  await pressOnceRead(page.getByRole('button', { name: '137.791' }));
  await comment.press('Control+Enter');
  await page.getByText('September 2010 is saved.').waitFor();
  expect(await months.numbers('2010-09')).toEqual({ donations: 137.791 });
  expect(await months.comment('2010-09', 'donations')).toBe('In francs.');
  await visitor.leave();
});

test('a number that is pasted over the same letters is asked about where it can be read in two ways', async () => {
  await months.fill('2010-11', { donations: 12_345 });
  const visitor = await correcting('2010-11', 'November 2010');
  const { page } = visitor;
  await chooseNumbers(visitor, 'english');
  const field = page.getByLabel('New value for November 2010');
  await field.focus();
  expect(await field.inputValue()).toBe('12,345');
  await paste(visitor, '12,345');
  const comment = page.getByLabel('Comment', { exact: true });
  await comment.fill('It was in thousands.');
  await comment.press('Control+Enter');
  await page.getByText('This can be read in two ways. Which number do you mean?').waitFor();
  expect(await months.comment('2010-11', 'donations')).toBe('');
  // The same text, typed again, follows the chosen format.
  await field.focus();
  await page.keyboard.press('Control+a');
  await page.keyboard.type('12,345');
  await comment.press('Control+Enter');
  await page.getByText('November 2010 is saved.').waitFor();
  expect(await months.numbers('2010-11')).toEqual({ donations: 12_345 });
  expect(await months.comment('2010-11', 'donations')).toBe('It was in thousands.');
  await visitor.leave();
});
