/** Comments on numbers, and reasons why a period has nothing to report. */
import type { Locator } from 'playwright-core';
import { expect, test } from 'vitest';
import { callerOf } from './caller';
import { ECONOMIST, GATEKEEPER } from './kreis';
import { LOOKS, setUp } from './set-up';
import { loseAnswer, pressOnceRead, READ_MS, type Visitor, type Wishes } from './visitor';

const { kreis, visit } = setUp();

/** Months before the demo's three years, without any values. */
const BLANK = {
  keyboard: '2018-02',
  conflict: '2018-04',
  lost: '2018-05',
  draft: '2018-07',
  tab: '2018-08',
  comment: '2018-10',
  comments: '2018-11',
  unseen: '2018-12',
  begun: '2018-01',
  over: '2018-03',
};

const REASON = 'Closed for works until August.';

async function entering(month: string, wishes: Wishes = {}): Promise<Visitor> {
  const visitor = await visit(`/enter?month=${month}`, { as: ECONOMIST, ...wishes });
  await cellOf(visitor).waitFor();
  await visitor.page.waitForTimeout(READ_MS);
  return visitor;
}

function cellOf({ page }: Visitor): Locator {
  return page.getByRole('textbox', { name: 'consultations' });
}

function offerOf({ page }: Visitor, name: string): Locator {
  return page.getByRole('row', { name: /^consultations/ }).getByRole('button', { name });
}

async function mark(visitor: Visitor): Promise<void> {
  await offerOf(visitor, 'Nothing to report …').click();
  await visitor.page.getByLabel('Why is there nothing to report?').fill(REASON);
  await visitor.page.getByRole('button', { name: 'Save' }).click();
}

test('by keyboard, a month has nothing to report, then it is taken back, then it has a number', async () => {
  const visitor = await entering(BLANK.keyboard);
  const { page } = visitor;
  const cell = cellOf(visitor);
  await cell.focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await page.keyboard.type(REASON);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByText('✓ saved').waitFor();
  await page.getByText(/^1 of \d values are in\.$/).waitFor();

  await page.reload();
  await page.getByText('✓ nothing to report').waitFor();
  await page.getByText(`Nothing to report: ${REASON}`).waitFor();
  expect(await cell.inputValue()).toBe('');
  expect(await cell.getAttribute('placeholder')).toBe('nothing to report');

  await pressOnceRead(page.getByRole('button', { name: 'Take it back' }), 'Enter');
  await offerOf(visitor, 'Nothing to report …').waitFor();
  await page.getByText(/^0 of \d values are in\.$/).waitFor();

  await mark(visitor);
  await page.getByText('✓ saved').waitFor();
  await cell.press('Escape');
  await cell.fill('2300');
  await cell.press('Enter');
  await page.getByText(`Nothing to report: ${REASON}`).waitFor({ state: 'hidden' });
  await page.getByText('✓ saved').waitFor();
  await page.reload();
  await page.getByText(/^1 of \d values are in\.$/).waitFor();
  expect(await cell.inputValue()).toBe('2,300');
  await visitor.leave();
});

test('what had nothing to report a year before is shown so, and is not the last value', async () => {
  const before = await entering('2017-08');
  await cellOf(before).fill('1900');
  await cellOf(before).press('Enter');
  await before.page.getByText('✓ saved').waitFor();
  await before.page.goto('/enter?month=2017-09');
  await mark(before);
  await before.page.getByText('✓ saved').waitFor();
  await before.page.goto('/enter?month=2017-10');
  const row = before.page.getByRole('row', { name: /^consultations/ });
  await row.getByRole('cell', { name: '1,900' }).waitFor();
  await before.page.goto('/enter?month=2018-09');
  await row.getByRole('cell', { name: 'nothing to report', exact: true }).waitFor();
  await before.leave();
});

test('a mark does not replace a number that another person entered', async () => {
  const first = await entering(BLANK.conflict);
  const second = await entering(BLANK.conflict);
  await cellOf(first).fill('700');
  await cellOf(first).press('Enter');
  await first.page.getByText('✓ saved').waitFor();
  await mark(second);
  await second.page
    .getByText('Emil Rossi has entered 700 in the meantime. You said that there is nothing to report.')
    .waitFor();
  await second.inspect('enter-note-conflict');
  await pressOnceRead(second.page.getByRole('button', { name: 'Keep theirs' }));
  await second.page.getByText('✓ entered').waitFor();
  expect(await cellOf(second).inputValue()).toBe('700');
  await first.leave();
  await second.leave();
});

test('a number does not replace a mark of another person that was not on the screen', async () => {
  const first = await entering(BLANK.unseen);
  const second = await entering(BLANK.unseen);
  await mark(first);
  await first.page.getByText('✓ saved').waitFor();
  await cellOf(second).fill('700');
  await cellOf(second).press('Enter');
  await second.page
    .getByText('Emil Rossi has said in the meantime that there is nothing to report. You entered 700.')
    .waitFor();
  await pressOnceRead(second.page.getByRole('button', { name: 'Take mine' }));
  await second.page.getByText('✓ saved').waitFor();

  // In the other direction: the first page does not know yet that the mark is gone.
  await cellOf(first).press('Escape');
  await cellOf(first).fill('710');
  await cellOf(first).press('Enter');
  await first.page.getByText('Emil Rossi has entered 700 in the meantime. You entered 710.').waitFor();
  await first.leave();
  await second.leave();
});

test('a mark whose answer was lost is saved once', async () => {
  const visitor = await entering(BLANK.lost);
  const { page } = visitor;
  await page.route('**/MarkNothingToReport', loseAnswer, { times: 1 });
  await mark(visitor);
  await page.getByText('kept, will be saved').waitFor();
  await page.getByText('✓ saved').waitFor();
  await page.getByText(`Nothing to report: ${REASON}`).waitFor();
  await visitor.leave();
});

test('a reason that is being written outlives a reload, and Escape leaves the month blank', async () => {
  const visitor = await entering(BLANK.draft);
  const { page } = visitor;
  await offerOf(visitor, 'Nothing to report …').click();
  const field = page.getByLabel('Why is there nothing to report?');
  await field.fill(REASON);
  await page.reload();
  await field.waitFor();
  expect(await field.inputValue()).toBe(REASON);
  await page.getByText('reason not saved yet').waitFor();
  await field.press('Escape');
  await pressOnceRead(page.getByRole('button', { name: 'Discard' }));
  await offerOf(visitor, 'Nothing to report …').waitFor();
  await page.getByText(/^0 of \d values are in\.$/).waitFor();
  await visitor.leave();
});

test('Tab leads from a number that was typed to the next one, past what else a row offers', async () => {
  const visitor = await entering(BLANK.tab);
  const { page } = visitor;
  await cellOf(visitor).focus();
  await page.keyboard.type('2400');
  await page.keyboard.press('Tab');
  await page.keyboard.type('44');
  await page.keyboard.press('Tab');
  await page.getByText(/^2 of \d values are in\.$/).waitFor();
  expect(await cellOf(visitor).inputValue()).toBe('2,400');
  expect(await page.getByRole('textbox', { name: 'reachability' }).inputValue()).toBe('44');
  await visitor.leave();
});

test('a comment goes with a number, stays when that is corrected, and can be emptied', async () => {
  const visitor = await entering(BLANK.comment);
  const { page } = visitor;
  const cell = cellOf(visitor);
  await cell.fill('2500');
  await page.keyboard.press('Enter');
  await offerOf(visitor, 'Comment …').press('Enter');
  await page.keyboard.type('With those by telephone.\nFirst count.');
  await page.keyboard.press('Control+Enter');
  await page.getByText('With those by telephone.').waitFor();
  await page.getByText('✓ saved').waitFor();

  await cell.press('Escape');
  await cell.fill('2510');
  await cell.press('Enter');
  await page.getByText('✓ saved').waitFor();
  await page.reload();
  await page.getByText('With those by telephone.').waitFor();
  expect(await cell.inputValue()).toBe('2,510');

  const note = page.getByRole('group', { name: 'consultations' });
  await pressOnceRead(note.getByRole('button', { name: 'Change …' }), 'Enter');
  const field = page.getByLabel('Comment');
  expect(await field.inputValue()).toBe('With those by telephone.\nFirst count.');
  await field.fill('');
  await page.getByRole('button', { name: 'Save' }).press('Enter');
  await offerOf(visitor, 'Comment …').waitFor();
  expect(await cell.inputValue()).toBe('2,510');
  await visitor.leave();
});

test('a reason that was begun stands as a comment beside the number that came after all', async () => {
  const visitor = await entering(BLANK.begun);
  const { page } = visitor;
  await offerOf(visitor, 'Nothing to report …').click();
  await page.getByLabel('Why is there nothing to report?').fill('Only in part.');
  await page.getByText('reason not saved yet').waitFor();
  await cellOf(visitor).fill('2700');
  await cellOf(visitor).press('Enter');
  await page.getByText('comment not saved yet').waitFor();
  await page.getByText(/^1 of \d values are in\.$/).waitFor();
  await page.getByLabel('Comment').press('Control+Enter');
  await page.getByText('✓ saved').waitFor();
  await visitor.leave();
});

test('a comment that was begun does not take the keyboard from a number that is typed', async () => {
  const gatekeeper = await callerOf(kreis.url, GATEKEEPER);
  const month = { year: 2018, month: 3 };
  await gatekeeper.record('consultations', month, 2500);
  const visitor = await entering(BLANK.over);
  const { page } = visitor;
  await offerOf(visitor, 'Comment …').press('Enter');
  await page.keyboard.type('First count.');
  const { id: kpiValueId = '' } = (await gatekeeper.valueFor('consultations', month)) ?? {};
  await gatekeeper.values.correctKpiValue({ kpiValueId, value: 2600 });
  await cellOf(visitor).fill('2700');
  await cellOf(visitor).press('Enter');
  await page.getByText('Greta Keller has entered 2,600 in the meantime. You entered 2700.').waitFor();
  await page.waitForTimeout(READ_MS);
  // The first key shows the comment again.
  await cellOf(visitor).press('Control+a');
  await page.keyboard.type('2710');
  await page.keyboard.press('Enter');
  await page.getByText('comment not saved yet').waitFor();
  expect(await page.getByRole('textbox', { name: 'Comment' }).inputValue()).toBe('First count.');
  expect(await gatekeeper.valueFor('consultations', month)).toMatchObject({ value: 2710, comment: '' });
  await visitor.leave();
});

test('a comment does not go with a number that its writer has not seen', async () => {
  const first = await entering(BLANK.comments);
  await cellOf(first).fill('2600');
  await cellOf(first).press('Enter');
  await first.page.getByText('✓ saved').waitFor();
  const second = await entering(BLANK.comments);
  await cellOf(first).fill('2650');
  await cellOf(first).press('Enter');
  await first.page.getByText('✓ saved').waitFor();

  await offerOf(second, 'Comment …').click();
  await second.page.getByLabel('Comment').fill('First count.');
  await second.page.getByRole('button', { name: 'Save' }).click();
  await second.page
    .getByText('Emil Rossi has entered 2,650 in the meantime. Your comment is “First count.”.')
    .waitFor();
  await pressOnceRead(second.page.getByRole('button', { name: 'Take mine' }));
  await second.page.getByText('✓ saved').waitFor();
  await second.page.reload();
  await second.page.getByText('First count.').waitFor();
  expect(await cellOf(second).inputValue()).toBe('2,650');
  await first.leave();
  await second.leave();
});

test.for(LOOKS.map((look, index) => ({ ...look, month: `2016-0${index + 1}` })))(
  'notes are sound at $width px, dark: $dark',
  async ({ month, width, dark }) => {
    const visitor = await entering(month, { width, dark, locale: 'en-CH' });
    const { page } = visitor;
    await mark(visitor);
    await page.getByText(`Nothing to report: ${REASON}`).waitFor();
    await page.getByRole('textbox', { name: 'new members' }).fill('12');
    await page.keyboard.press('Enter');
    // A press right after the rows have moved has no effect.
    await pressOnceRead(page.getByRole('row', { name: /^new members/ }).getByRole('button'));
    await page.getByLabel('Comment').fill('Among them a whole class, which came together in autumn.');
    await page.keyboard.press('Control+Enter');
    await page
      .getByRole('group', { name: 'new members' })
      .getByRole('button', { name: 'Change …' })
      .waitFor();
    await pressOnceRead(page.getByRole('row', { name: /^donations/ }).getByRole('button'));
    await page.getByLabel('Why is there nothing to report?').fill('The figures come in');
    await visitor.inspect('enter-note');
    await visitor.leave();
  },
);
