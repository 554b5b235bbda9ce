/** An economist enters a month of values. */
import { expect, test } from 'vitest';
import { callerOf } from './caller';
import { ECONOMIST, GATEKEEPER } from './kreis';
import { LOOKS, setUp } from './set-up';
import { loseAnswer, pressOnceRead, READ_MS, type Visitor, type Wishes } from './visitor';

const { kreis, visit } = setUp();

/** Months before the demo's three years, without any values. */
const BLANK = {
  keyboard: '2019-03',
  lost: '2019-05',
  paste: '2019-06',
  conflict: '2019-09',
  draft: '2019-10',
  restart: '2019-11',
  closed: '2019-08',
  slip: '2019-01',
  answered: '2019-02',
};

/** A promise and its resolve function. */
function gate(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((open) => {
    resolve = open;
  });
  return { promise, resolve };
}

async function entering(month: string, wishes: Wishes = {}): Promise<Visitor> {
  const visitor = await visit(`/enter?month=${month}`, { as: ECONOMIST, ...wishes });
  await visitor.page.getByRole('textbox', { name: 'consultations' }).waitFor();
  await visitor.page.waitForTimeout(READ_MS);
  return visitor;
}

test('an invited economist sets a password and enters twelve values without a mouse', async () => {
  const gatekeeper = await callerOf(kreis.url, GATEKEEPER);
  const { invitation, kpis } = await gatekeeper.inviteEconomistOf(12);
  const visitor = await visit(`/invitation#${invitation}`);
  const { page } = visitor;
  await page.getByLabel('New password').fill('a sentence that is long enough');
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'Enter values' }).first().press('Enter');
  await page.getByText('0 of 12 values are in.').waitFor();
  await page.reload();
  await page.getByText('0 of 12 values are in.').waitFor();
  await page.waitForTimeout(READ_MS);

  let presses = 0;
  for (const index of kpis.keys()) {
    for (const key of [...String(4000 + index), 'Enter']) {
      presses += 1;
      await page.keyboard.press(key);
    }
  }
  await page.getByText('All 12 values are in.').waitFor();
  expect(presses).toBeLessThanOrEqual(12 * 5 + 5);

  await page.reload();
  await page.getByText('All 12 values are in.').waitFor();
  for (const [index, name] of kpis.entries()) {
    expect(await page.getByRole('textbox', { name }).inputValue()).toBe(
      `4,0${String(index).padStart(2, '0')}`,
    );
  }
  await visitor.inspect('enter-twelve');
  await visitor.leave();
});

test('typing on while a value is being saved ends with what was typed last', async () => {
  const visitor = await entering(BLANK.keyboard);
  const { page } = visitor;
  const cell = page.getByRole('textbox', { name: 'consultations' });
  const typedOn = gate();
  await page.route('**/RecordKpiValue', async (route) => {
    await typedOn.promise;
    await route.continue();
  });
  await cell.fill('2300');
  await cell.press('Enter');
  await page.getByText('saving …').waitFor();
  await cell.fill('2345');
  await cell.press('Enter');
  typedOn.resolve();
  await page.getByText('✓ saved').waitFor();
  await page.reload();
  await page.getByText(/^1 of \d values are in\.$/).waitFor();
  expect(await cell.inputValue()).toBe('2,345');
  await visitor.leave();
});

test('a value whose answer was lost is saved once, not refused as entered already', async () => {
  const visitor = await entering(BLANK.lost);
  const { page } = visitor;
  await page.route('**/RecordKpiValue', loseAnswer, { times: 1 });
  const cell = page.getByRole('textbox', { name: 'consultations' });
  await cell.fill('640');
  await cell.press('Enter');
  await page.getByText('kept, will be saved').waitFor();
  await page.getByText('✓ saved').waitFor();
  expect(await cell.inputValue()).toBe('640');
  await visitor.leave();
});

test('a pasted cell that reads in two ways is asked about, after a reload too', async () => {
  const visitor = await entering(BLANK.paste);
  const { page } = visitor;
  const cell = page.getByRole('textbox', { name: 'consultations' });
  await visitor.paste(cell, '"1.234"\r\n');
  await cell.press('Enter');
  await page.getByText('“1.234” can be read in two ways.').waitFor();
  await visitor.inspect('enter-ambiguous');
  await page.reload();
  await page.getByText('not saved yet', { exact: true }).waitFor();
  await cell.press('Enter');
  await page.getByText('“1.234” can be read in two ways.').waitFor();
  await pressOnceRead(page.getByRole('button', { name: '1234', exact: true }));
  await page.getByText(/^1 of \d values are in\.$/).waitFor();
  expect(await cell.inputValue()).toBe('1,234');
  await visitor.leave();
});

test('a value outside the limits is refused with the reason, and stays as it was typed', async () => {
  const visitor = await entering(BLANK.paste, { locale: 'en-CH' });
  const { page } = visitor;
  const cell = page.getByRole('textbox', { name: 'grants approved' });
  await cell.fill('101');
  await cell.press('Enter');
  await page.getByRole('alert').getByText('The value must lie between 0 and 100.').waitFor();
  expect(await cell.inputValue()).toBe('101');
  await visitor.inspect('enter-refused');
  await cell.press('Escape');
  expect(await cell.inputValue()).toBe('');
  await visitor.leave();
});

test('a likely slip is asked about, and an Enter on the answer says that it is right', async () => {
  const { kpiNamed, values } = await callerOf(kreis.url, ECONOMIST);
  const { id: kpiId } = await kpiNamed('consultations');
  const before = { kpiId, period: { year: 2018, month: 12 }, value: 2345, requestId: crypto.randomUUID() };
  await values.recordKpiValue(before);
  const visitor = await entering(BLANK.slip);
  const { page } = visitor;
  const cell = page.getByRole('textbox', { name: 'consultations' });
  const question = page.getByRole('alert').getByText('This is about 10 times the last value, 2,345.');
  await cell.fill('23450');
  await page.keyboard.down('Enter');
  await question.waitFor();
  // A held key repeats itself and does not answer a question.
  await page.keyboard.down('Enter');
  await page.keyboard.up('Enter');
  await page.getByText(/^0 of \d values are in\.$/).waitFor();
  await question.waitFor();
  await visitor.inspect('enter-slip');

  // An Enter before the time to read the question does not answer it either.
  await cell.press('Escape');
  await cell.fill('23450');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await question.waitFor();
  await page.getByText(/^0 of \d values are in\.$/).waitFor();
  await page.waitForTimeout(READ_MS);
  await cell.press('Enter');
  await page.waitForTimeout(READ_MS);
  await page.keyboard.press('Enter');
  await page.getByText(/^1 of \d values are in\.$/).waitFor();
  await visitor.leave();
});

test('an answer by button leaves the keyboard in its row', async () => {
  const visitor = await entering(BLANK.answered);
  const { page } = visitor;
  const cell = page.getByRole('textbox', { name: 'consultations' });
  await visitor.paste(cell, '"1.234"\r\n');
  await cell.press('Enter');
  await pressOnceRead(page.getByRole('button', { name: '1234', exact: true }), 'Enter');
  await page.getByText(/^1 of \d values are in\.$/).waitFor();
  expect(await cell.evaluate((input) => input === document.activeElement)).toBe(true);
  await visitor.leave();
});

test('a gatekeeper enters the values of one circle, and keeps it from month to month', async () => {
  const visitor = await visit('/enter?month=2019-07', { as: GATEKEEPER });
  const { page } = visitor;
  await page.getByRole('textbox', { name: 'donations' }).waitFor();
  await page.getByLabel('Circle').selectOption('Counselling');
  await page.getByRole('textbox', { name: 'donations' }).waitFor({ state: 'hidden' });
  // The first empty cell has taken the focus. It takes a number only after the person could see that.
  await page.waitForTimeout(READ_MS);
  const cell = page.getByRole('textbox').first();
  // A usual number, so that the client does not ask.
  await cell.fill('1234');
  await cell.press('Enter');
  await page.getByText(/^1 of \d values are in\.$/).waitFor();
  await page.getByLabel('Month').selectOption('2019-07');
  await page.reload();
  await page.getByText(/^1 of \d values are in\.$/).waitFor();
  expect(await page.getByRole('textbox', { name: 'donations' }).count()).toBe(0);
  await visitor.leave();
});

test('a month to come is not offered', async () => {
  const visitor = await visit('/enter?month=2199-01', { as: ECONOMIST });
  await visitor.page.getByRole('textbox', { name: 'consultations' }).waitFor();
  expect(new URL(visitor.page.url()).searchParams.get('month')).not.toBe('2199-01');
  await visitor.leave();
});

test('two tabs that enter the same month are shown both values', async () => {
  const first = await entering(BLANK.conflict);
  const second = await entering(BLANK.conflict);
  for (const [visitor, value] of [
    [first, '700'],
    [second, '720'],
  ] as const) {
    const cell = visitor.page.getByRole('textbox', { name: 'consultations' });
    await cell.fill(value);
    await cell.press('Enter');
    if (visitor === first) await visitor.page.getByText('✓ saved').waitFor();
  }
  await second.page.getByText('Emil Rossi has entered 700 in the meantime. You entered 720.').waitFor();
  await second.inspect('enter-conflict');
  await pressOnceRead(second.page.getByRole('button', { name: 'Take mine' }));
  await second.page.getByText('✓ saved').waitFor();
  await first.page.reload();
  const cell = first.page.getByRole('textbox', { name: 'consultations' });
  await expect.poll(() => cell.inputValue()).toBe('720');
  await first.leave();
  await second.leave();
});

test('a draft does not overwrite a value that another person changed since', async () => {
  const first = await entering(BLANK.draft);
  const second = await entering(BLANK.draft);
  const mine = first.page.getByRole('textbox', { name: 'consultations' });
  const theirs = second.page.getByRole('textbox', { name: 'consultations' });
  await mine.fill('810');
  await theirs.fill('820');
  await theirs.press('Enter');
  await second.page.getByText('✓ saved').waitFor();
  await first.page.reload();
  await mine.press('Enter');
  await first.page.getByText('Emil Rossi has entered 820 in the meantime. You entered 810.').waitFor();
  await pressOnceRead(first.page.getByRole('button', { name: 'Keep theirs' }));
  expect(await mine.inputValue()).toBe('820');
  await first.leave();
  await second.leave();
});

test('what is typed while kreis is away is kept, over a reload too, and saved when it is back', async () => {
  const visitor = await entering(BLANK.restart);
  const { page } = visitor;
  await kreis.stop();
  const cell = page.getByRole('textbox', { name: 'donations' });
  await cell.fill('98765');
  await cell.press('Enter');
  await page.getByText('kept, will be saved').waitFor();
  await page.getByText('kreis cannot be reached at the moment').waitFor();
  await visitor.inspect('enter-away');
  await kreis.start();
  await page.getByText('✓ saved').waitFor();
  await page.getByText('kreis cannot be reached at the moment').waitFor({ state: 'hidden' });

  await page.getByRole('textbox', { name: 'consultations' }).fill('71');
  await page.reload();
  const kept = page.getByRole('textbox', { name: 'consultations' });
  await kept.waitFor();
  expect(await kept.inputValue()).toBe('71');
  await page.getByText('not saved yet', { exact: true }).waitFor();
  await visitor.leave();
});

test('the browser asks before it closes a tab with something unsaved, and closes others at once', async () => {
  const visitor = await entering(BLANK.closed);
  const { page } = visitor;
  const cell = page.getByRole('textbox', { name: 'consultations' });
  const isAsked = async () => {
    const asked = page.waitForEvent('dialog');
    await page.close({ runBeforeUnload: true });
    const question = await asked;
    expect(question.type()).toBe('beforeunload');
    await question.dismiss();
  };

  await cell.focus();
  await page.keyboard.type('7a');
  await isAsked();
  await page.keyboard.press('Enter');
  await page.getByText('“7a” is not a number').waitFor();
  await isAsked();

  await page.route('**/RecordKpiValue', (route) => route.abort('connectionreset'));
  await cell.press('Escape');
  await cell.fill('730');
  await page.keyboard.press('Enter');
  await page.getByText('kept, will be saved').waitFor();
  await page.getByRole('link', { name: 'Overview' }).press('Enter');
  await page.getByRole('rowheader', { name: 'Counselling' }).waitFor();
  await isAsked();
  await page.goBack();
  await page.unroute('**/RecordKpiValue');
  await page.getByText('✓ saved').waitFor();

  await page.getByRole('button', { name: 'Comment …' }).press('Enter');
  await page.keyboard.type('First count.');
  await isAsked();
  await page.keyboard.press('Control+Enter');
  await page.getByText('✓ saved').waitFor();

  page.on('dialog', (question) => question.dismiss());
  const closed = page.waitForEvent('close');
  await page.close({ runBeforeUnload: true });
  await closed;
  await visitor.leave();
});

test.for(LOOKS)('the grid is sound at $width px, dark: $dark', async ({ width, dark }) => {
  const visitor = await visit('/enter', { as: ECONOMIST, width, dark, locale: 'en-CH' });
  await visitor.page.getByRole('textbox', { name: 'consultations' }).waitFor();
  await visitor.inspect('enter');
  await visitor.leave();
});

test('what is typed after the last row is not entered in it', async () => {
  const visitor = await entering('2005-03');
  const { page } = visitor;
  const last = page.locator('input[data-row]').last();
  await last.focus();
  await page.keyboard.type('41');
  await page.keyboard.press('Enter');
  await page.getByText('✓ saved').waitFor();
  await page.keyboard.type('42');
  await page.getByText('What you typed after it was not entered.').waitFor();
  await page.keyboard.press('Enter');
  expect(await last.inputValue()).toBe('41');
  await page.keyboard.press('Escape');
  await page.keyboard.type('42');
  expect(await last.inputValue()).toBe('42');
  await page.keyboard.press('Enter');
  await page.getByText('✓ saved').waitFor();
  await page.reload();
  await last.waitFor();
  expect(await last.inputValue()).toBe('42');
  await visitor.leave();
});
