/** The months in which values of the person are missing. */
import { createClient, type Transport } from '@connectrpc/connect';
import { useTransport } from '@connectrpc/connect-query';
import { useQuery } from '@tanstack/react-query';
import { KpiValueService } from '#gen/kreis/kpi/v1/kpi_value_service_pb';
import { type Month, monthKey } from '#shared/periods/months';
import { everyPage, LONGEST_PAGE } from '#shared/rpc/pages';

export interface DueMonth {
  month: Month;
  /** How many of its values are missing; at least one. */
  missing: number;
}

/** Oldest first, as the contract lists them. */
export function useDueMonths(userId: string) {
  const transport = useTransport();
  return useQuery({ queryKey: ['enter', 'due', userId], queryFn: () => loadDueMonths(transport) });
}

async function loadDueMonths(transport: Transport): Promise<DueMonth[]> {
  const client = createClient(KpiValueService, transport);
  const pages = await everyPage((pageToken) => client.listDueValues({ pageSize: LONGEST_PAGE, pageToken }));
  const periods = pages
    .flatMap(({ dueValues }) => dueValues)
    .map(({ period }) => period)
    .filter((period) => period !== undefined);
  return [...Map.groupBy(periods, monthKey).values()].flatMap((same) =>
    same[0] === undefined ? [] : [{ month: same[0], missing: same.length }],
  );
}
