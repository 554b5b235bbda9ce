import { Trans } from '@lingui/react/macro';
import { Anchor, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';

export function NotFound() {
  return (
    <Stack component="main" align="flex-start" p="xl">
      <Title order={1} size="h2">
        <Trans>There is nothing here</Trans>
      </Title>
      <Text>
        <Trans>The address may be mistyped, or what was here has moved.</Trans>
      </Text>
      <Anchor component={Link} to="/">
        <Trans>To the overview</Trans>
      </Anchor>
    </Stack>
  );
}
