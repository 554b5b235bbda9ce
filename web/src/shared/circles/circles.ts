/** Loads all circles. */
import { createClient } from '@connectrpc/connect';
import { createConnectQueryKey, useTransport } from '@connectrpc/connect-query';
import { useLingui } from '@lingui/react';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { type Circle, CircleService } from '#gen/kreis/org/v1/circle_service_pb';
import { everyPage, LONGEST_PAGE } from '#shared/rpc/pages';
import { sortedByName } from '#shared/texts/name-order';

/** Returns the circles and their members, sorted by name; absent until they are loaded. */
export function useCircles(): Circle[] | undefined {
  const transport = useTransport();
  const { i18n } = useLingui();
  const { data } = useQuery({
    queryKey: createConnectQueryKey({
      schema: CircleService.method.listCircles,
      input: {},
      cardinality: 'finite',
      transport,
    }),
    queryFn: async ({ signal }) => {
      const client = createClient(CircleService, transport);
      const pages = await everyPage((pageToken) =>
        client.listCircles({ pageSize: LONGEST_PAGE, pageToken }, { signal }),
      );
      return pages.flatMap((page) => page.circles);
    },
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the order is that of the language
  return useMemo(
    () => data && sortedByName(data, ({ name }) => name).map(withSortedMembers),
    [data, i18n.locale],
  );
}

export function withSortedMembers(circle: Circle): Circle {
  return { ...circle, members: sortedByName(circle.members, ({ displayName }) => displayName) };
}
