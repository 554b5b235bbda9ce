/**
 * Another person signs in after a session has ended, with work of the first person in every state.
 * None of this work is sent, shown or changed in the other person's name.
 */
import { beforeAll, expect, test } from 'vitest';
import { type Caller, callerOf } from './caller';
import { ECONOMIST, GATEKEEPER } from './kreis';
import { countWrites } from './months';
import { setUp } from './set-up';
import { gate, pressOnceRead, READ_MS, type Visitor } from './visitor';

const { kreis, visit } = setUp();
let gatekeeper: Caller;

/** Longer than the wait before a retry. */
const RETRIED_MS = 2_500;

/** Months before the demo's three years, one for each test. */
const MONTHS = {
  waiting: { year: 2018, month: 1 },
  refused: { year: 2018, month: 2 },
  answered: { year: 2018, month: 4 },
  queued: { year: 2018, month: 5 },
  asking: { year: 2018, month: 6 },
  conflict: { year: 2018, month: 7 },
  hung: { year: 2018, month: 8 },
  otherTab: { year: 2018, month: 9 },
  signedOut: { year: 2018, month: 10 },
  signedOutLost: { year: 2018, month: 11 },
};

beforeAll(async () => {
  gatekeeper = await callerOf(kreis.url, GATEKEEPER);
});

/** Opens a month as the economist. Returns a function that ends the session. */
async function entering(name: keyof typeof MONTHS) {
  const period = MONTHS[name];
  const visitor = await visit(`/enter?month=${period.year}-${String(period.month).padStart(2, '0')}`);
  const authorization = await visitor.authorizationOf(() => visitor.signIn(ECONOMIST));
  const cell = visitor.page.getByRole('textbox', { name: 'consultations' });
  await cell.waitFor();
  await visitor.page.waitForTimeout(READ_MS);
  return { visitor, page: visitor.page, cell, period, end: () => kreis.endSession(authorization) };
}

/** The gatekeeper signs in instead of the economist. The gatekeeper may change every value. */
async function handOver(visitor: Visitor): Promise<void> {
  const { page } = visitor;
  const dialogue = page.getByRole('dialog', { name: 'Your session has ended' });
  await dialogue.waitFor();
  await visitor.signIn(GATEKEEPER);
  await dialogue.waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: 'Greta Keller' }).waitFor();
  await page.getByRole('textbox', { name: 'sessions on the website' }).waitFor();
}

async function changes(period: { year: number; month: number }): Promise<string[]> {
  return gatekeeper.changesOf('consultations', period);
}

test('a value that was refused for the ended session is not sent for the next person', async () => {
  const { visitor, page, cell, period, end } = await entering('refused');
  await end();
  await cell.fill('712');
  await cell.press('Enter');
  await handOver(visitor);
  expect(await cell.inputValue()).toBe('');
  await page.waitForTimeout(RETRIED_MS);
  expect(await changes(period)).toEqual([]);
  expect(await page.getByText('unfinished entries').count()).toBe(0);
  expect(await page.getByText('712').count()).toBe(0);
  await visitor.leave();
});

test('a value that waits for its next attempt is not sent for the next person', async () => {
  const { visitor, page, cell, period, end } = await entering('waiting');
  await page.route('**/RecordKpiValue', (route) => route.abort('connectionreset'));
  await cell.fill('713');
  await cell.press('Enter');
  await page.getByText('kept, will be saved').waitFor();
  await end();
  await handOver(visitor);
  await page.unroute('**/RecordKpiValue');
  await page.waitForTimeout(RETRIED_MS);
  expect(await cell.inputValue()).toBe('');
  expect(await changes(period)).toEqual([]);
  await visitor.leave();
});

test('a value on its way and one behind it are not sent for the next person', async () => {
  const { visitor, page, cell, period, end } = await entering('queued');
  const arrived = gate();
  const released = gate();
  await page.route(
    '**/RecordKpiValue',
    async (route) => {
      arrived.open();
      await released.passed;
      await route.continue();
    },
    { times: 1 },
  );
  await cell.fill('714');
  await cell.press('Enter');
  await arrived.passed;
  await cell.fill('715');
  await cell.press('Enter');
  await end();
  // Another call reveals that the session has ended.
  await page.getByRole('textbox', { name: 'donations' }).fill('104000');
  await page.keyboard.press('Enter');
  await handOver(visitor);
  released.open();
  await page.waitForTimeout(RETRIED_MS);
  expect(await changes(period)).toEqual([]);
  await visitor.leave();
});

test('an answer that comes after the next person has signed in changes nothing on the screen', async () => {
  const { visitor, page, cell, period, end } = await entering('answered');
  const stored = gate();
  const released = gate();
  await page.route(
    '**/RecordKpiValue',
    async (route) => {
      const response = await route.fetch();
      stored.open();
      await released.passed;
      await route.fulfill({ response });
    },
    { times: 1 },
  );
  await cell.fill('716');
  await cell.press('Enter');
  await stored.passed;
  await end();
  await page.getByRole('textbox', { name: 'donations' }).fill('104000');
  await page.keyboard.press('Enter');
  await handOver(visitor);
  released.open();
  await page.waitForTimeout(RETRIED_MS);
  expect(await page.getByText('✓ saved').count()).toBe(0);
  expect(await changes(period)).toEqual(['Emil Rossi 716']);
  expect(await gatekeeper.changesOf('donations', period)).toEqual([]);

  // The economist signs in again. A stored value must not be stored twice.
  await page.getByRole('button', { name: 'Greta Keller' }).press('Enter');
  await page.getByRole('button', { name: 'Sign out' }).press('Enter');
  await visitor.signIn(ECONOMIST);
  await page.getByText('You have unfinished entries for April 2018: consultations and donations.').waitFor();
  await pressOnceRead(page.getByRole('button', { name: 'Continue' }), 'Enter');
  await page.getByText('not saved yet').first().waitFor();
  await page.waitForTimeout(RETRIED_MS);
  expect(await gatekeeper.changesOf('donations', period)).toEqual([]);
  await cell.press('Enter');
  await page.getByText('✓ saved').waitFor();
  expect(await changes(period)).toEqual(['Emil Rossi 716']);
  await visitor.leave();
});

test('a question that waits for its answer is not answered by the next person', async () => {
  const { visitor, page, cell, period, end } = await entering('asking');
  await visitor.paste(cell, '1.234\r\n81.5\r\n');
  await page.getByText('“1.234” can be read in two ways.').waitFor();
  await end();
  await page.getByRole('textbox', { name: 'donations' }).fill('104000');
  await page.keyboard.press('Enter');
  await handOver(visitor);
  expect(await page.getByText('“1.234” can be read in two ways.').count()).toBe(0);
  await page.waitForTimeout(RETRIED_MS);
  expect(await changes(period)).toEqual([]);
  expect(await gatekeeper.changesOf('donations', period)).toEqual([]);
  await visitor.leave();
});

test('two versions at odds are not decided by the next person', async () => {
  const { visitor, page, cell, period, end } = await entering('conflict');
  const { id: kpiId } = await gatekeeper.kpiNamed('consultations');
  await gatekeeper.values.recordKpiValue({ kpiId, period, value: 700, requestId: crypto.randomUUID() });
  await cell.fill('720');
  await cell.press('Enter');
  await page.getByText('Greta Keller has entered 700 in the meantime. You entered 720.').waitFor();
  await end();
  await page.getByRole('textbox', { name: 'donations' }).fill('104000');
  await page.keyboard.press('Enter');
  await handOver(visitor);
  expect(await cell.inputValue()).toBe('700');
  expect(await page.getByRole('button', { name: 'Take mine' }).count()).toBe(0);
  expect(await changes(period)).toEqual(['Greta Keller 700']);
  await visitor.leave();
});

test('a call that hangs at the server while another person signs in is not theirs', async () => {
  const { visitor, page, cell, period, end } = await entering('hung');
  kreis.pause();
  try {
    await cell.fill('717');
    await cell.press('Enter');
    await page.getByText('saving …').waitFor();
  } finally {
    kreis.goOn();
  }
  await page.getByText('✓ saved').waitFor();
  await end();
  kreis.pause();
  try {
    await cell.fill('718');
    await cell.press('Enter');
    await page.getByText('saving …').waitFor();
  } finally {
    kreis.goOn();
  }
  await handOver(visitor);
  await page.waitForTimeout(RETRIED_MS);
  expect(await changes(period)).toEqual(['Emil Rossi 717']);
  await visitor.leave();
});

test('another person in another tab gets nothing of the first, and the first goes on', async () => {
  const { visitor, page, cell, period, end } = await entering('otherTab');
  await cell.fill('719');
  await end();
  const tab = await visitor.openTab('/enter?month=2018-09');
  await tab.signIn(GATEKEEPER);
  const theirs = tab.page.getByRole('textbox', { name: 'consultations' });
  await theirs.waitFor();
  await tab.page.waitForTimeout(1_500);
  expect(await theirs.inputValue()).toBe('');
  expect(await tab.page.getByText('unfinished entries').count()).toBe(0);

  const dialogue = page.getByRole('dialog', { name: 'Your session has ended' });
  await dialogue.waitFor();
  expect(await changes(period)).toEqual([]);
  await page.waitForTimeout(READ_MS);
  await visitor.signIn(ECONOMIST);
  await dialogue.waitFor({ state: 'hidden' });
  await page.waitForTimeout(READ_MS);
  await cell.press('Enter');
  await page.getByText('✓ saved').waitFor();
  expect(await changes(period)).toEqual(['Emil Rossi 719']);
  // A browser has one session: that of the other person goes on nowhere.
  await tab.page.getByRole('dialog', { name: 'Your session has ended' }).waitFor();
  await visitor.leave();
});

test.for([
  { call: 'is answered', name: 'signedOut', stored: ['Emil Rossi 720'] },
  { call: 'is lost', name: 'signedOutLost', stored: [] },
] as const)('signing out while a call is under way that $call later leaves nothing of it', async (way) => {
  const { visitor, page, cell, period } = await entering(way.name);
  const begun = gate();
  const released = gate();
  await page.route(
    '**/RecordKpiValue',
    async (route) => {
      const response = way.call === 'is answered' ? await route.fetch() : undefined;
      begun.open();
      await released.passed;
      if (response === undefined) await route.abort('connectionreset');
      else await route.fulfill({ response });
    },
    { times: 1 },
  );
  await cell.fill('720');
  await cell.press('Enter');
  await begun.passed;
  await page.getByRole('button', { name: 'Emil Rossi' }).press('Enter');
  await page.getByRole('button', { name: 'Sign out' }).press('Enter');
  await page.getByRole('button', { name: 'Discard and sign out' }).press('Enter');
  await visitor.signIn(GATEKEEPER);
  await page.getByRole('button', { name: 'Greta Keller' }).waitFor();
  // Stays on the same page: a new page would not receive the answer.
  await page.getByRole('link', { name: 'Enter values' }).first().click();
  await page.getByRole('textbox', { name: 'sessions on the website' }).waitFor();
  const writes = countWrites(page);
  released.open();
  await page.waitForTimeout(RETRIED_MS);
  expect(writes()).toBe(0);
  expect(await page.getByText('✓ saved').count()).toBe(0);
  expect(await page.getByText('unfinished entries').count()).toBe(0);
  expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain('720');
  expect(await changes(period)).toEqual(way.stored);
  await visitor.leave();
});

test('a correction and a retraction on a KPI are not made for the next person', async () => {
  const year = new Date().getFullYear() - 1;
  const period = { year, month: 3 };
  const { id } = await gatekeeper.kpiNamed('reachability');
  const before = await gatekeeper.valueFor('reachability', period);
  const visitor = await visit(`/kpis/${id}?year=${year}`);
  const { page } = visitor;
  const authorization = await visitor.authorizationOf(() => visitor.signIn(ECONOMIST));
  await page.getByRole('button', { name: `Correct March ${year}` }).press('Enter');
  await page.getByRole('button', { name: 'Take back …' }).press('Enter');
  await kreis.endSession(authorization);
  await pressOnceRead(page.getByRole('button', { name: 'Take it back' }), 'Enter');
  const dialogue = page.getByRole('dialog', { name: 'Your session has ended' });
  await dialogue.waitFor();
  await visitor.signIn(GATEKEEPER);
  await page.getByRole('button', { name: 'Greta Keller' }).waitFor();
  await page.getByRole('button', { name: `Correct March ${year}` }).waitFor();
  expect(await page.getByLabel(`New value for March ${year}`).count()).toBe(0);
  expect(await page.getByRole('button', { name: 'Take it back' }).count()).toBe(0);
  expect(await gatekeeper.valueFor('reachability', period)).toEqual(before);
  await visitor.leave();
});

test('what a gatekeeper is about to delete is not deleted for the next person', async () => {
  await gatekeeper.circles.createCircle({ name: 'Made by mistake' });
  const visitor = await visit('/admin/circles');
  const { page } = visitor;
  const authorization = await visitor.authorizationOf(() => visitor.signIn(GATEKEEPER));
  await page.getByRole('link', { name: 'Made by mistake' }).press('Enter');
  await page.getByRole('button', { name: /^Delete/ }).press('Enter');
  const asked = page.getByRole('dialog');
  await asked.waitFor();
  await kreis.endSession(authorization);
  await asked.getByRole('button', { name: /^Delete/ }).press('Enter');
  await page.getByRole('dialog', { name: 'Your session has ended' }).waitFor();
  expect(await page.getByText('Made by mistake').first().isVisible()).toBe(false);
  await visitor.signIn(ECONOMIST);
  await page.getByRole('button', { name: 'Emil Rossi' }).waitFor();
  expect(await page.getByRole('dialog').count()).toBe(0);
  const { circles } = await gatekeeper.circles.listCircles({ pageSize: 500 });
  expect(circles.map(({ name }) => name)).toContain('Made by mistake');
  await visitor.leave();
});
