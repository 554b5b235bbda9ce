/** A correction on the page of a KPI, by a person who is faster than the answers. */
import type { Locator } from 'playwright-core';
import { expect, test } from 'vitest';
import { copy } from './clipboard';
import { ECONOMIST, LAST_YEAR } from './kreis';
import { setUpMonths } from './month-entry';
import { gate, READ_MS, typeOver, type Visitor } from './visitor';

const { kreis, months, visit } = setUpMonths();
const KPI = 'consultations';
const SETTLED_MS = 1_000;

async function arrive(): Promise<Visitor> {
  const { id } = await months.caller.kpiNamed(KPI);
  return visit(`/kpis/${id}?year=${LAST_YEAR}`, { locale: 'en-CH' });
}

async function correcting(month: string): Promise<{ visitor: Visitor; field: Locator }> {
  const visitor = await arrive();
  await visitor.signIn(ECONOMIST);
  return { visitor, field: await open(visitor, month) };
}

async function open({ page }: Visitor, month: string): Promise<Locator> {
  await page.getByRole('button', { name: `Correct ${month} ${LAST_YEAR}` }).press('Enter');
  return page.getByLabel(`New value for ${month} ${LAST_YEAR}`);
}

async function stored(month: string): Promise<number> {
  return (await months.numbers(`${LAST_YEAR}-${month}`))[KPI] ?? Number.NaN;
}

test('a second Enter in haste does not say that an unusual correction is right', async () => {
  const { visitor, field } = await correcting('March');
  const before = await stored('03');
  await field.fill(String(before * 10));
  await visitor.page.keyboard.press('Enter');
  await visitor.page.keyboard.press('Enter');
  await visitor.page.waitForTimeout(SETTLED_MS);
  expect(await stored('03')).toBe(before);
  await visitor.leave();
});

test('Enter that is held down does not say that an unusual correction is right', async () => {
  const { visitor, field } = await correcting('April');
  const { keyboard } = visitor.page;
  const before = await stored('04');
  await field.fill(String(before * 10));
  for (let repeated = 0; repeated < 5; repeated += 1) await keyboard.down('Enter');
  await keyboard.up('Enter');
  await visitor.page.waitForTimeout(SETTLED_MS);
  expect(await stored('04')).toBe(before);
  await visitor.leave();
});

test('Ctrl+Enter that is held down in the comment does not say that an unusual correction is right', async () => {
  const { visitor, field } = await correcting('February');
  const { page } = visitor;
  const before = await stored('02');
  await field.fill(String(before * 10));
  await page.getByLabel('Comment').fill('A good month.');
  await page.keyboard.down('Control');
  await page.keyboard.down('Enter');
  await page.getByRole('button', { name: 'It is right' }).waitFor();
  await page.waitForTimeout(READ_MS);
  for (let repeated = 0; repeated < 5; repeated += 1) await page.keyboard.down('Enter');
  await page.keyboard.up('Enter');
  await page.keyboard.up('Control');
  await page.waitForTimeout(SETTLED_MS);
  expect(await stored('02')).toBe(before);
  await visitor.leave();
});

test('what is written while a correction is on its way is not lost', async () => {
  const { visitor, field } = await correcting('June');
  const { page } = visitor;
  const released = gate();
  await page.route('**/CorrectKpiValue', async (route) => {
    await released.passed;
    await route.continue();
  });
  const before = await stored('06');
  await field.fill(String(before + 1));
  await page.keyboard.press('Enter');
  const comment = page.getByLabel('Comment');
  // A form that refuses input in the meantime loses nothing either.
  if ((await comment.count()) > 0 && (await comment.isEditable())) {
    await comment.fill('two weeks were counted twice');
    released.open();
    await expect.poll(() => stored('06')).toBe(before + 1);
    await page.waitForTimeout(SETTLED_MS);
    const value = await months.caller.valueFor(KPI, { year: LAST_YEAR, month: 6 });
    const kept = (await comment.count()) > 0 ? await comment.inputValue() : '';
    expect([value?.comment, kept]).toContain('two weeks were counted twice');
  }
  released.open();
  await visitor.leave();
});

test('what stands in the field is what “Save mine” saves', async () => {
  const { visitor, field } = await correcting('July');
  const { page } = visitor;
  const before = await stored('07');
  await months.correct(`${LAST_YEAR}-07`, KPI, before + 2);
  await field.fill(String(before + 4));
  await page.keyboard.press('Enter');
  const mine = page.getByRole('button', { name: 'Save mine' });
  await mine.waitFor();
  await field.fill(String(before + 6));
  if ((await mine.count()) > 0) await mine.click();
  await page.waitForTimeout(SETTLED_MS);
  // The other person's number stays until the new number is sent.
  expect([before + 2, before + 6]).toContain(await stored('07'));
  await visitor.leave();
});

test('a correction that changes nothing is not said to be saved', async () => {
  const { visitor } = await correcting('May');
  await visitor.page.keyboard.press('Enter');
  await visitor.page.waitForTimeout(SETTLED_MS);
  expect(await visitor.page.getByText(`May ${LAST_YEAR} is saved.`).count()).toBe(0);
  await visitor.leave();
});

test('a correction on its way is not given up or taken back', async () => {
  const { visitor, field } = await correcting('August');
  const { page } = visitor;
  const released = gate();
  await page.route('**/CorrectKpiValue', async (route) => {
    await released.passed;
    await route.continue();
  });
  const before = await stored('08');
  await field.fill(String(before + 1));
  await page.keyboard.press('Enter');
  await expect.poll(() => page.getByRole('button', { name: 'Cancel' }).isDisabled()).toBe(true);
  expect(await page.getByRole('button', { name: 'Take back …' }).isDisabled()).toBe(true);
  await field.press('Escape');
  expect(await field.isVisible()).toBe(true);
  released.open();
  await page.getByText(`August ${LAST_YEAR} is saved.`).waitFor();
  expect(await stored('08')).toBe(before + 1);
  await visitor.leave();
});

test('Enter that is held down after a correction opens it no second time', async () => {
  const { visitor, field } = await correcting('September');
  const { page } = visitor;
  const before = await stored('09');
  await field.fill(String(before + 1));
  await page.keyboard.down('Enter');
  await page.getByText(`September ${LAST_YEAR} is saved.`).waitFor();
  for (let repeated = 0; repeated < 5; repeated += 1) await page.keyboard.down('Enter');
  await page.keyboard.up('Enter');
  expect(await field.count()).toBe(0);
  expect(await visitor.focused()).toContain('Correct');
  await page.keyboard.press('Enter');
  await field.waitFor();
  await visitor.leave();
});

test('a double click on Save saves once, and presses nothing that comes in its place', async () => {
  const { visitor, field } = await correcting('October');
  const { page } = visitor;
  const before = await stored('10');
  const version = await months.version(`${LAST_YEAR}-10`, KPI);
  await months.correct(`${LAST_YEAR}-10`, KPI, before + 1);
  await field.fill(String(before + 2));
  await page.getByRole('button', { name: 'Save' }).dblclick();
  await page.getByRole('button', { name: 'Save mine' }).waitFor();
  await page.waitForTimeout(SETTLED_MS);
  expect(await stored('10')).toBe(before + 1);
  expect(await field.inputValue()).toBe(String(before + 2));
  await page.getByRole('button', { name: 'Save mine' }).dblclick();
  await page.getByText(`October ${LAST_YEAR} is saved.`).waitFor();
  await page.waitForTimeout(SETTLED_MS);
  expect(await months.version(`${LAST_YEAR}-10`, KPI)).toBe(version + 2);
  await visitor.leave();
});

test('a number is not read in another way of writing than it was typed in', async () => {
  const { visitor, field } = await correcting('November');
  const { page } = visitor;
  const before = await stored('11');
  await typeOver(field, '1.234');
  await page.getByRole('button', { name: 'Emil Rossi' }).click();
  await page.getByLabel('Numbers').selectOption('german');
  await page.keyboard.press('Escape');
  await field.press('Enter');
  await page.getByText('This can be read in two ways.').waitFor();
  await page.getByRole('button', { name: '1,234', exact: true }).waitFor();

  // An untouched number is never in question.
  await field.fill(String(before));
  await page.getByLabel('Comment').fill('As before.');
  await page.getByRole('button', { name: 'Emil Rossi' }).click();
  await page.getByLabel('Numbers').selectOption('swiss');
  await page.keyboard.press('Escape');
  await field.press('Enter');
  await page.getByText(`November ${LAST_YEAR} is saved.`).waitFor();
  expect(await stored('11')).toBe(before);
  await visitor.leave();
});

test('a number that is pasted into a correction is asked about where it can be read in two ways', async () => {
  const { visitor, field } = await correcting('August');
  const { page } = visitor;
  const before = await stored('08');
  await copy(visitor, kreis.url, '1.23');
  await field.selectText();
  await page.keyboard.press('Control+v');
  await page.keyboard.type('4');
  await page.keyboard.press('Enter');
  await page.getByText('This can be read in two ways.').waitFor();
  await page.getByRole('button', { name: '1.234', exact: true }).waitFor();
  expect(await stored('08')).toBe(before);
  await visitor.leave();
});

test('a correction that is opened right after saving begins with what was saved', async () => {
  const { visitor, field } = await correcting('October');
  const { page } = visitor;
  const before = await stored('10');
  const list = gate();
  await page.route('**/ListKpiValues', async (route) => {
    await list.passed;
    await route.continue();
  });
  await field.fill(String(before + 1));
  await page.keyboard.press('Enter');
  await page.getByText(`October ${LAST_YEAR} is saved.`).waitFor();
  const again = await open(visitor, 'October');
  expect(await again.inputValue()).toBe(String(before + 1));
  await again.fill(String(before + 2));
  await page.keyboard.press('Enter');
  await expect.poll(() => stored('10')).toBe(before + 2);
  list.open();
  await visitor.leave();
});

test('the undo of the browser brings nothing back into a correction after saving', async () => {
  const { visitor, field } = await correcting('December');
  const { page } = visitor;
  const before = await stored('12');
  const typed = String(before + 1);
  await field.selectText();
  await page.keyboard.type(typed);
  await page.keyboard.press('Enter');
  await page.getByText(`December ${LAST_YEAR} is saved.`).waitFor();
  for (let undone = 0; undone < 3; undone += 1) await page.keyboard.press('Control+z');
  await open(visitor, 'December');
  for (let undone = 0; undone < 3; undone += 1) await page.keyboard.press('Control+z');
  expect(await field.inputValue()).toBe(typed);
  expect(await stored('12')).toBe(before + 1);
  await visitor.leave();
});
