/** The section with a person's own sign-ins of the last 90 days. */
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { Trans } from '@lingui/react/macro';
import { Stack, Text, Title } from '@mantine/core';
import { useId, useState } from 'react';
import { SignInList } from './sign-in-list';

const DAYS = 90;
const DAY_MS = 24 * 60 * 60 * 1_000;

interface Props {
  userId: string;
  /** Of the organisation, such as `Europe/Zurich`. */
  timeZone: string;
}

export function RecentSignIns({ userId, timeZone }: Props) {
  const title = useId();
  // The same for all pages of the list.
  const [startTime] = useState(() => timestampFromDate(new Date(Date.now() - DAYS * DAY_MS)));
  return (
    <section aria-labelledby={title}>
      <Title order={2} size="h4" id={title} mb="sm">
        <Trans>Sign-ins of the last 90 days</Trans>
      </Title>
      <Stack>
        <Text>
          <Trans>If you do not know one of them, choose a new password, and tell your gatekeeper.</Trans>
        </Text>
        <SignInList userId={userId} activities={[]} startTime={startTime} timeZone={timeZone} order={3} />
      </Stack>
    </section>
  );
}
