/**
 * Rows come, go and change their order while a person types down the column. The next number still
 * belongs to the row that stood there.
 */
import { expect, test } from 'vitest';
import { Periodicity } from '#gen/kreis/kpi/v1/kpi_pb';
import { cellOf, comeBackUntil, enter, rowOf, setUpMonths } from './month-entry';
import { READ_MS, stopClock } from './visitor';

const { months, havingSaved } = setUpMonths();

const TYPED_ON = 'What you typed after it was not entered.';

/** Changes of the rows below the first one, in the list of another person. Each returns its reversal. */
const CHANGES = [
  {
    what: 'has come',
    month: '2007-04',
    change: async () => {
      const { circleName } = await months.caller.kpiNamed('consultations');
      await months.caller.addKpi(circleName, 'letters', Periodicity.MONTHLY);
      const { id: kpiId } = await months.caller.kpiNamed('letters');
      return () => months.caller.kpis.deactivateKpi({ kpiId });
    },
    shows: () => document.querySelector('tbody')?.textContent.includes('letters') === true,
  },
  {
    what: 'has gone',
    month: '2007-05',
    change: async () => {
      const { id: kpiId } = await months.caller.kpiNamed('reachability');
      await months.caller.kpis.deactivateKpi({ kpiId });
      return () => months.caller.kpis.activateKpi({ kpiId });
    },
    shows: () => document.querySelector('tbody')?.textContent.includes('reachability') === false,
  },
  {
    what: 'has moved with a new name',
    month: '2007-07',
    change: async () => {
      const { id: kpiId } = await months.caller.kpiNamed('reachability');
      await months.caller.kpis.updateKpi({ kpiId, name: 'availability' });
      return () => months.caller.kpis.updateKpi({ kpiId, name: 'reachability' });
    },
    shows: () => document.querySelector('tbody')?.textContent.includes('availability') === true,
  },
];

test.for(CHANGES)(
  'the number of the next row goes to no other row if a row $what right before',
  async ({ month, change, shows }) => {
    const visitor = await havingSaved(month);
    const { page } = visitor;
    await cellOf(visitor).focus();
    const reverse = await change();
    try {
      await stopClock(page);
      await comeBackUntil(visitor, shows);
      await enter(visitor, '690');
      await enter(visitor, '82');
      await page.getByText(TYPED_ON).waitFor();
      await page.clock.runFor(READ_MS);
      await rowOf(visitor).getByText('✓ saved').waitFor();
      expect(await months.numbers(month)).toEqual({ consultations: 690, donations: 104_000 });
    } finally {
      await reverse();
    }
    await visitor.leave();
  },
);

test('down the column it goes on as ever once the person could see the new row', async () => {
  const month = '2007-08';
  const visitor = await havingSaved(month);
  const { page } = visitor;
  await cellOf(visitor).focus();
  const { id: kpiId } = await months.caller.kpiNamed('reachability');
  await months.caller.kpis.deactivateKpi({ kpiId });
  try {
    await stopClock(page);
    await comeBackUntil(
      visitor,
      () => !document.querySelector('tbody')?.textContent.includes('reachability'),
    );
    await page.clock.runFor(READ_MS);
    await enter(visitor, '690');
    await enter(visitor, '105000');
    await expect.poll(() => months.numbers(month)).toEqual({ consultations: 690, donations: 105_000 });
  } finally {
    await months.caller.kpis.activateKpi({ kpiId });
  }
  await visitor.leave();
});

test('a column that is pasted right after a row has come is shown before it is entered', async () => {
  const month = '2007-10';
  const visitor = await havingSaved(month);
  const { page } = visitor;
  await cellOf(visitor).focus();
  const { circleName } = await months.caller.kpiNamed('consultations');
  await months.caller.addKpi(circleName, 'letters from members', Periodicity.MONTHLY);
  const { id: kpiId } = await months.caller.kpiNamed('letters from members');
  try {
    await stopClock(page);
    await comeBackUntil(
      visitor,
      () => document.querySelector('tbody')?.textContent.includes('letters from members') === true,
    );
    await visitor.paste(cellOf(visitor), '690\r\n82.5\r\n');
    await page.getByRole('dialog', { name: 'Check before pasting' }).getByText('letters').waitFor();
    expect(await months.numbers(month)).toEqual({ donations: 104_000 });
  } finally {
    await months.caller.kpis.deactivateKpi({ kpiId });
  }
  await visitor.leave();
});
