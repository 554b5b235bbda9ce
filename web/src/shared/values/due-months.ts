/** The months in which values of the person are missing. */
import { createClient, type Transport } from '@connectrpc/connect';
import { useTransport } from '@connectrpc/connect-query';
import { type QueryClient, useQuery } from '@tanstack/react-query';
import { KpiValueService } from '#gen/kreis/kpi/v1/kpi_value_service_pb';
import { type Month, monthKey } from '#shared/periods/months';
import { everyPage, LONGEST_PAGE } from '#shared/rpc/pages';
import { compareNames } from '#shared/texts/name-order';

export interface DueMonth {
  month: Month;
  /** How many of its values are missing; at least one. */
  missing: number;
  /** The KPI of the first blank cell, in the order of the grid. */
  firstKpiId: string;
}

const KEY = ['enter', 'due'];

/** How long no value is saved before the months are read again, in milliseconds. */
const SAVED_ALL_MS = 1_000;

let soon: ReturnType<typeof setTimeout> | undefined;

/** Oldest first, as the contract lists them. `throwOnError`: whether the screen fails with the list. */
export function useDueMonths(userId: string, throwOnError?: false) {
  const transport = useTransport();
  return useQuery({
    queryKey: [...KEY, userId],
    queryFn: () => loadDueMonths(transport),
    ...(throwOnError === false && { throwOnError }),
  });
}

/** After a value was saved: reads again what the screen shows, once for values that come one after the other. */
export function readDueMonthsSoon(queries: QueryClient): void {
  clearTimeout(soon);
  soon = setTimeout(() => void queries.refetchQueries({ queryKey: KEY, type: 'active' }), SAVED_ALL_MS);
}

async function loadDueMonths(transport: Transport): Promise<DueMonth[]> {
  // All that was saved before is in this answer.
  clearTimeout(soon);
  const client = createClient(KpiValueService, transport);
  const pages = await everyPage((pageToken) => client.listDueValues({ pageSize: LONGEST_PAGE, pageToken }));
  const values = pages
    .flatMap(({ dueValues }) => dueValues)
    .flatMap(({ period, ...value }) => (period === undefined ? [] : [{ ...value, period }]));
  return [...Map.groupBy(values, ({ period }) => monthKey(period)).values()].flatMap((same) => {
    const [first] = same.toSorted(
      (a, b) => compareNames(a.circleName, b.circleName) || compareNames(a.kpiName, b.kpiName),
    );
    return first === undefined
      ? []
      : [{ month: first.period, missing: same.length, firstKpiId: first.kpiId }];
  });
}
