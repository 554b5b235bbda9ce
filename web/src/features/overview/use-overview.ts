/** Loads the overview that the address describes. One request loads all KPIs. */
import { useQuery } from '@connectrpc/connect-query';
import { keepPreviousData, skipToken } from '@tanstack/react-query';
import { KpiService } from '#gen/kreis/kpi/v1/kpi_service_pb';
import { readMonthKey } from '#shared/periods/months';
import { useMe } from '#shared/session/me';
import { chosenCircle, type OverviewAddress, sinceOf } from './address';

export function useOverview(address: OverviewAddress) {
  const me = useMe();
  const today = me?.organisation.today;
  const mine = me?.user.circles.map(({ circleId }) => circleId);
  const chosen = chosenCircle(address.circle, mine);
  const asOf = address.month === undefined ? undefined : readMonthKey(address.month);
  const circleIds = circlesOf(chosen, mine ?? []);
  return useQuery(
    KpiService.method.getOverview,
    chosen === undefined || today === undefined
      ? skipToken
      : { circleIds, ...(asOf && { asOf }), since: sinceOf(address, today) },
    // The page shows an error below the filters, because the filters may be its cause.
    { placeholderData: keepPreviousData, throwOnError: false },
  );
}

/** The ids to request; empty for all circles. */
function circlesOf(chosen: string | undefined, mine: string[]): string[] {
  if (chosen === 'mine') return mine;
  return chosen === undefined || chosen === 'all' ? [] : [chosen];
}
