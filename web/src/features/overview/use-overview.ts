/** Asks for the overview that the address names: one call, whatever the number of KPIs. */
import { createClient } from '@connectrpc/connect';
import { useQuery, useTransport } from '@connectrpc/connect-query';
import { keepPreviousData, skipToken, useQuery as useAnyQuery } from '@tanstack/react-query';
import { KpiService } from '#gen/kreis/kpi/v1/kpi_service_pb';
import { CircleService } from '#gen/kreis/org/v1/circle_service_pb';
import { readMonthKey } from '#shared/periods/months';
import { everyPage, LONGEST_PAGE } from '#shared/rpc/pages';
import { useMe } from '#shared/session/me';
import { chosenCircle, type OverviewAddress } from './address';

export function useOverview(address: OverviewAddress) {
  const mine = useMe()?.user.circles.map(({ circleId }) => circleId);
  const chosen = chosenCircle(address.circle, mine);
  const asOf = address.month === undefined ? undefined : readMonthKey(address.month);
  const circleIds = chosen === 'mine' ? (mine ?? []) : typeof chosen === 'number' ? [String(chosen)] : [];
  return useQuery(
    KpiService.method.getOverview,
    chosen === undefined ? skipToken : { circleIds, ...(asOf && { asOf }) },
    // A refusal is shown below the filters, which may be what has to be changed.
    { placeholderData: keepPreviousData, throwOnError: false },
  );
}

/** Every circle there is, to choose from. */
export function useCircles(): { id: string; name: string }[] {
  const transport = useTransport();
  const { data } = useAnyQuery({
    queryKey: ['circles to choose from'],
    queryFn: async ({ signal }) => {
      const client = createClient(CircleService, transport);
      const pages = await everyPage((pageToken) =>
        client.listCircles({ pageSize: LONGEST_PAGE, pageToken }, { signal }),
      );
      return pages.flatMap(({ circles }) => circles.map(({ id, name }) => ({ id, name })));
    },
  });
  return data ?? [];
}
