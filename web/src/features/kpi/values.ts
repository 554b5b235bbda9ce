/** The values of a KPI, and the periods that they are for. */
import { createClient, type Transport } from '@connectrpc/connect';
import { createConnectQueryKey, useTransport } from '@connectrpc/connect-query';
import { type QueryKey, useQuery, useQueryClient } from '@tanstack/react-query';
import { type Kpi, type KpiValue, KpiValueState } from '#gen/kreis/kpi/v1/kpi_pb';
import type { ProgressPoint } from '#gen/kreis/kpi/v1/kpi_service_pb';
import { KpiValueService } from '#gen/kreis/kpi/v1/kpi_value_service_pb';
import { historyFor, type Known } from '#shared/numbers/slips-history';
import { addMonths, isSameMonth, type Month, monthKey, monthsOf } from '#shared/periods/months';
import { everyPage, LONGEST_PAGE } from '#shared/rpc/pages';

/** A period, and what is known of it. */
export interface PeriodRow {
  period: Month;
  /** Its value, or the mark that there is nothing to report; absent if the period is blank. */
  value: KpiValue | undefined;
  /** The number of the same period a year before. */
  yearBefore: number | undefined;
  /** The numbers of all other periods. */
  history: readonly Known[];
  point: ProgressPoint | undefined;
}

/** The cache key of a KPI's values. */
function valuesKey(kpiId: string, transport: Transport): QueryKey {
  return createConnectQueryKey({
    schema: KpiValueService.method.listKpiValues,
    input: { scope: { case: 'kpiId', value: kpiId } },
    cardinality: 'finite',
    transport,
  });
}

/** Puts a saved value into the cache, before the list is read again. */
export function useShowSaved(): (saved: KpiValue) => void {
  const transport = useTransport();
  const queries = useQueryClient();
  return (saved) => {
    queries.setQueryData<KpiValue[]>(valuesKey(saved.kpiId, transport), (values) =>
      values?.flatMap((value) => (value.id === saved.id ? present(saved) : value)),
    );
  };
}

/** The list omits retracted values. */
function present(value: KpiValue): KpiValue[] {
  return value.state === KpiValueState.RETRACTED ? [] : [value];
}

interface Values {
  /** All values of a KPI, oldest first; absent until they are loaded. */
  values: KpiValue[] | undefined;
  /** Whether no newer answer is under way. */
  isNewest: boolean;
}

export function useValues(kpiId: string): Values {
  const transport = useTransport();
  const { data, isFetching } = useQuery({
    queryKey: valuesKey(kpiId, transport),
    queryFn: async ({ signal }) => {
      const client = createClient(KpiValueService, transport);
      const scope = { case: 'kpiId', value: kpiId } as const;
      const pages = await everyPage((pageToken) =>
        client.listKpiValues({ pageSize: LONGEST_PAGE, pageToken, scope }, { signal }),
      );
      return pages.flatMap((page) => page.kpiValues);
    },
  });
  return { values: data, isNewest: !isFetching };
}

/** The years that have values, and this one; newest first. */
export function yearsOf(values: readonly KpiValue[], today: Month): number[] {
  const years = new Set(values.map(({ period }) => period?.year ?? today.year));
  return [...years.add(today.year)].sort((a, b) => b - a);
}

/** The newest period that had progress by the end of a month such as `2026-03`. */
export function newestProgress(points: readonly ProgressPoint[], month: string): Month | undefined {
  return points.findLast(({ period, progress }) => progress !== undefined && keyOf(period) <= month)?.period;
}

/** The year to show first: the year of the newest value, or else the current year. */
export function newestYear(values: readonly KpiValue[], today: Month): number {
  return values.at(-1)?.period?.year ?? today.year;
}

/**
 * The periods from the first to the last year, oldest first: periods that have begun, and other
 * periods that have a value.
 */
export function periodRows(
  { periodicity }: Kpi,
  values: readonly KpiValue[],
  points: readonly ProgressPoint[],
  [firstYear, lastYear]: readonly [number, number],
  today: Month,
): PeriodRow[] {
  const span = monthsOf(periodicity);
  const found = new Map(values.map((value) => [keyOf(value.period), value]));
  const pointOf = new Map(points.map((point) => [keyOf(point.period), point]));
  const rows: PeriodRow[] = [];
  for (let period = { year: firstYear, month: span }; period.year <= lastYear; ) {
    const value = found.get(monthKey(period));
    if (value !== undefined || hasBegun(addMonths(period, 1 - span), today)) {
      const point = pointOf.get(monthKey(period));
      const yearBefore = found.get(monthKey(addMonths(period, -12)))?.value;
      rows.push({ period, value, yearBefore, history: historyFor(period, values), point });
    }
    period = addMonths(period, span);
  }
  return rows;
}

function hasBegun(first: Month, today: Month): boolean {
  return isSameMonth(first, today) || first.year * 12 + first.month < today.year * 12 + today.month;
}

function keyOf(period: Month | undefined): string {
  return period === undefined ? '' : monthKey(period);
}
