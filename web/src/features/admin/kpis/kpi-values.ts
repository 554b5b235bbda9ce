/** The values that were entered for a KPI. */
import { callUnaryMethod, useTransport } from '@connectrpc/connect-query';
import { useQuery } from '@tanstack/react-query';
import type { KpiValue } from '#gen/kreis/kpi/v1/kpi_pb';
import { KpiValueService } from '#gen/kreis/kpi/v1/kpi_value_service_pb';
import { everyPage, LONGEST_PAGE } from '#shared/rpc/pages';

/** All values, oldest first; absent until the first answer. */
export function useKpiValues(kpiId: string): KpiValue[] | undefined {
  const transport = useTransport();
  const { listKpiValues } = KpiValueService.method;
  const scope = { case: 'kpiId', value: kpiId } as const;
  const { data } = useQuery({
    queryKey: ['every-page', 'values', kpiId],
    queryFn: ({ signal }) =>
      everyPage((pageToken) =>
        callUnaryMethod(transport, listKpiValues, { pageSize: LONGEST_PAGE, pageToken, scope }, { signal }),
      ),
  });
  return data?.flatMap(({ kpiValues }) => kpiValues);
}
