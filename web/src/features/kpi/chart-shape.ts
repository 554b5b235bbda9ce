/** What the chart of a KPI shows: the same numbers as the table beside it. */
import { type Kpi, Periodicity, type Target } from '#gen/kreis/kpi/v1/kpi_pb';
import { isFlow } from '#shared/numbers/units';
import type { Month } from '#shared/periods/months';
import type { PeriodRow } from './values';

export type LineName = 'baseline' | 'target' | 'pace';

/** One number for each slot; absent where there is none to show. */
type Series = (number | undefined)[];

export interface ChartShape {
  /** A sum that grows, a state that moves, or one number beside the other. */
  kind: 'area' | 'line' | 'bars';
  slots: Month[];
  values: Series;
  lines: { name: LineName; values: Series }[];
}

/** `rows` of a year, or of all years for a yearly KPI. */
export function chartShape(kpi: Kpi, rows: readonly PeriodRow[]): ChartShape {
  const flow = isFlow(kpi.unit);
  const monthly = kpi.periodicity === Periodicity.MONTHLY;
  const slots = monthly ? monthsOfYear(rows[0]?.period.year) : rows.map(({ period }) => period);
  const numbers = slots.map(({ year, month }) => {
    const row = rows.find(({ period }) => period.year === year && period.month === month);
    return flow && monthly ? row?.point?.sum : row?.value?.value;
  });
  const along = (of: (target: Target, month: number) => number): Series =>
    slots.map(({ year, month }) => {
      const target = targetOf(kpi.targets, year);
      return target === undefined ? undefined : of(target, month);
    });
  const target = { name: 'target' as const, values: along(({ targetValue }) => targetValue) };
  const baseline = { name: 'baseline' as const, values: along(({ initialValue }) => initialValue) };
  const pace = {
    name: 'pace' as const,
    values: along(
      ({ initialValue, targetValue }, month) => initialValue + ((targetValue - initialValue) * month) / 12,
    ),
  };
  if (kpi.targets.length === 0) return { kind: kindOf(flow, monthly), slots, values: numbers, lines: [] };
  if (!flow) return { kind: kindOf(flow, monthly), slots, values: numbers, lines: [baseline, target] };
  if (monthly) return { kind: 'area', slots, values: numbers, lines: [target, pace] };
  // A quarter of a flow has no target of its own: the target is the year's.
  const lines = kpi.periodicity === Periodicity.YEARLY ? [target] : [];
  return { kind: 'bars', slots, values: numbers, lines };
}

/** The target that holds for a year: the newest that has begun, or the first. */
export function targetOf(targets: readonly Target[], year: number): Target | undefined {
  return targets.findLast(({ fromYear }) => fromYear <= year) ?? targets[0];
}

/** Round numbers that take in all of `numbers`, about five of them, in ascending order. */
export function roundTicks(numbers: readonly number[]): number[] {
  const least = Math.min(...numbers);
  const greatest = Math.max(...numbers);
  const rough = (greatest - least || Math.abs(greatest) || 1) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.floor(least / step);
  const count = Math.ceil(greatest / step) - first;
  return Array.from({ length: Math.max(count, 1) + 1 }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
}

function kindOf(flow: boolean, monthly: boolean): ChartShape['kind'] {
  if (!monthly) return 'bars';
  return flow ? 'area' : 'line';
}

function monthsOfYear(year: number | undefined): Month[] {
  return year === undefined ? [] : Array.from({ length: 12 }, (_, index) => ({ year, month: index + 1 }));
}
