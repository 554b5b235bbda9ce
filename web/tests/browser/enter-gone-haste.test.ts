/** A KPI goes while a person is about to click: the notice about it moves what stands below. */
import { expect, test } from 'vitest';
import { cellOf, comeBackUntil, rowOf, setUpMonths } from './month-entry';
import { READ_MS, stopClock } from './visitor';

const { months, entering } = setUpMonths();

/** Leaves a number of a KPI unsaved, and calls `act` while the KPI is deactivated. */
async function withKpiGone(
  month: string,
  act: (visitor: Awaited<ReturnType<typeof entering>>) => Promise<void>,
) {
  const visitor = await entering(month);
  const { id: kpiId } = await months.caller.kpiNamed('reachability');
  await cellOf(visitor, 'donations').fill('104000');
  await cellOf(visitor, 'donations').press('Enter');
  await rowOf(visitor, 'donations').getByText('✓ saved').waitFor();
  await cellOf(visitor, 'reachability').fill('45x');
  await cellOf(visitor, 'reachability').press('Tab');
  await rowOf(visitor, 'reachability').getByText('please check').waitFor();
  await months.caller.kpis.deactivateKpi({ kpiId });
  try {
    await act(visitor);
  } finally {
    await months.caller.kpis.activateKpi({ kpiId });
  }
  await visitor.leave();
}

const isGone = () => document.body.textContent.includes('You cannot enter these KPIs any more');

test('a click that meets “Discard” right after a KPI has gone discards nothing', async () => {
  await withKpiGone('2008-01', async (visitor) => {
    const { page } = visitor;
    const discard = page.getByRole('button', { name: 'Discard' });
    await stopClock(page);
    await comeBackUntil(visitor, isGone);
    await discard.click();
    await page.clock.runFor(READ_MS);
    expect(await page.getByText('You cannot enter these KPIs any more').count()).toBe(1);
    await discard.click();
    await discard.waitFor({ state: 'hidden' });
  });
});

test('a click that meets “Apply” right after a notice has moved it applies nothing', async () => {
  const month = '2008-02';
  await months.fill(month, { consultations: 690 });
  await withKpiGone(month, async (visitor) => {
    const { page } = visitor;
    await visitor.paste(cellOf(visitor), 'consultations\t697');
    const apply = page.getByRole('button', { name: 'Apply' });
    await apply.waitFor();
    await stopClock(page);
    await comeBackUntil(visitor, isGone);
    await apply.click();
    await page.clock.runFor(READ_MS);
    expect(await months.numbers(month)).toMatchObject({ consultations: 690 });
    await apply.click();
    await expect.poll(() => months.numbers(month)).toMatchObject({ consultations: 697 });
  });
});
