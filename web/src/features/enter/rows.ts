/** The rows to enter for a month, with the known values around them. */
import { type Client, createClient, type Transport } from '@connectrpc/connect';
import type { Kpi, KpiValue } from '#gen/kreis/kpi/v1/kpi_pb';
import { KpiService } from '#gen/kreis/kpi/v1/kpi_service_pb';
import { KpiValueService } from '#gen/kreis/kpi/v1/kpi_value_service_pb';
import type { Surroundings } from '#shared/numbers/slips';
import { historyFor, type Known } from '#shared/numbers/slips-history';
import { addMonths, endsPeriod, isSameMonth, type Month } from '#shared/periods/months';
import { everyPage, LONGEST_PAGE } from '#shared/rpc/pages';
import { compareNames } from '#shared/texts/name-order';

/** A KPI that has a period ending with the month. */
export interface Row {
  kpi: Kpi;
  /** The last month of the period. */
  period: Month;
  /** The value of the period itself; absent if there is none. */
  value: KpiValue | undefined;
  /** The newest number of the twelve months before. */
  last: number | undefined;
  lastPeriod: Month | undefined;
  /** The value of the same month a year before. */
  yearBefore: KpiValue | undefined;
  /** The numbers of the months before, for the slip check. */
  history: readonly Known[];
}

/** The ids of some circles, or all circles. */
export type Circles = readonly string[] | 'all';

const YEAR = 12;
/** At the end of a quarter, twelve months hold too few quarterly or yearly values for the slip check. */
const MONTHS_OF_QUARTERS = 36;

/** The rows of a month, with the names of the circles. */
export interface Entries {
  rows: Row[];
  /** Names of the circles that have a KPI, for this month or not. */
  circleNames: string[];
}

/**
 * Reads two lists, whatever the number of KPIs. If there is only one circle, it reads only the
 * circle's lists.
 */
export async function loadEntries(transport: Transport, circles: Circles, month: Month): Promise<Entries> {
  if (circles.length === 0) return { rows: [], circleNames: [] };
  const [kpis, values] = await Promise.all([
    listKpis(createClient(KpiService, transport), circles),
    listValues(createClient(KpiValueService, transport), circles, month),
  ]);
  const byKpi = Map.groupBy(values, ({ kpiId }) => kpiId);
  const own = kpis.filter(({ circleId }) => circles === 'all' || circles.includes(circleId));
  const rows = own
    .filter(({ periodicity }) => endsPeriod(periodicity, month))
    .sort((a, b) => compareNames(a.circleName, b.circleName) || compareNames(a.name, b.name))
    .map((kpi) => rowOf(kpi, byKpi.get(kpi.id) ?? [], month));
  return { rows, circleNames: [...new Set(own.map(({ circleName }) => circleName))] };
}

/** `values` of the KPI, oldest first. */
export function rowOf(kpi: Kpi, values: readonly KpiValue[], month: Month): Row {
  const of = (wanted: Month) =>
    values.find(({ period }) => period !== undefined && isSameMonth(period, wanted));
  const yearAgo = addMonths(month, -YEAR);
  const last = values.findLast(
    ({ period, value }) =>
      value !== undefined && period !== undefined && isBefore(period, month) && !isBefore(period, yearAgo),
  );
  return {
    kpi,
    period: month,
    value: of(month),
    last: last?.value,
    lastPeriod: last?.period,
    yearBefore: of(yearAgo),
    history: historyFor(month, values),
  };
}

/** What the slip check needs to know about a row. */
export function surroundingsOf(row: Row, rows: readonly Row[]): Surroundings {
  const index = rows.indexOf(row);
  return {
    unit: row.kpi.unit,
    history: row.history,
    neighbours: [rows[index - 1], rows[index + 1]]
      .filter((neighbour) => neighbour !== undefined)
      .map(({ kpi, last }) => ({ name: kpi.name, last })),
  };
}

async function listKpis(client: Client<typeof KpiService>, circles: Circles): Promise<Kpi[]> {
  const only = theOnly(circles);
  const pages = await everyPage((pageToken) =>
    client.listKpis({ pageSize: LONGEST_PAGE, pageToken, active: true, ...(only && { circleId: only }) }),
  );
  return pages.flatMap((page) => page.kpis);
}

async function listValues(
  client: Client<typeof KpiValueService>,
  circles: Circles,
  month: Month,
): Promise<KpiValue[]> {
  const only = theOnly(circles);
  const back = month.month % 3 === 0 ? MONTHS_OF_QUARTERS : YEAR;
  const range = { from: addMonths(month, -back), to: month };
  const pages = await everyPage((pageToken) =>
    client.listKpiValues({
      pageSize: LONGEST_PAGE,
      pageToken,
      time: { case: 'range', value: range },
      ...(only && { scope: { case: 'circleId', value: only } }),
    }),
  );
  return pages.flatMap((page) => page.kpiValues);
}

function theOnly(circles: Circles): string | undefined {
  return circles.length === 1 ? circles[0] : undefined;
}

function isBefore(a: Month, b: Month): boolean {
  return a.year < b.year || (a.year === b.year && a.month < b.month);
}
