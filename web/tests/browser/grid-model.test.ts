/**
 * Thousands of random steps in the grid, against the real server: nothing is stored that
 * was not meant, and what was meant is stored once. `GRID_SEED` repeats a run.
 */
import { expect, test } from 'vitest';
import { Activity } from '#gen/kreis/kpi/v1/change_log_service_pb';
import { Periodicity, Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import { callerOf } from './caller';
import { Chance } from './chance';
import { GridCalls } from './grid-calls';
import { GridModel, type Meant, type ModelKpi, mayHaveStored } from './grid-model';
import { GridPerson } from './grid-steps';
import { GATEKEEPER, PASSWORD } from './kreis';
import { setUp } from './set-up';
import type { Visitor } from './visitor';

// A landing takes a few of them, always the same; `make drill` takes 2,000 with a new seed.
const STEPS = Number(process.env.GRID_STEPS ?? 200);
const SEED = Number(process.env.GRID_SEED ?? 3);
/** Without waiting for answers in between. */
const LONGEST_BURST = 12;
const PATIENCE_MS = 15_000;
/** Longer than the page waits for its next attempt. */
const AGAIN_MS = 2_100;

const MONTH = { year: 2012, month: 9 };
const EMAIL = 'mona@example.org';
/** From top to bottom. */
const KPIS: (ModelKpi & { unit: Unit })[] = [
  { name: 'figure a', unit: Unit.AMOUNT },
  { name: 'figure b', unit: Unit.CHF },
  { name: 'figure c', unit: Unit.PERCENTAGE, maximum: 100 },
  { name: 'figure d', unit: Unit.AMOUNT },
  { name: 'figure e', unit: Unit.CHF },
  { name: 'figure f', unit: Unit.PERCENTAGE, maximum: 100 },
];

const { kreis, visit } = setUp();

test(
  `what is stored is what was meant, over ${STEPS} random steps with seed ${SEED}`,
  async () => {
    const { server, invitation } = await prepare();
    const model = new GridModel(KPIS);
    const calls = new GridCalls();
    const chance = new Chance(SEED);
    const visitor = await visit(`/invitation#${invitation}`);
    await visitor.page.getByLabel('New password').fill(PASSWORD);
    await visitor.page.keyboard.press('Enter');
    await visitor.page.getByRole('link', { name: 'Enter values' }).first().waitFor();
    await calls.watch(visitor.page);
    await visitor.page.clock.install();
    await visitor.page.goto('/enter?month=2012-09');

    const elsewhere = await server.others();
    const settle = () => settled(visitor, model, calls, server);
    const person = new GridPerson({ visitor, kreis, model, calls, chance, elsewhere, settle });
    await person.openGrid();
    const done: string[] = [];
    try {
      while (done.length < STEPS) {
        for (let left = 1 + chance.below(LONGEST_BURST); left > 0; left -= 1) done.push(await person.step());
        await settle();
      }
    } catch (error) {
      const last = done.slice(-40).map((step, index) => `${Math.max(0, done.length - 40) + index} ${step}`);
      throw new Error(`GRID_SEED=${SEED}, after ${done.length} steps:\n${last.join('\n')}`, { cause: error });
    }
    await visitor.leave();
  },
  20 * 60_000,
);

/** A person with a circle of their own, whose KPIs have no history: nothing looks like a slip. */
async function prepare() {
  const gatekeeper = await callerOf(kreis.url, GATEKEEPER);
  const { circle } = await gatekeeper.circles.createCircle({ name: 'Circle of the model' });
  const circleId = circle?.id ?? '';
  const ids: string[] = [];
  for (const { name, unit, maximum } of KPIS) {
    const limits = maximum === undefined ? undefined : { minimum: 0, maximum };
    const { kpi } = await gatekeeper.kpis.createKpi({
      circleId,
      name,
      unit,
      periodicity: Periodicity.MONTHLY,
      ...(limits && { limits }),
    });
    ids.push(kpi?.id ?? '');
  }
  const { user } = await gatekeeper.users.createUser({
    firstName: 'Mona',
    lastName: 'Weiss',
    displayName: 'Mona Weiss',
    email: EMAIL,
  });
  const userId = user?.id ?? '';
  await gatekeeper.circles.addCircleMember({ circleId, userId });
  const { invitationToken } = await gatekeeper.users.inviteUser({ userId });
  return { server: serverOf(gatekeeper, circleId, ids), invitation: invitationToken };
}

type Server = ReturnType<typeof serverOf>;

function serverOf(
  gatekeeper: Awaited<ReturnType<typeof callerOf>>,
  circleId: string,
  ids: readonly string[],
) {
  /** The newest change that was compared. */
  let compared = 0n;

  async function values(): Promise<Map<string, { id: string; number: Meant }>> {
    const { kpiValues } = await gatekeeper.values.listKpiValues({
      scope: { case: 'circleId', value: circleId },
      time: { case: 'range', value: { from: MONTH, to: MONTH } },
    });
    return new Map(kpiValues.map(({ id, kpiId, value }) => [kpiId, { id, number: value }]));
  }

  /** What was changed since the last comparison, oldest first. */
  async function changes() {
    const { changes: all } = await gatekeeper.log.listChanges({
      scope: { case: 'circleId', value: circleId },
      pageSize: 200,
    });
    return all
      .filter(({ id, detail }) => detail.case === 'value' && BigInt(id) > compared)
      .reverse()
      .map(({ id, kpiId, changedBy, activity, detail }) => ({
        id: BigInt(id),
        row: ids.indexOf(kpiId),
        who: changedBy?.displayName,
        number:
          detail.case === 'value' && activity !== Activity.RETRACTED ? detail.value.newValue : undefined,
      }));
  }

  return {
    /** What each row holds, and the numbers that Mona's changes since the last comparison have set. */
    async look() {
      const [found, log] = await Promise.all([values(), changes()]);
      return {
        numbers: ids.map((id) => found.get(id)?.number),
        changes: ids.map((_, index) => log.filter(({ row }) => row === index).map(({ number }) => number)),
        by: new Set(log.map(({ who }) => who)),
        newest: log.at(-1)?.id,
      };
    },

    compare(newest: bigint | undefined): void {
      compared = newest ?? compared;
    },

    async others() {
      const again = await callerOf(kreis.url, EMAIL);
      let turn = 0;
      return {
        change: async (index: number, number: Meant) => {
          turn += 1;
          const { values: by } = turn % 2 === 0 ? again : gatekeeper;
          const kpiId = ids[index] ?? '';
          const found = (await values()).get(kpiId);
          const requestId = crypto.randomUUID();
          if (found?.number === undefined)
            await by.recordKpiValue({ kpiId, period: MONTH, value: number ?? 0, requestId });
          else if (number === undefined) await by.retractKpiValue({ kpiValueId: found.id, requestId });
          else await by.correctKpiValue({ kpiValueId: found.id, value: number, requestId });
          const log = await changes();
          const expected = [{ row: index, who: turn % 2 === 0 ? 'Mona Weiss' : 'Greta Keller', number }];
          expect(log.map(({ row, who, number: set }) => ({ row, who, number: set }))).toEqual(expected);
          compared = log.at(-1)?.id ?? compared;
        },
      };
    },
  };
}

/** Waits until everything has its answer; what is stored is meant at any moment, and complete at the end. */
async function settled({ page }: Visitor, model: GridModel, calls: GridCalls, server: Server): Promise<void> {
  const meant = model.cells.map(({ since }) => since);
  const stored = model.cells.map((cell) => cell.stored);
  const until = performance.now() + PATIENCE_MS;
  for (let looks = 0; ; looks += 1) {
    const calm = calls.unanswered.size === 0 && (await isCalm(page, model));
    const { numbers, changes, by, newest } = await server.look();
    for (const [row, made] of changes.entries())
      expect(mayHaveStored(meant[row] ?? [], made), `row ${row}: meant ${meant[row]}, stored ${made}`).toBe(
        true,
      );
    expect([...by].filter((who) => who !== 'Mona Weiss')).toEqual([]);
    const complete = meant.every((since, row) => since.length === 0 || (changes[row]?.length ?? 0) > 0);
    const late = performance.now() > until;
    if (late) {
      expect(numbers).toEqual(stored);
      expect([...calls.unanswered]).toEqual([]);
      expect(await shownIn(page)).toBe(`${JSON.stringify(openIn(model))}`);
      expect(await textsIn(page)).toEqual(model.cells.map(({ open, seen }) => open?.text ?? seen));
      throw new Error('the grid does not come to rest');
    }
    if (calm && complete && numbers.every((number, row) => number === stored[row])) {
      server.compare(newest);
      break;
    }
    if (looks > 2 && calls.unanswered.size > 0) await page.clock.fastForward(AGAIN_MS);
  }
  for (const cell of model.cells) cell.since = [];
}

function openIn(model: GridModel): { unsaved: number; asked: number } {
  const kinds = model.cells.flatMap(({ open }) => (open === undefined ? [] : [open.kind]));
  const unsaved = kinds.filter((kind) => kind === 'typing').length;
  return { unsaved, asked: kinds.length - unsaved };
}

/** Whether the grid shows what the model knows: so many open cells, and the numbers of the others. */
async function isCalm(page: Visitor['page'], model: GridModel): Promise<boolean> {
  return (await shownIn(page)) === JSON.stringify(openIn(model)) && (await showsNumbers(page, model));
}

async function shownIn(page: Visitor['page']): Promise<string> {
  return page.evaluate(() => {
    const text = document.querySelector('main')?.textContent ?? '';
    const count = (words: string) => Number(new RegExp(`(\\d+) ${words}\\.`).exec(text)?.[1] ?? 0);
    return JSON.stringify({ unsaved: count('not saved yet'), asked: count('please check') });
  });
}

async function textsIn(page: Visitor['page']): Promise<string[]> {
  return page
    .locator('input[data-row]')
    .evaluateAll((inputs) => inputs.map((input) => (input instanceof HTMLInputElement ? input.value : '')));
}

async function showsNumbers(page: Visitor['page'], model: GridModel): Promise<boolean> {
  const shown = await textsIn(page);
  return model.cells.every(({ open, seen }, row) => {
    const text = (shown[row] ?? '').replaceAll(',', '');
    return text === (open === undefined ? String(seen ?? '') : open.text.replaceAll(',', ''));
  });
}
