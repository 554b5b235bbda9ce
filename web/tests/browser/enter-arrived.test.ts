/**
 * Another person's change appears in the grid. A number or an answer replaces it only after the person
 * could have read it.
 */
import { expect, test } from 'vitest';
import { Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import { cellOf, comeBackUntil, enter, rowOf, setUpMonths } from './month-entry';
import { countWrites } from './months';
import { gate, READ_MS, stopClock } from './visitor';

const { months, entering, havingSaved } = setUpMonths();

const TYPED_ON = 'What you typed after it was not entered.';

test('a number that has just arrived in the cell with the keyboard is not typed over', async () => {
  const month = '2015-01';
  const visitor = await havingSaved(month);
  const { page } = visitor;
  const cell = cellOf(visitor);
  await cell.focus();
  await months.fill(month, { consultations: 700 });
  const writes = countWrites(page);
  await stopClock(page);
  await comeBackUntil(visitor, () => document.querySelector('input')?.value === '700');
  await enter(visitor, '640');
  await page.getByText(TYPED_ON).waitFor();
  expect(await cell.inputValue()).toBe('700');
  await page.clock.runFor(READ_MS);
  expect(writes()).toBe(0);
  expect(await months.numbers(month)).toEqual({ consultations: 700, donations: 104000 });

  // The person has read the change and enters another number.
  await page.keyboard.press('Escape');
  await enter(visitor, '640');
  await rowOf(visitor).getByText('✓ saved').waitFor();
  expect((await months.numbers(month)).consultations).toBe(640);
  await visitor.leave();
});

test('a number that arrived long enough ago is typed over as any other', async () => {
  const month = '2015-03';
  const visitor = await havingSaved(month);
  await cellOf(visitor).focus();
  await months.fill(month, { consultations: 700 });
  await stopClock(visitor.page);
  await comeBackUntil(visitor, () => document.querySelector('input')?.value === '700');
  await visitor.page.clock.runFor(READ_MS);
  await enter(visitor, '640');
  await rowOf(visitor).getByText('✓ saved').waitFor();
  expect(await visitor.page.getByText(TYPED_ON).count()).toBe(0);
  expect((await months.numbers(month)).consultations).toBe(640);
  await visitor.leave();
});

test('a number typed right after the unit has changed on the screen is not stored in the new unit', async () => {
  const month = '2015-04';
  const visitor = await havingSaved(month);
  const { page } = visitor;
  const { id: kpiId } = await months.caller.kpiNamed('reachability');
  await cellOf(visitor, 'reachability').focus();
  await months.caller.kpis.updateKpi({ kpiId, unit: Unit.SCORE });
  await stopClock(page);
  try {
    await comeBackUntil(visitor, () => !document.querySelectorAll('tbody tr')[2]?.textContent.includes('%'));
    await enter(visitor, '46');
    await page.getByText(TYPED_ON).waitFor();
    await page.clock.runFor(READ_MS);
    expect((await months.numbers(month)).reachability).toBeUndefined();
  } finally {
    await months.caller.kpis.updateKpi({ kpiId, unit: Unit.PERCENTAGE });
  }
  await visitor.leave();
});

/** Ways to change a number in percent right after its unit has changed on the screen. */
const CHANGED_AT_ONCE = [
  { how: 'is left of a number', month: '2015-07', left: '8', keys: ['Backspace'] },
  { how: 'is typed over a number', month: '2015-08', left: '46', keys: ['Control+a', '4', '6'] },
  {
    how: 'is typed after a number was deleted',
    month: '2015-09',
    left: '4',
    keys: ['Control+a', 'Delete', '4'],
  },
];

test.for(CHANGED_AT_ONCE)(
  'what $how right after its unit has changed is asked about',
  async ({ month, left, keys }) => {
    const visitor = await havingSaved(month);
    const { page } = visitor;
    const { id: kpiId } = await months.caller.kpiNamed('reachability');
    await cellOf(visitor, 'reachability').click();
    await page.keyboard.type('88');
    await months.caller.kpis.updateKpi({ kpiId, unit: Unit.SCORE });
    await stopClock(page);
    try {
      await comeBackUntil(
        visitor,
        () => !document.querySelectorAll('tbody tr')[2]?.textContent.includes('%'),
      );
      for (const key of [...keys, 'Enter']) await page.keyboard.press(key);
      await page.getByText(`from “Percentage” to “Score”. Is ${left} right?`).waitFor();
      expect((await months.numbers(month)).reachability).toBeUndefined();
    } finally {
      await months.caller.kpis.updateKpi({ kpiId, unit: Unit.PERCENTAGE });
    }
    await visitor.leave();
  },
);

test('a line of a paste that has just changed is not applied before it can have been read', async () => {
  const month = '2015-05';
  await months.fill(month, { 'new members': 30 });
  const visitor = await havingSaved(month);
  const { page } = visitor;
  await visitor.paste(cellOf(visitor), '640\r\n46\r\n104000\r\n31\r\n');
  const preview = page.getByRole('dialog', { name: 'Check before pasting' });
  await preview.waitFor();
  await page.waitForTimeout(READ_MS);
  await months.fill(month, { consultations: 700 });
  await preview.getByRole('button', { name: 'Apply' }).hover();
  await stopClock(page);
  await comeBackUntil(visitor, () =>
    [...document.querySelectorAll('[role=dialog] td')].some(({ textContent }) => textContent === '700'),
  );
  await page.mouse.down();
  await page.mouse.up();
  await page.clock.runFor(READ_MS);
  expect((await months.numbers(month)).consultations).toBe(700);
  await preview.waitFor();
  // After the time to read it, the press counts.
  await preview.getByRole('button', { name: 'Apply' }).click();
  await expect.poll(async () => (await months.numbers(month)).consultations).toBe(640);
  await visitor.leave();
});

test('a paste over a mark that is on its way is shown before it takes the place of it', async () => {
  const month = '2015-06';
  const visitor = await entering(month);
  const { page } = visitor;
  const released = gate();
  await page.route('**/MarkNothingToReport', async (route) => {
    await released.passed;
    await route.continue();
  });
  await rowOf(visitor, 'reachability').getByRole('button', { name: 'Nothing to report …' }).click();
  await page.getByLabel('Why is there nothing to report?').fill('Closed.');
  await page.keyboard.press('Control+Enter');
  await rowOf(visitor, 'reachability').getByText('saving …').waitFor();
  await visitor.paste(cellOf(visitor), '640\r\n46\r\n');
  const preview = page.getByRole('dialog', { name: 'Check before pasting' });
  await preview.getByText('nothing to report').waitFor();
  released.open();
  await page.keyboard.press('Escape');
  await rowOf(visitor, 'reachability').getByText('✓ saved').waitFor();
  expect(await months.numbers(month)).toEqual({ reachability: undefined });
  await visitor.leave();
});
