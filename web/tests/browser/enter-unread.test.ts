/**
 * Questions that have just appeared: keys and presses that were meant for something else do not answer
 * them.
 */
import { beforeAll, expect, test } from 'vitest';
import { Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import { cellOf, comeBackUntil, hasFocus, rowOf, setUpMonths } from './month-entry';
import { gate, READ_MS, stopClock, type Visitor } from './visitor';

const { months, entering } = setUpMonths();

const TYPED_ON = 'What you typed after it was not entered.';
const THEIRS = 'has entered 999';
const UNIT_CHANGED = 'The unit of this KPI has changed';

/** Usual numbers for the months before. */
beforeAll(async () => {
  for (const [index, consultations] of [640, 642, 655, 630, 648, 651].entries())
    await months.fill(`2012-0${index + 1}`, { consultations, donations: 100 * consultations });
});

async function countIn(unit: Unit): Promise<void> {
  const { id: kpiId } = await months.caller.kpiNamed('reachability');
  await months.caller.kpis.updateKpi({ kpiId, unit });
}

/** Enters a number and leaves the focus in its cell, while the call is held back. */
async function waitingFor(call: string, name: string, month: string, number: string) {
  const visitor = await entering(month);
  const { page } = visitor;
  const hold = gate();
  await page.route(`**/${call}`, async (route) => {
    await hold.passed;
    await route.continue();
  });
  const cell = cellOf(visitor, name);
  await cell.click();
  await page.keyboard.type(number);
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowUp');
  return { visitor, page, cell, answer: hold.open };
}

/** Another person enters 999 in the meantime. */
async function meetingTheirs(month: string) {
  await months.fill(month, { consultations: 640 });
  const waiting = await waitingFor('CorrectKpiValue', 'consultations', month, '641');
  await months.correct(month, 'consultations', 999);
  await stopClock(waiting.page);
  waiting.answer();
  await waiting.page.getByText(THEIRS).waitFor();
  return waiting;
}

/** The number was typed in percent; now the KPI is a score. */
async function meetingAnotherUnit(month: string) {
  await countIn(Unit.PERCENTAGE);
  const waiting = await waitingFor('RecordKpiValue', 'reachability', month, '46');
  await countIn(Unit.SCORE);
  await stopClock(waiting.page);
  waiting.answer();
  await waiting.page.getByText(UNIT_CHANGED).waitFor();
  return waiting;
}

/** Ways to continue at the keyboard as if there were no question. */
const TYPED_AT_ONCE: { how: string; type: (visitor: Visitor) => Promise<void> }[] = [
  {
    how: 'typed',
    type: async ({ page }) => {
      await page.keyboard.type('64');
      // The rest of a number goes to the same place as its first digits.
      await page.clock.runFor(READ_MS);
      await page.keyboard.type('2');
    },
  },
  {
    how: 'typed after Backspace',
    type: async ({ page }) => {
      await page.keyboard.press('Backspace');
      await page.clock.runFor(READ_MS);
      await page.keyboard.type('642');
    },
  },
  { how: 'pasted', type: (visitor) => visitor.paste(cellOf(visitor), '"642"\r\n') },
];

test.for(TYPED_AT_ONCE)(
  'a number that is $how at once over a conflict does not take the place of theirs',
  async ({ how, type }) => {
    const month = `2011-0${TYPED_AT_ONCE.findIndex((at) => at.how === how) + 1}`;
    const { visitor, page, cell } = await meetingTheirs(month);
    await type(visitor);
    await page.getByText(TYPED_ON).waitFor();
    await page.keyboard.press('Enter');
    await page.clock.runFor(READ_MS);
    await page.keyboard.press('Enter');
    await cellOf(visitor, 'donations').click();
    await page.getByText(THEIRS).waitFor();
    expect(await cell.inputValue()).toBe('641');
    expect(await months.numbers(month)).toEqual({ consultations: 999 });
    await visitor.leave();
  },
);

test('a number that is typed over a conflict which could be read takes the place of theirs', async () => {
  const month = '2011-07';
  const { visitor, page } = await meetingTheirs(month);
  await page.clock.runFor(READ_MS);
  await page.keyboard.type('642');
  await page.keyboard.press('Enter');
  await expect.poll(() => months.numbers(month)).toEqual({ consultations: 642 });
  await visitor.leave();
});

test('a number that is typed at once over another unit is not entered in that unit', async () => {
  const month = '2011-08';
  const { visitor, page, cell } = await meetingAnotherUnit(month);
  await page.keyboard.type('47');
  await page.getByText(TYPED_ON).waitFor();
  await page.keyboard.press('Enter');
  await page.clock.runFor(READ_MS);
  await page.keyboard.press('Enter');
  await page.getByText(UNIT_CHANGED).waitFor();
  expect(await cell.inputValue()).toBe('46');
  expect(await months.numbers(month)).toEqual({});
  await page.keyboard.press('Escape');
  await page.keyboard.type('47');
  await page.keyboard.press('Enter');
  await expect.poll(() => months.numbers(month)).toEqual({ reachability: 47 });
  await visitor.leave();
});

test('a double tap into the next cell does not answer the question that has come in its place', async () => {
  const month = '2012-07';
  const visitor = await entering(month, { width: 360, touch: true });
  const { page } = visitor;
  await cellOf(visitor).tap();
  await page.keyboard.type('64');
  await stopClock(page);
  await cellOf(visitor, 'reachability').tap();
  const answer = page.getByRole('button', { name: 'It is right' });
  await answer.tap();
  await page.keyboard.type('81');
  await page.keyboard.press('Enter');
  await expect.poll(() => months.numbers(month)).toEqual({ reachability: 81 });
  await page.clock.runFor(READ_MS);
  await answer.tap();
  await expect.poll(() => months.numbers(month)).toEqual({ consultations: 64, reachability: 81 });
  await visitor.leave();
});

test('a press at once on an answer does nothing, and leaves the keyboard in its cell', async () => {
  const month = '2011-10';
  const { visitor, page, cell } = await meetingTheirs(month);
  const mine = page.getByRole('button', { name: 'Take mine' });
  await mine.click();
  await page.getByText(THEIRS).waitFor();
  expect(await hasFocus(cell)).toBe(true);
  // The press does not tell the grid that the cell is meant either.
  await page.keyboard.type('642');
  await page.getByText(TYPED_ON).waitFor();
  await mine.click();
  await page.getByText(TYPED_ON).waitFor();
  await mine.press('Enter');
  await page.getByText(THEIRS).waitFor();
  expect(await months.numbers(month)).toEqual({ consultations: 999 });
  await page.clock.runFor(READ_MS);
  await mine.press('Enter');
  await expect.poll(() => months.numbers(month)).toEqual({ consultations: 641 });
  expect(await hasFocus(cell)).toBe(true);
  await visitor.leave();
});

test('a double click on an answer in the preview of a paste answers one question, and applies nothing', async () => {
  const month = '2012-08';
  const visitor = await entering(month);
  const { page } = visitor;
  await cellOf(visitor).focus();
  await stopClock(page);
  await visitor.paste(cellOf(visitor), '6400\r\n81\r\n640\r\n');
  const preview = page.getByRole('dialog', { name: 'Check before pasting' });
  const right = preview.getByRole('button', { name: 'It is right' });
  for (const left of ['Answer 2 questions first', 'Answer 1 question first']) {
    await preview.getByText(left).waitFor();
    await right.first().click();
    await preview.getByText(left).waitFor();
    await page.clock.runFor(READ_MS);
    await right.first().click();
  }
  const apply = preview.getByRole('button', { name: 'Apply' });
  await apply.click();
  expect(await preview.isVisible()).toBe(true);
  await page.clock.runFor(READ_MS);
  await apply.click();
  await expect
    .poll(() => months.numbers(month))
    .toEqual({ consultations: 6400, reachability: 81, donations: 640 });
  await visitor.leave();
});

test('a mark of another person that has just arrived is not taken back unread', async () => {
  const month = '2005-03';
  const visitor = await entering(month);
  const { page } = visitor;
  await rowOf(visitor).getByRole('button', { name: 'Nothing to report …' }).click();
  await page.keyboard.type('Closed.');
  await page.keyboard.press('Control+Enter');
  await page.getByText('Nothing to report: Closed.').waitFor();
  const { id: kpiId } = await months.caller.kpiNamed('consultations');
  await stopClock(page);
  const period = { year: 2005, month: 3 };
  await months.caller.values.markNothingToReport({ kpiId, period, reason: 'The team moved.' });
  await comeBackUntil(visitor, () => document.body.textContent.includes('The team moved.'));
  await page.getByRole('button', { name: 'Take it back' }).click();
  await page.clock.runFor(2_000);
  await page.waitForTimeout(READ_MS);
  expect((await months.caller.valueFor('consultations', period))?.comment).toBe('The team moved.');
  await visitor.leave();
});
