/** Says why there is no overview. The filters above it may be the cause. */
import { useLingui } from '@lingui/react';
import { Trans } from '@lingui/react/macro';
import { Alert, Button, Stack } from '@mantine/core';
import { CallId } from '#shared/errors/call-id';
import { sentenceOf } from '#shared/errors/sentences';

export function Refused({ error, onTryAgain }: { error: unknown; onTryAgain: () => void }) {
  const { i18n } = useLingui();
  return (
    <Alert color="red" variant="light" role="alert">
      <Stack align="flex-start" gap="sm">
        {sentenceOf(error, i18n)}
        <CallId error={error} />
        <Button variant="default" onClick={onTryAgain}>
          <Trans>Try again</Trans>
        </Button>
      </Stack>
    </Alert>
  );
}
