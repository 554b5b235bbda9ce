import { Trans } from '@lingui/react/macro';
import { Skeleton, Stack, Text, Title } from '@mantine/core';
import { useMe } from '#shared/session/me';

export function OverviewPage() {
  const me = useMe();
  return (
    <Stack>
      <Title order={1} size="h2">
        <Trans>Overview</Trans>
      </Title>
      {me === undefined ? (
        <Skeleton h={24} w={280} />
      ) : (
        <Text>
          <Trans>Your circles: {me.user.circles.map(({ name }) => name).join(', ')}</Trans>
        </Text>
      )}
    </Stack>
  );
}
