/** All circles there are. */
import { createClient } from '@connectrpc/connect';
import { createConnectQueryKey, useTransport } from '@connectrpc/connect-query';
import { useQuery } from '@tanstack/react-query';
import { type Circle, CircleService } from '#gen/kreis/org/v1/circle_service_pb';
import { everyPage, LONGEST_PAGE } from '#shared/rpc/pages';

/** By name; absent until they are there. */
export function useCircles(): Circle[] | undefined {
  const transport = useTransport();
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
  return data;
}
