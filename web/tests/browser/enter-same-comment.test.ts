/** Saving an unchanged comment, and saving by a held key. */
import { expect, test } from 'vitest';
import { cellOf, rowOf, setUpMonths } from './month-entry';
import { countWrites } from './months';
import { pressOnceRead, type Visitor } from './visitor';

const { months, entering } = setUpMonths();

const KPI = 'consultations';
const FIRST = 'First count.';
const SETTLED_MS = 1_000;

/** Opens a month with a number, and with a comment unless it is empty. */
async function arrive(month: string, comment = FIRST): Promise<Visitor> {
  await months.fill(month, { [KPI]: 690 });
  if (comment !== '') await months.correct(month, KPI, 690, comment);
  return entering(month);
}

function noteOf({ page }: Visitor) {
  const note = page.getByRole('group', { name: KPI });
  return {
    change: note.getByRole('button', { name: 'Change …' }),
    field: note.getByLabel('Comment'),
    save: note.getByRole('button', { name: 'Save' }),
  };
}

test('a comment that is saved as it is shown is not taken for saved where another person has replaced it', async () => {
  const month = '2013-01';
  const visitor = await arrive(month);
  const { page } = visitor;
  const { change, field } = noteOf(visitor);
  await change.click();
  await months.correct(month, KPI, 690, 'Second count.');
  await field.press('Control+Enter');
  await page
    .getByText(
      'Greta Keller has entered 690 in the meantime. The comment on it: “Second count.”. Your comment is “First count.”.',
    )
    .waitFor();
  expect(await months.comment(month, KPI)).toBe('Second count.');
  await pressOnceRead(page.getByRole('button', { name: 'Take mine' }));
  await rowOf(visitor).getByText('✓ saved').waitFor();
  expect(await months.comment(month, KPI)).toBe(FIRST);
  await visitor.leave();
});

test('a comment that is left empty does not hide the one that another person has made', async () => {
  const month = '2013-02';
  const visitor = await arrive(month, '');
  const { page } = visitor;
  const { field, save } = noteOf(visitor);
  await rowOf(visitor).getByRole('button', { name: 'Comment …' }).click();
  await field.waitFor();
  await months.correct(month, KPI, 690, 'Second count.');
  await save.click();
  await page.getByText('The comment on it: “Second count.”. You left the comment empty.').waitFor();
  await pressOnceRead(page.getByRole('button', { name: 'Keep theirs' }));
  await page.getByText('Second count.', { exact: true }).waitFor();
  expect(await months.comment(month, KPI)).toBe('Second count.');
  await visitor.leave();
});

test('a reason that is saved as it is shown is not taken for saved where another person has entered a number', async () => {
  const month = '2013-03';
  const visitor = await entering(month);
  const { page } = visitor;
  await rowOf(visitor).getByRole('button', { name: 'Nothing to report …' }).click();
  await page.getByLabel('Why is there nothing to report?').fill('Closed for works.');
  await page.keyboard.press('Control+Enter');
  await page.getByText('Nothing to report: Closed for works.').waitFor();
  await pressOnceRead(noteOf(visitor).change);
  const { etag = '' } = (await months.caller.valueFor(KPI, { year: 2013, month: 3 })) ?? {};
  const { id: kpiId } = await months.caller.kpiNamed(KPI);
  await months.caller.values.recordKpiValue({ kpiId, period: { year: 2013, month: 3 }, value: 700, etag });
  await page.getByLabel('Why is there nothing to report?').press('Control+Enter');
  await page
    .getByText('Greta Keller has entered 700 in the meantime. You said that there is nothing to report.')
    .waitFor();
  expect(await months.numbers(month)).toEqual({ [KPI]: 700 });
  await visitor.leave();
});

test('a comment that is saved as it is shown and is still so changes nothing', async () => {
  const month = '2013-04';
  const visitor = await arrive(month);
  const { page } = visitor;
  const { change, field, save } = noteOf(visitor);
  const version = await months.version(month, KPI);
  await change.click();
  await field.waitFor();
  await save.click();
  await rowOf(visitor).getByText('✓ saved').waitFor();
  expect(await field.count()).toBe(0);
  expect(await months.version(month, KPI)).toBe(version);
  await cellOf(visitor).press('Control+z');
  await page.getByText('There is nothing to undo.').waitFor();
  await visitor.leave();
});

test('Enter that is held down since it opened a comment does not save it, with Ctrl neither', async () => {
  const visitor = await arrive('2013-05');
  const { page } = visitor;
  const { change, field } = noteOf(visitor);
  const writes = countWrites(page);
  await change.focus();
  await page.keyboard.down('Enter');
  await field.waitFor();
  await page.keyboard.down('Control');
  for (let repeated = 0; repeated < 5; repeated += 1) await page.keyboard.down('Enter');
  await page.keyboard.up('Enter');
  await page.keyboard.up('Control');
  await page.waitForTimeout(SETTLED_MS);
  expect(await field.inputValue()).toBe(FIRST);
  expect(writes()).toBe(0);
  await visitor.leave();
});
