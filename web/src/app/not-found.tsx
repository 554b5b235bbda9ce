import { Trans } from '@lingui/react/macro';
import { Anchor, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { ScreenTitle } from '#shared/screens/screen-title';

export function NotFound() {
  return (
    <Stack align="flex-start">
      <ScreenTitle>
        <Trans>There is nothing here</Trans>
      </ScreenTitle>
      <Text>
        <Trans>The address may be mistyped, or what was here has moved.</Trans>
      </Text>
      <Anchor component={Link} to="/">
        <Trans>To the overview</Trans>
      </Anchor>
    </Stack>
  );
}
