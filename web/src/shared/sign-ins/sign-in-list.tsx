/** The log of sign-ins, newest first, a page at a time. */

import type { Timestamp } from '@bufbuild/protobuf/wkt';
import { useInfiniteQuery } from '@connectrpc/connect-query';
import { Trans } from '@lingui/react/macro';
import { Button, Skeleton, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import {
  type SignIn,
  type SignInActivity,
  SignInLogService,
} from '#gen/kreis/auth/v1/sign_in_log_service_pb';
import { Days } from '#shared/changes/days';
import { Device } from './device';
import { SignInSentence } from './sign-in-sentence';

interface Props {
  /** Only entries about this user; absent for all. */
  userId?: string | undefined;
  /** Only entries of these activities; empty for all. */
  activities: SignInActivity[];
  /** Only entries of this time or later; absent for no bound. */
  startTime?: Timestamp;
  /** Of the organisation, such as `Europe/Zurich`. */
  timeZone: string;
  /** The level of the days' headings. */
  order: 2 | 3;
  /** Names the user of an entry. */
  nameOf?: (entry: SignIn) => ReactNode;
}

export function SignInList({ userId, activities, startTime, timeZone, order, nameOf }: Props) {
  const { data, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    SignInLogService.method.listSignIns,
    { pageToken: '', activities, ...(userId !== undefined && { userId }), ...(startTime && { startTime }) },
    { pageParamKey: 'pageToken', getNextPageParam: ({ nextPageToken }) => nextPageToken || undefined },
  );
  if (data === undefined) return <Skeleton h={320} />;
  const entries = data.pages.flatMap((page) => page.signIns);
  if (entries.length === 0) {
    return (
      <Text className="quiet">
        <Trans>Nothing happened here.</Trans>
      </Text>
    );
  }
  return (
    <Stack align="flex-start">
      <Days changes={entries} timeZone={timeZone} order={order}>
        {(entry) => (
          <>
            {nameOf?.(entry)}
            <div>
              <SignInSentence entry={entry} />
              {entry.count > 1 && (
                <>
                  {' '}
                  <Trans>({entry.count} times)</Trans>
                </>
              )}
            </div>
            <Device entry={entry} />
          </>
        )}
      </Days>
      {hasNextPage && (
        <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          <Trans>Show more</Trans>
        </Button>
      )}
    </Stack>
  );
}
