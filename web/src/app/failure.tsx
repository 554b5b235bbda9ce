/** What is shown in place of a screen that broke. */
import { useLingui } from '@lingui/react';
import { Trans } from '@lingui/react/macro';
import { Button, Stack, Text, Title } from '@mantine/core';
import { useQueryErrorResetBoundary } from '@tanstack/react-query';
import type { ErrorComponentProps } from '@tanstack/react-router';
import { CallId } from '#shared/errors/call-id';
import { sentenceOf } from '#shared/errors/sentences';

export function Failure({ error, reset }: ErrorComponentProps) {
  const { i18n } = useLingui();
  const queries = useQueryErrorResetBoundary();
  return (
    <Stack align="flex-start" p="md" role="alert">
      <Title order={1} size="h2">
        <Trans>This cannot be shown</Trans>
      </Title>
      <Text>{sentenceOf(error, i18n)}</Text>
      <CallId error={error} />
      <Button
        onClick={() => {
          queries.reset();
          reset();
        }}
      >
        <Trans>Try again</Trans>
      </Button>
    </Stack>
  );
}
