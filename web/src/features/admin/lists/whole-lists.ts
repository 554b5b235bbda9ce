/** Reads all pages of a list, because a gatekeeper searches the whole list. */
import type { Transport } from '@connectrpc/connect';
import { callUnaryMethod, useTransport } from '@connectrpc/connect-query';
import { useLingui } from '@lingui/react';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Kpi } from '#gen/kreis/kpi/v1/kpi_pb';
import { KpiService, type ListKpisResponse } from '#gen/kreis/kpi/v1/kpi_service_pb';
import {
  type DueValue,
  KpiValueService,
  type ListDueValuesResponse,
} from '#gen/kreis/kpi/v1/kpi_value_service_pb';
import type { Date as Day } from '#gen/kreis/org/v1/calendar_pb';
import type { User } from '#gen/kreis/org/v1/user_pb';
import { type ListUsersResponse, UserService } from '#gen/kreis/org/v1/user_service_pb';
import { everyPage, LONGEST_PAGE } from '#shared/rpc/pages';
import { compareNames, sortedByName } from '#shared/texts/name-order';

const pageSize = LONGEST_PAGE;

/** By display name; absent until the first answer. */
export function useEveryUser(): User[] | undefined {
  const { listUsers } = UserService.method;
  const pages = useEveryPage(['users'], (transport, pageToken, signal) =>
    callUnaryMethod(transport, listUsers, { pageSize, pageToken }, { signal }),
  );
  return useInOrder(pages, usersOf);
}

function usersOf(pages: readonly ListUsersResponse[]): User[] {
  return sortedByName(
    pages.flatMap(({ users }) => users),
    ({ displayName }) => displayName,
  );
}

/** By circle, then by name; absent until the first answer. */
export function useEveryKpi(): Kpi[] | undefined {
  const { listKpis } = KpiService.method;
  const pages = useEveryPage(['kpis'], (transport, pageToken, signal) =>
    callUnaryMethod(transport, listKpis, { pageSize, pageToken }, { signal }),
  );
  return useInOrder(pages, kpisOf);
}

function kpisOf(pages: readonly ListKpisResponse[]): Kpi[] {
  return pages
    .flatMap(({ kpis }) => kpis)
    .sort((a, b) => compareNames(a.circleName, b.circleName) || compareNames(a.name, b.name));
}

interface DueOf {
  circleId?: string;
  userId?: string;
  wholeOrganisation: boolean;
}

/** The due values of a circle, of an economist's circles, or of all: oldest first, then by name. */
export function useEveryDueValue(of: DueOf): DueValue[] | undefined {
  const { listDueValues } = KpiValueService.method;
  const pages = useEveryPage(['due', of.circleId ?? '', of.userId ?? ''], (transport, pageToken, signal) =>
    callUnaryMethod(transport, listDueValues, { ...of, pageSize, pageToken }, { signal }),
  );
  return useInOrder(pages, dueValuesOf);
}

function dueValuesOf(pages: readonly ListDueValuesResponse[]): DueValue[] {
  return pages
    .flatMap(({ dueValues }) => dueValues)
    .sort(
      (a, b) =>
        dayNumber(a.dueSince) - dayNumber(b.dueSince) ||
        compareNames(a.kpiName, b.kpiName) ||
        compareNames(a.circleName, b.circleName),
    );
}

/** A day as a number that sorts by time, such as 20261101; 0 if absent. */
function dayNumber(day: Day | undefined): number {
  return day === undefined ? 0 : day.year * 10_000 + day.month * 100 + day.day;
}

/** The entries of all pages, sorted again after a change of language. */
function useInOrder<Page, Thing>(
  pages: Page[] | undefined,
  thingsOf: (pages: readonly Page[]) => Thing[],
): Thing[] | undefined {
  const { i18n } = useLingui();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the sort order depends on the language
  return useMemo(() => pages && thingsOf(pages), [pages, thingsOf, i18n.locale]);
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
