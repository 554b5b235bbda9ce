/** The rows of the overview, and their order. */
import type { Period, Periodicity, Target, Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import type { EarlierState, KpiOverview, SparklinePoint } from '#gen/kreis/kpi/v1/kpi_service_pb';
import { KpiState, type NoStatementReason, type PaceDistance } from '#gen/kreis/kpi/v1/state_pb';
import { compareNames } from '#shared/texts/name-order';
import type { Filter, Order } from './address';
import { type Change, changeAgainst, type Direction, goodDirection, targetOfYear } from './change';

export interface Row {
  id: string;
  name: string;
  unit: Unit;
  periodicity: Periodicity;
  /** Absent while the KPI has no value. */
  newest: { value: number; period: Period } | undefined;
  sincePrevious: Change | undefined;
  sinceLastYear: Change | undefined;
  progress: number | undefined;
  state: KpiState;
  noStatementReason: NoStatementReason;
  /** Absent without a statement. */
  distance: PaceDistance | undefined;
  /** How many earlier periods of the year are missing. */
  missing: number;
  /** The last due period, if it is missing. */
  due: Period | undefined;
  /** The target that the progress is measured by. */
  target: Target | undefined;
  good: Direction | undefined;
  sparkline: SparklinePoint[];
  /** What was known on the day that the board compares with. */
  earlier: EarlierState | undefined;
}

/** `year` selects the target if there is no value. Absent if the response lacks the KPI itself. */
export function rowOf(glance: KpiOverview, year: number): Row | undefined {
  const { kpi, newest, previousValue, lastYearValue, sparkline, state, noStatementReason } = glance;
  if (kpi === undefined) return undefined;
  const { id, name, unit, periodicity, targets } = kpi;
  const target = newest === undefined ? targetOfYear(targets, year) : newest.target;
  const value = newest?.value;
  const since = (base: number | undefined) =>
    value === undefined ? undefined : changeAgainst(base, value, unit);
  return {
    id,
    name,
    unit,
    periodicity,
    newest: newest?.period && value !== undefined ? { value, period: newest.period } : undefined,
    sincePrevious: since(previousValue),
    sinceLastYear: since(lastYearValue),
    progress: newest?.progress,
    state,
    noStatementReason,
    distance: state === KpiState.NO_STATEMENT ? undefined : newest?.paceDistance,
    missing: newest?.missingPeriods.length ?? 0,
    due: glance.missingPeriod,
    target,
    good: goodDirection(target),
    sparkline,
    earlier: glance.earlier,
  };
}

/** Whether a row matches a filter: by its state, or because its last due value is missing. */
export function isIn({ state, due }: Row, filter: Filter): boolean {
  switch (filter) {
    case 'on-track':
      return state === KpiState.ON_TRACK;
    case 'slightly-behind':
      return state === KpiState.SLIGHTLY_BEHIND;
    case 'behind':
      return state === KpiState.BEHIND;
    case 'no-statement':
      return state === KpiState.NO_STATEMENT;
    case 'missing':
      return due !== undefined;
  }
}

/** Rows without a number in the sorted column come last, in both directions. */
export function sorted(rows: readonly Row[], { column, descending }: Order): Row[] {
  const sign = descending ? -1 : 1;
  return rows.toSorted((a, b) => {
    if (column === 'name') return sign * compareNames(a.name, b.name);
    const [left, right] = [numberIn(a, column), numberIn(b, column)];
    if (left === right) return compareNames(a.name, b.name);
    if (left === undefined) return 1;
    if (right === undefined) return -1;
    return sign * (left - right);
  });
}

function numberIn(row: Row, column: Exclude<Order['column'], 'name'>): number | undefined {
  switch (column) {
    case 'value':
      return row.newest?.value;
    case 'previous':
      return row.sincePrevious?.amount;
    case 'year':
      return row.sinceLastYear?.amount;
    case 'progress':
      return row.progress;
    case 'state':
      return row.distance?.points;
    case 'target':
      return row.target?.targetValue;
  }
}
