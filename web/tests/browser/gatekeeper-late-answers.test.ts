/** Text that a gatekeeper types while waiting for an answer stays when the answer arrives. */
import type { Locator, Page, Route } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { Periodicity, Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import { type Caller, callerOf } from './caller';
import { GATEKEEPER } from './kreis';
import { hasFocus } from './month-entry';
import { setUp } from './set-up';
import { gate } from './visitor';

const { kreis, visit } = setUp();
let caller: Caller;

beforeAll(async () => {
  caller = await callerOf(kreis.url, GATEKEEPER);
});

async function visitKpi(name: string) {
  const { id } = await caller.kpiNamed(name);
  const visitor = await visit(`/admin/kpis/${id}`, { as: GATEKEEPER });
  const { page } = visitor;
  const field = (label: string): Locator => page.getByLabel(label, { exact: true });
  const [year, baseline, target] = [field('From year'), field('Baseline'), field('Target')];
  const written = () => Promise.all([year, baseline, target].map((each) => each.inputValue()));
  await target.waitFor();
  return { visitor, page, year, baseline, target, written };
}

/** Holds back the next call until the returned function is called. */
async function delay(page: Page, call: string): Promise<() => void> {
  const hold = gate();
  const send = async (route: Route) => {
    await hold.passed;
    await route.continue();
  };
  await page.route(`**/${call}`, send, { times: 1 });
  return hold.open;
}

test('the answer to one target leaves the next, which is typed meanwhile, whole', async () => {
  const { visitor, page, year, baseline, target, written } = await visitKpi('consultations');
  const blank = await written();
  const answer = await delay(page, 'SetKpiTarget');
  await year.fill('2027');
  await baseline.fill('0');
  await target.fill('10000');
  await target.press('Enter');
  await year.fill('2028');
  await baseline.fill('1');
  await target.fill('11000');
  answer();
  await page.getByRole('cell', { name: '2027', exact: true }).waitFor();
  await page.getByText('Saved.').waitFor();
  expect(await written()).toEqual(['2028', '1', '11000']);
  await target.press('Enter');
  await page.getByRole('cell', { name: '2028', exact: true }).waitFor();
  // Nothing was typed since then: the form is cleared, and the focus stays in it.
  await expect.poll(written).toEqual(blank);
  expect(await hasFocus(target)).toBe(true);
  const { targets } = await caller.kpiNamed('consultations');
  const set = targets.filter(({ fromYear }) => fromYear >= 2027);
  expect(set.map((each) => [each.fromYear, each.initialValue, each.targetValue])).toEqual([
    [2027, 0, 10_000],
    [2028, 1, 11_000],
  ]);
  await visitor.leave();
});

test('a target that is mended while it is on its way stays whole', async () => {
  const { visitor, page, year, baseline, target, written } = await visitKpi('new members');
  const answer = await delay(page, 'SetKpiTarget');
  await year.fill('2029');
  await baseline.fill('0');
  await target.fill('90');
  await target.press('Enter');
  await target.fill('95');
  answer();
  await page.getByText('Saved.').waitFor();
  expect(await written()).toEqual(['2029', '0', '95']);
  await visitor.leave();
});

test('the economist who is chosen next stays chosen when the one before is added', async () => {
  const { circle } = await caller.circles.createCircle({ name: 'Archive' });
  const visitor = await visit(`/admin/circles/${circle?.id}`, { as: GATEKEEPER });
  const { page } = visitor;
  const select = page.getByLabel('Add an economist');
  const answer = await delay(page, 'AddCircleMember');
  await select.selectOption('Emil Rossi');
  await page.getByRole('button', { name: 'Add to the circle' }).click();
  await select.selectOption('Greta Keller');
  const chosen = await select.inputValue();
  await select.focus();
  answer();
  await page.getByRole('link', { name: 'Emil Rossi' }).waitFor();
  expect(await select.inputValue()).toBe(chosen);
  expect(await hasFocus(select)).toBe(true);
  await page.getByRole('button', { name: 'Add to the circle' }).click();
  await page.getByRole('link', { name: 'Greta Keller' }).waitFor();
  expect(await select.inputValue()).toBe('');
  await visitor.leave();
});

test('a refusal does not take the keyboard out of what is typed meanwhile', async () => {
  const { circleId } = await caller.kpiNamed('newsletter open rate');
  const [periodicity, unit] = [Periodicity.MONTHLY, Unit.AMOUNT];
  await caller.kpis.createKpi({ circleId, name: 'letters sent', periodicity, unit });
  const { visitor, page, target } = await visitKpi('newsletter open rate');
  const answer = await delay(page, 'UpdateKpi');
  const name = page.getByLabel('Name', { exact: true });
  await name.fill('letters sent');
  await name.press('Enter');
  await target.focus();
  await page.keyboard.type('4');
  answer();
  await expect.poll(() => name.getAttribute('aria-invalid')).toBe('true');
  await page.keyboard.type('2');
  expect([await name.inputValue(), await target.inputValue()]).toEqual(['letters sent', '42']);
  await visitor.leave();
});

test('the answer to an activation does not take the keyboard out of what is typed meanwhile', async () => {
  const { id, etag } = await caller.kpiNamed('reachability');
  await caller.kpis.deactivateKpi({ kpiId: id, etag });
  const { visitor, page } = await visitKpi('reachability');
  const description = page.getByLabel('Description');
  const answer = await delay(page, 'ActivateKpi');
  await page.getByRole('button', { name: 'Activate' }).click();
  await description.fill('');
  await page.keyboard.type('Of all ');
  answer();
  await page.getByRole('button', { name: 'Deactivate' }).waitFor();
  await page.keyboard.type('calls.');
  expect(await description.inputValue()).toBe('Of all calls.');
  await visitor.leave();
});
