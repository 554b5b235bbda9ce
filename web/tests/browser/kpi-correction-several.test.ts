/** Several corrections at once: the answer to one leaves the others and the focus alone. */
import type { Page, Route } from 'playwright-core';
import { expect, test } from 'vitest';
import { Periodicity } from '#gen/kreis/kpi/v1/kpi_pb';
import { correctionIn, KPI, setUpCorrections, WORDS } from './correction-entry';
import { ECONOMIST, LAST_YEAR } from './kreis';
import { hasFocus } from './month-entry';
import { gate, pressOnceRead } from './visitor';

const { gatekeeper, visit, correcting, stored } = setUpCorrections();

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

test.for([
  { locale: 'en-GB', first: 'March', second: 'April', numbers: [3, 4] },
  { locale: 'de-CH', first: 'Mai', second: 'Juni', numbers: [5, 6] },
] as const)('the answer to one correction leaves the one that is being typed open: $locale', async (of) => {
  const { locale, first, second, numbers } = of;
  const words = WORDS[locale];
  const { visitor, page, value } = await correcting(first, locale);
  const [next, other] = [(await stored(numbers[0])).value + 1, (await stored(numbers[1])).value + 1];
  const answer = await delay(page, 'CorrectKpiValue');
  await value.fill(String(next));
  await value.press('Enter');
  const there = correctionIn(page, second, locale);
  await there.opener.press('Enter');
  await page.keyboard.type(String(other));
  await page.keyboard.press('Tab');
  await page.keyboard.type('Counted ');
  answer();
  await page.getByRole('status').getByText(words.saved(first)).waitFor();
  await page.keyboard.type('by hand.');
  expect(await value.count()).toBe(0);
  expect([await there.value.inputValue(), await there.comment.inputValue()]).toEqual([
    String(other),
    'Counted by hand.',
  ]);
  await page.keyboard.press('Control+Enter');
  await page.getByRole('status').getByText(words.saved(second)).waitFor();
  expect(await stored(numbers[0])).toMatchObject({ value: next, comment: '' });
  expect(await stored(numbers[1])).toMatchObject({ value: other, comment: 'Counted by hand.' });
  expect(await hasFocus(there.opener)).toBe(true);
  await visitor.leave();
});

test('the answer to one correction leaves another open in which nothing is typed yet', async () => {
  const { visitor, page, value } = await correcting('July');
  const [next, other] = [(await stored(7)).value + 1, (await stored(8)).value + 1];
  const answer = await delay(page, 'CorrectKpiValue');
  await value.fill(String(next));
  await value.press('Enter');
  const there = correctionIn(page, 'August');
  await there.opener.press('Enter');
  answer();
  await page.getByRole('status').getByText(WORDS['en-GB'].saved('July')).waitFor();
  expect(await hasFocus(there.value)).toBe(true);
  await page.keyboard.type(String(other));
  await page.keyboard.press('Enter');
  await page.getByRole('status').getByText(WORDS['en-GB'].saved('August')).waitFor();
  expect([(await stored(7)).value, (await stored(8)).value]).toEqual([next, other]);
  await visitor.leave();
});

test('the answer to a value taken back leaves another correction open, with the keyboard', async () => {
  const { visitor, page } = await correcting('September');
  const other = String((await stored(10)).value + 1);
  const answer = await delay(page, 'RetractKpiValue');
  await page.getByRole('button', { name: 'Take back …' }).click();
  await pressOnceRead(page.getByRole('button', { name: 'Take it back' }));
  const there = correctionIn(page, 'October');
  await there.opener.press('Enter');
  await page.keyboard.type(other.slice(0, 1));
  answer();
  await page.getByRole('status').getByText(`September ${LAST_YEAR} is blank again.`).waitFor();
  await page.keyboard.type(other.slice(1));
  expect(await hasFocus(there.value)).toBe(true);
  expect(await there.value.inputValue()).toBe(other);
  expect(await gatekeeper.valueFor(KPI, { year: LAST_YEAR, month: 9 })).toBeUndefined();
  await visitor.leave();
});

test('the answer to a correction leaves the keyboard where it has gone since', async () => {
  const { visitor, page, value } = await correcting('November');
  const next = (await stored(11)).value + 1;
  const answer = await delay(page, 'CorrectKpiValue');
  await value.fill(String(next));
  await value.press('Enter');
  const year = page.getByLabel('Year', { exact: true });
  await year.focus();
  answer();
  await page.getByRole('status').getByText(WORDS['en-GB'].saved('November')).waitFor();
  expect(await hasFocus(year)).toBe(true);
  await visitor.leave();
});

test('Tab leads from a correction to the same value, whether its answer is there or not', async () => {
  const { circleName } = await gatekeeper.kpiNamed(KPI);
  // Without a target, no other control stands between the buttons.
  await gatekeeper.addKpi(circleName, 'volunteers', Periodicity.MONTHLY);
  const period = (month: number) => ({ year: LAST_YEAR, month });
  for (let month = 1; month <= 5; month += 1)
    await gatekeeper.record('volunteers', period(month), 30 + month);
  const { id } = await gatekeeper.kpiNamed('volunteers');
  const visitor = await visit(`/kpis/${id}?year=${LAST_YEAR}`, { as: ECONOMIST });
  const { page } = visitor;
  const number = async (month: number) => (await gatekeeper.valueFor('volunteers', period(month)))?.value;
  const march = correctionIn(page, 'March');
  const saved = page.getByRole('status').getByText(WORDS['en-GB'].saved('March'));

  let next = 40;
  for (const [key, month, isLate] of [
    ['Tab', 'April', false],
    ['Tab', 'April', true],
    ['Shift+Tab', 'February', false],
    ['Shift+Tab', 'February', true],
  ] as const) {
    const there = correctionIn(page, month);
    await march.opener.press('Enter');
    await march.value.waitFor();
    const answer = await delay(page, 'CorrectKpiValue');
    await page.keyboard.type(String(next));
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Cancel' }).and(page.locator(':disabled')).waitFor();
    if (isLate) await page.keyboard.press(key);
    answer();
    await saved.waitFor();
    if (!isLate) await page.keyboard.press(key);
    expect(await hasFocus(there.opener), `${key}, ${isLate ? 'before' : 'after'} the answer`).toBe(true);
    await page.keyboard.press('Enter');
    await there.value.waitFor();
    await page.keyboard.type(String(next + 1));
    await page.keyboard.press('Enter');
    await page.getByRole('status').getByText(WORDS['en-GB'].saved(month)).waitFor();
    expect([await number(3), await number(month === 'April' ? 4 : 2)]).toEqual([next, next + 1]);
    next += 2;
  }
  await visitor.leave();
});

test('the answer to a correction pulls no keyboard out of a field that was clicked since', async () => {
  const { visitor, page, value, comment, opener } = await correcting('December');
  const answer = await delay(page, 'CorrectKpiValue');
  await value.fill(String((await stored(12)).value + 1));
  await value.press('Enter');
  await comment.click();
  answer();
  await page.getByRole('status').getByText(WORDS['en-GB'].saved('December')).waitFor();
  expect(await hasFocus(opener)).toBe(false);
  await visitor.leave();
});
