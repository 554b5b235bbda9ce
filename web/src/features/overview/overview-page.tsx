import { Trans } from '@lingui/react/macro';
import { Button, Skeleton, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
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
        me.user.circles.length > 0 && (
          <Text>
            <Trans>Your circles: {me.user.circles.map(({ name }) => name).join(', ')}</Trans>
          </Text>
        )
      )}
      <Button component={Link} to="/enter" size="md" style={{ alignSelf: 'flex-start' }}>
        <Trans>Enter values</Trans>
      </Button>
    </Stack>
  );
}
