/** A session ends in the middle of forty pasted values. */
import { beforeAll, expect, test } from 'vitest';
import { Periodicity, Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import { type Caller, callerOf } from './caller';
import { ECONOMIST, GATEKEEPER } from './kreis';
import { cellOf } from './month-entry';
import { setUp } from './set-up';
import { pressOnceRead, READ_MS, type Visitor } from './visitor';

const { kreis, visit } = setUp();
let gatekeeper: Caller;
let circleId = '';

const COUNT = 40;
/** The session ends while this value is on its way. */
const LAST = 16;
/** Longer than the wait before a retry. */
const RETRIED_MS = 2_500;

const NAMES = Array.from({ length: COUNT }, (_, index) => `figure ${String(index + 1).padStart(2, '0')}`);
/** The same number twice in a row would be asked about. */
const figuresOf = (month: number) => NAMES.map((_, index) => 1_000 + month + 7 * index);

beforeAll(async () => {
  gatekeeper = await callerOf(kreis.url, GATEKEEPER);
  const economist = await callerOf(kreis.url, ECONOMIST);
  const [{ circle }, { user }] = [
    await gatekeeper.circles.createCircle({ name: 'Forty figures' }),
    await economist.users.getMe({}),
  ];
  circleId = circle?.id ?? '';
  await gatekeeper.circles.addCircleMember({ circleId, userId: user?.id ?? '' });
  const { MONTHLY: periodicity } = Periodicity;
  for (const name of NAMES) {
    await gatekeeper.kpis.createKpi({ circleId, name, periodicity, unit: Unit.AMOUNT });
  }
});

/** The numbers of a month in the database, by KPI, and who changed each of them. */
async function stored(month: number) {
  const period = { year: 2015, month };
  const time = { case: 'range', value: { from: period, to: period } } as const;
  const scope = { case: 'circleId', value: circleId } as const;
  const { kpiValues } = await gatekeeper.values.listKpiValues({ scope, time, pageSize: 500 });
  const changes = await Promise.all(
    kpiValues.map(({ id }) => gatekeeper.log.listRecentChanges({ kpiValueId: id })),
  );
  return {
    numbers: kpiValues.map(({ value }) => value ?? Number.NaN).sort((a, b) => a - b),
    changedBy: changes.map((of) => of.changes.map(({ changedBy }) => changedBy?.displayName)),
  };
}

/** Pastes forty values as the economist. Another device signs the session out meanwhile. */
async function pasteUntilTheSessionEnds(month: number): Promise<Visitor> {
  const visitor = await visit(`/enter?month=2015-0${month}&circle=${circleId}`, { locale: 'en-CH' });
  const { page } = visitor;
  const authorization = await visitor.authorizationOf(() => visitor.signIn(ECONOMIST));
  await cellOf(visitor, NAMES[0]).waitFor();
  await page.waitForTimeout(READ_MS);
  const saved = page.waitForResponse(
    (response) => response.url().endsWith('/RecordKpiValue') && response.ok(),
  );
  let sent = 0;
  await page.route('**/RecordKpiValue', async (route) => {
    sent += 1;
    if (sent === LAST) {
      await saved;
      await kreis.endSession(authorization);
    }
    await route.continue();
  });
  await visitor.paste(cellOf(visitor, NAMES[0]), figuresOf(month).join('\n'));
  await page.getByRole('dialog', { name: 'Your session has ended' }).waitFor();
  return visitor;
}

async function signInAs(visitor: Visitor, email: string, name: string): Promise<void> {
  await visitor.signIn(email);
  await visitor.page.getByRole('dialog', { name: 'Your session has ended' }).waitFor({ state: 'hidden' });
  await visitor.page.getByRole('button', { name }).waitFor();
}

test('after a new sign-in the rest is saved, and each value once', async () => {
  const visitor = await pasteUntilTheSessionEnds(3);
  await signInAs(visitor, ECONOMIST, 'Emil Rossi');
  await expect.poll(async () => (await stored(3)).numbers, { timeout: 15_000 }).toEqual(figuresOf(3));
  expect((await stored(3)).changedBy).toEqual(NAMES.map(() => ['Emil Rossi']));
  for (const [index, name] of NAMES.entries()) {
    // Numbers are grouped as in Switzerland.
    const shown = await cellOf(visitor, name).inputValue();
    expect(shown.replace(/\D/g, '')).toBe(String(figuresOf(3)[index]));
  }
  await visitor.leave();
});

test('nothing of the rest is sent or shown for another person, and nothing of it is lost', async () => {
  const visitor = await pasteUntilTheSessionEnds(4);
  const { page } = visitor;
  await signInAs(visitor, GATEKEEPER, 'Greta Keller');
  await cellOf(visitor, NAMES[0]).waitFor();
  await page.waitForTimeout(RETRIED_MS);
  const { numbers, changedBy } = await stored(4);
  expect(numbers.length).toBeLessThan(COUNT);
  expect(new Set(changedBy.flat())).toEqual(new Set(['Emil Rossi']));
  // The gatekeeper sees what is saved, like everybody, and no more.
  const shown = await Promise.all(NAMES.map((name) => cellOf(visitor, name).inputValue()));
  expect(shown.filter((text) => text !== '').length).toBe(numbers.length);
  expect(await page.getByText('unfinished entries').count()).toBe(0);

  await page.getByRole('button', { name: 'Greta Keller' }).press('Enter');
  await page.getByRole('button', { name: 'Sign out' }).press('Enter');
  await visitor.signIn(ECONOMIST);
  await pressOnceRead(page.getByRole('button', { name: 'Continue' }), 'Enter');
  await page.getByText('not saved yet').first().waitFor();
  const back = await Promise.all(NAMES.map((name) => cellOf(visitor, name).inputValue()));
  expect(back.map((text) => Number(text.replace(/\D/g, '')))).toEqual(figuresOf(4));
  expect((await stored(4)).numbers).toEqual(numbers);
  await visitor.leave();
});
