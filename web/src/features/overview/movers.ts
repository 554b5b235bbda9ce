/** What has changed since a day: which KPIs are better or worse, and how many have another state. */
import { KpiState } from '#gen/kreis/kpi/v1/state_pb';
import type { Row } from './rows';

export interface Mover {
  row: Row;
  /** Points of progress towards the pace since the day, rounded; never 0. */
  points: number;
}

export interface Movement {
  /** By the size of the change, largest first. */
  movers: Mover[];
  better: number;
  worse: number;
  /** How many KPIs with a state then and now have another state. */
  tipped: number;
  /** How many periods were corrected or retracted. */
  corrected: number;
  /** How many periods have a new value. */
  recorded: number;
}

export function movementOf(rows: readonly Row[]): Movement {
  const movers = rows
    .flatMap((row) => {
      const points = pointsSince(row);
      return points === 0 ? [] : [{ row, points }];
    })
    .sort((a, b) => Math.abs(b.points) - Math.abs(a.points));
  const sum = (count: (row: Row) => number | undefined) =>
    rows.reduce((total, row) => total + (count(row) ?? 0), 0);
  return {
    movers,
    better: movers.filter(({ points }) => points > 0).length,
    worse: movers.filter(({ points }) => points < 0).length,
    tipped: rows.filter(isTipped).length,
    corrected: sum(({ earlier }) => earlier?.correctedCount),
    recorded: sum(({ earlier }) => earlier?.recordedCount),
  };
}

/** Whether a KPI has another state than on the day. A change from or to “no statement” does not count. */
export function isTipped({ earlier, state }: Row): boolean {
  return (
    earlier !== undefined &&
    earlier.state !== state &&
    earlier.state !== KpiState.NO_STATEMENT &&
    state !== KpiState.NO_STATEMENT
  );
}

function pointsSince({ earlier, distance }: Row): number {
  const [then, now] = [earlier?.distancePoints, distance?.points];
  // Adding zero turns −0 into 0.
  return then === undefined || now === undefined ? 0 : Math.round(now - then) + 0;
}
