/**
 * Thousands of random steps in the grid, against the real server. The server stores only values that
 * were meant, and each of them once. `GRID_SEED` repeats a run.
 */
import { expect, test } from 'vitest';
import { Activity, type Change } from '#gen/kreis/kpi/v1/change_log_service_pb';
import { Periodicity, Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import { addMonths, isSameMonth } from '#shared/periods/months';
import { callerOf } from './caller';
import { Chance } from './chance';
import { FastInput } from './fast-input';
import { GridCalls } from './grid-calls';
import { hasUnsavedNote, type ModelCell, type ModelKpi } from './grid-cell';
import { BLANK, type Content, isSame, mayHaveStored } from './grid-content';
import { AGAIN_MS } from './grid-hands';
import { GridModel } from './grid-model';
import { readScreen, type Screen } from './grid-screen';
import { GridPerson } from './grid-steps';
import { GATEKEEPER, PASSWORD } from './kreis';
import { setUp } from './set-up';
import type { Visitor } from './visitor';

// `make test` always uses these values; `make drill` passes another seed.
const STEPS = Number(process.env.GRID_STEPS ?? 2_000);
const SEED = Number(process.env.GRID_SEED ?? 3);
/** The largest number of steps without waiting for answers. */
const LONGEST_BURST = 12;
const PATIENCE_MS = 15_000;

const MONTH = { year: 2012, month: 9 };
const EMAIL = 'mona@example.org';
/** From top to bottom. */
const KPIS: (ModelKpi & { unit: Unit })[] = [
  { name: 'figure a', unit: Unit.AMOUNT },
  { name: 'figure b', unit: Unit.CHF },
  { name: 'figure c', unit: Unit.PERCENTAGE, maximum: 100 },
  { name: 'figure d', unit: Unit.AMOUNT, usual: { least: 2_500, greatest: 500_000 } },
  { name: 'figure e', unit: Unit.CHF },
  { name: 'figure f', unit: Unit.PERCENTAGE, maximum: 100 },
];

/** Typed numbers lie among these. */
const HISTORY = [
  9_000, 40_000, 11_000, 30_000, 15_000, 20_000, 10_000, 35_000, 12_000, 25_000, 14_000, 18_000,
];

const { kreis, visit } = setUp();

test(
  `what is stored is what was meant, over ${STEPS} random steps with seed ${SEED}`,
  async () => {
    const { server, invitation } = await prepare();
    const model = new GridModel(KPIS);
    const chance = new Chance(SEED);
    const visitor = await visit(`/invitation#${invitation}`);
    await visitor.page.getByLabel('New password').fill(PASSWORD);
    await visitor.page.keyboard.press('Enter');
    await visitor.page.getByRole('link', { name: 'Enter values' }).first().waitFor();
    const calls = await GridCalls.watch(visitor.page);
    // A small window, because the browser renders without a graphics card.
    await visitor.page.setViewportSize({ width: 900, height: 500 });
    await visitor.page.clock.install();
    await visitor.page.goto('/enter?month=2012-09');

    const elsewhere = await server.others();
    const settle = () => settled(visitor, model, calls, server);
    const input = await FastInput.of(visitor.page);
    const person = new GridPerson({ visitor, input, kreis, model, calls, chance, elsewhere, settle });
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

/** Creates a person with their own circle. KPIs without a history do not ask about slips. */
async function prepare() {
  const gatekeeper = await callerOf(kreis.url, GATEKEEPER);
  const { circle } = await gatekeeper.circles.createCircle({ name: 'Circle of the model' });
  const circleId = circle?.id ?? '';
  const ids: string[] = [];
  for (const { name, unit, maximum, usual } of KPIS) {
    const limits = maximum === undefined ? undefined : { minimum: 0, maximum };
    const { kpi } = await gatekeeper.kpis.createKpi({
      circleId,
      name,
      unit,
      periodicity: Periodicity.MONTHLY,
      ...(limits && { limits }),
    });
    const kpiId = kpi?.id ?? '';
    ids.push(kpiId);
    for (const [before, value] of usual === undefined ? [] : HISTORY.entries())
      await gatekeeper.values.recordKpiValue({ kpiId, period: addMonths(MONTH, -1 - before), value });
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

function isOfMonth(detail: Change['detail']): boolean {
  return (
    detail.case === 'value' && detail.value.period !== undefined && isSameMonth(detail.value.period, MONTH)
  );
}

type Server = ReturnType<typeof serverOf>;

function serverOf(
  gatekeeper: Awaited<ReturnType<typeof callerOf>>,
  circleId: string,
  ids: readonly string[],
) {
  /** The newest compared change. */
  let compared = 0n;

  async function values(): Promise<Map<string, Content & { id: string }>> {
    const { kpiValues } = await gatekeeper.values.listKpiValues({
      scope: { case: 'circleId', value: circleId },
      time: { case: 'range', value: { from: MONTH, to: MONTH } },
    });
    return new Map(
      kpiValues.map(({ id, kpiId, value: number, comment: note }) => [kpiId, { id, number, note }]),
    );
  }

  /** Returns the changes since the last comparison, oldest first. */
  async function changes() {
    const all: Change[] = [];
    let pageToken = '';
    do {
      const page = await gatekeeper.log.listChanges({
        scope: { case: 'circleId', value: circleId },
        pageSize: 20,
        pageToken,
      });
      all.push(...page.changes.filter(({ id, detail }) => isOfMonth(detail) && BigInt(id) > compared));
      // If the oldest change of the page is new, the next page may have more.
      pageToken = BigInt(page.changes.at(-1)?.id ?? 0) > compared ? page.nextPageToken : '';
    } while (pageToken !== '');
    return all.reverse().map(({ id, kpiId, changedBy, activity, detail }) => ({
      id: BigInt(id),
      row: ids.indexOf(kpiId),
      who: changedBy?.displayName,
      content:
        detail.case === 'value' && activity !== Activity.RETRACTED
          ? { number: detail.value.newValue, note: detail.value.comment }
          : BLANK,
    }));
  }

  return {
    /** Returns the content of each row, and Mona's changes since the last comparison. */
    async look() {
      const [found, log] = await Promise.all([values(), changes()]);
      return {
        contents: ids.map((id): Content => found.get(id) ?? BLANK),
        changes: ids.map((_, index) => log.filter(({ row }) => row === index).map(({ content }) => content)),
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
        change: async (index: number, content: Content) => {
          turn += 1;
          const { values: by } = turn % 2 === 0 ? again : gatekeeper;
          const kpiId = ids[index] ?? '';
          const found = (await values()).get(kpiId);
          const requestId = crypto.randomUUID();
          const { number: value } = content;
          if (value === undefined) await by.retractKpiValue({ kpiValueId: found?.id ?? '', requestId });
          else if (found?.number === undefined)
            await by.recordKpiValue({ kpiId, period: MONTH, value, requestId });
          else await by.correctKpiValue({ kpiValueId: found.id, value, requestId });
          const log = await changes();
          const expected = [{ row: index, who: turn % 2 === 0 ? 'Mona Weiss' : 'Greta Keller', content }];
          expect(log.map(({ row, who, content: set }) => ({ row, who, content: set }))).toEqual(expected);
          compared = log.at(-1)?.id ?? compared;
        },
      };
    },
  };
}

/** Waits until all calls have their answers. The stored and the shown content must then match the model. */
async function settled({ page }: Visitor, model: GridModel, calls: GridCalls, server: Server): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  while (!(await isSettled())) {
    if (performance.now() < until) continue;
    const { unsaved, questions, texts, unanswered } = await readScreen(page);
    const contents = (await server.look()).contents.map(({ number, note }) => ({ number, note }));
    expect({ contents, texts, unsaved, questions, unanswered }).toEqual({
      contents: model.cells.map(({ stored }) => stored),
      texts: model.cells.map(({ open, seen }) => open?.text ?? String(seen.number ?? '')),
      ...openIn(model),
      unanswered: 0,
    });
    throw new Error('the grid does not come to rest');
  }
  for (const cell of model.cells) Object.assign(cell, { since: [], again: undefined, agreed: false });

  async function isSettled(): Promise<boolean> {
    const screen = await readScreen(page);
    if (screen.heldBack > 0) await calls.release();
    // The page sends lost calls again.
    else if (screen.unanswered > 0 && screen.inProgress === 0) await page.clock.fastForward(AGAIN_MS);
    return screen.unanswered === 0 && shows(screen, model) && isStored(model, server);
  }
}

/** Whether the server has stored everything. Everything that it has stored must have been meant. */
async function isStored({ cells }: GridModel, server: Server): Promise<boolean> {
  const { contents, changes, by, newest } = await server.look();
  const made = cells.map(({ again }, row) => [...(again ? [again] : []), ...(changes[row] ?? [])]);
  for (const [row, { since: meant }] of cells.entries()) {
    expect(
      mayHaveStored(meant, made[row] ?? []),
      `row ${row}: meant ${JSON.stringify(meant)}, stored ${JSON.stringify(made[row])}`,
    ).toBe(true);
  }
  expect([...by].filter((who) => who !== 'Mona Weiss')).toEqual([]);
  const isComplete = cells.every(({ since }, row) => since.length === 0 || (made[row]?.length ?? 0) > 0);
  if (!isComplete || !cells.every(({ stored }, row) => isSame(contents[row] ?? BLANK, stored))) return false;
  server.compare(newest);
  return true;
}

function openIn(model: GridModel): { unsaved: number; questions: number } {
  const isAsked = ({ open }: ModelCell) => open !== undefined && open.kind !== 'typing';
  const isUnsaved = (cell: ModelCell) => cell.open?.kind === 'typing' || hasUnsavedNote(cell);
  const questions = model.cells.filter(isAsked).length;
  return { unsaved: model.cells.filter((cell) => isUnsaved(cell) && !isAsked(cell)).length, questions };
}

/** Whether the grid matches the model: the number of open cells, and the numbers in the other cells. */
function shows({ unsaved, questions, texts }: Screen, model: GridModel): boolean {
  const open = openIn(model);
  if (unsaved !== open.unsaved || questions !== open.questions) return false;
  return model.cells.every(({ open: it, seen }, row) => {
    const text = (texts[row] ?? '').replaceAll(',', '');
    return text === (it?.text ?? String(seen.number ?? '')).replaceAll(',', '');
  });
}
