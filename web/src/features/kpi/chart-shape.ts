/** What the chart of a KPI shows: the same numbers as the table below it. */
import { type Kpi, Periodicity, type Target } from '#gen/kreis/kpi/v1/kpi_pb';
import type { Series } from '#shared/numbers/runs';
import { isFlow } from '#shared/numbers/units';
import { type Month, monthsOf } from '#shared/periods/months';
import type { PeriodRow } from './values';

/** The numbers of the KPI. A level is a line, a growing sum an area or a line. Single periods are bars. */
export interface Figure {
  name: 'value' | 'sum';
  form: 'line' | 'area' | 'bars';
  /** One for each slot. */
  numbers: Series;
}

/** A series to compare the figures with. */
export interface Measure {
  name: 'baseline' | 'target' | 'pace';
  /** One for each slot. */
  numbers: Series;
}

export interface ChartShape {
  slots: readonly Month[];
  /** In drawing order: later figures are drawn on top. */
  figures: readonly Figure[];
  measures: readonly Measure[];
}

/** `rows` of a year, or of all years for a yearly KPI. */
export function chartShape(kpi: Kpi, rows: readonly PeriodRow[]): ChartShape {
  const slots = slotsOf(kpi.periodicity, rows);
  const rowsOfSlots = slots.map(({ year, month }) =>
    rows.find(({ period }) => period.year === year && period.month === month),
  );
  const values = rowsOfSlots.map((row) => row?.value?.value);
  const sums = rowsOfSlots.map((row) => row?.point?.sum);
  return { slots, figures: figuresOf(kpi, values, sums), measures: measuresOf(kpi, slots) };
}

/** Whether there is no number to show. */
export function isEmpty({ figures }: ChartShape): boolean {
  return figures.every(({ numbers }) => numbers.every((number) => number === undefined));
}

function figuresOf({ unit, periodicity }: Kpi, values: Series, sums: Series): Figure[] {
  const bars: Figure = { name: 'value', form: 'bars', numbers: values };
  switch (periodicity) {
    case Periodicity.YEARLY:
      return [bars];
    case Periodicity.QUARTERLY:
      return isFlow(unit) ? [bars, { name: 'sum', form: 'line', numbers: sums }] : [bars];
    default:
      return isFlow(unit)
        ? [{ name: 'sum', form: 'area', numbers: sums }]
        : [{ name: 'value', form: 'line', numbers: values }];
  }
}

function measuresOf(kpi: Kpi, slots: readonly Month[]): Measure[] {
  const { unit, targets } = kpi;
  if (targets.length === 0) return [];
  const measure = (name: Measure['name'], of: (target: Target, month: number) => number): Measure => ({
    name,
    numbers: slots.map(({ year, month }) => {
      const target = targetOf(targets, year);
      return target && of(target, month);
    }),
  });
  const target = measure('target', ({ targetValue }) => targetValue);
  if (!isFlow(unit)) return [measure('baseline', ({ initialValue }) => initialValue), target];
  return hasPace(kpi) ? [target, measure('pace', paceTo)] : [target];
}

/** A yearly KPI has no pace: its pace would be the target itself. */
export function hasPace({ unit, periodicity, targets }: Kpi): boolean {
  return isFlow(unit) && periodicity !== Periodicity.YEARLY && targets.length > 0;
}

/** The sum at the end of the month, if the sum grew steadily from zero to the target. */
export function paceTo({ targetValue }: Target, month: number): number {
  return (targetValue * month) / 12;
}

/** The target that holds for a year: the newest that has begun, or the first. */
export function targetOf(targets: readonly Target[], year: number): Target | undefined {
  return targets.findLast(({ fromYear }) => fromYear <= year) ?? targets[0];
}

/** All periods of the year, begun or not. For a yearly KPI: the years of the rows. */
function slotsOf(periodicity: Periodicity, rows: readonly PeriodRow[]): Month[] {
  const year = rows[0]?.period.year;
  if (year === undefined || periodicity === Periodicity.YEARLY) return rows.map(({ period }) => period);
  const span = monthsOf(periodicity);
  return Array.from({ length: 12 / span }, (_, index) => ({ year, month: (index + 1) * span }));
}
