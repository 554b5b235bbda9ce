/** Loads the next page of a list, if there is one. */
import { Trans } from '@lingui/react/macro';
import { Button } from '@mantine/core';

interface Props {
  /** The list, as `useInfiniteQuery` returns it. */
  pages: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => Promise<unknown> };
}

export function ShowMore({ pages: { hasNextPage, isFetchingNextPage, fetchNextPage } }: Props) {
  if (!hasNextPage) return null;
  return (
    <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
      <Trans>Show more</Trans>
    </Button>
  );
}
