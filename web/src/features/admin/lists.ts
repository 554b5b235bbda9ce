/** Whole lists, read to their end: a gatekeeper looks for one among all. */
import type { Transport } from '@connectrpc/connect';
import { callUnaryMethod, useTransport } from '@connectrpc/connect-query';
import { useQuery } from '@tanstack/react-query';
import type { Kpi } from '#gen/kreis/kpi/v1/kpi_pb';
import { KpiService } from '#gen/kreis/kpi/v1/kpi_service_pb';
import { type DueValue, KpiValueService } from '#gen/kreis/kpi/v1/kpi_value_service_pb';
import type { User } from '#gen/kreis/org/v1/user_pb';
import { UserService } from '#gen/kreis/org/v1/user_service_pb';
import { everyPage, LONGEST_PAGE } from '#shared/rpc/pages';

const pageSize = LONGEST_PAGE;

/** By display name; absent until the first answer. */
export function useEveryUser(): User[] | undefined {
  const { listUsers } = UserService.method;
  const pages = useEveryPage(['users'], (transport, pageToken, signal) =>
    callUnaryMethod(transport, listUsers, { pageSize, pageToken }, { signal }),
  );
  return pages?.flatMap(({ users }) => users);
}

/** By name; absent until the first answer. */
export function useEveryKpi(): Kpi[] | undefined {
  const { listKpis } = KpiService.method;
  const pages = useEveryPage(['kpis'], (transport, pageToken, signal) =>
    callUnaryMethod(transport, listKpis, { pageSize, pageToken }, { signal }),
  );
  return pages?.flatMap(({ kpis }) => kpis);
}

interface DueOf {
  circleId?: string;
  userId?: string;
  wholeOrganisation: boolean;
}

/** What a circle has not entered, an economist for all of theirs, or everybody: oldest first. */
export function useEveryDueValue(of: DueOf): DueValue[] | undefined {
  const { listDueValues } = KpiValueService.method;
  const pages = useEveryPage(['due', of.circleId ?? '', of.userId ?? ''], (transport, pageToken, signal) =>
    callUnaryMethod(transport, listDueValues, { ...of, pageSize, pageToken }, { signal }),
  );
  return pages?.flatMap(({ dueValues }) => dueValues);
}

type ReadPage<Page> = (transport: Transport, pageToken: string, signal: AbortSignal) => Promise<Page>;

function useEveryPage<Page extends { nextPageToken: string }>(
  list: readonly string[],
  read: ReadPage<Page>,
): Page[] | undefined {
  const transport = useTransport();
  const { data } = useQuery({
    queryKey: ['every-page', ...list],
    queryFn: ({ signal }) => everyPage((pageToken) => read(transport, pageToken, signal)),
  });
  return data;
}
