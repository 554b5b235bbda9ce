/** Says why a sign-in with a provider failed. */
import { useLingui } from '@lingui/react';
import { Trans } from '@lingui/react/macro';
import { Alert, Anchor, Stack } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { CallId } from '#shared/errors/call-id';
import { sentenceOf } from '#shared/errors/sentences';

/** Without an error of a call, the provider itself has refused the person. */
export function SignOnRefused({ error }: { error?: unknown }) {
  const { i18n } = useLingui();
  return (
    <Stack align="flex-start">
      <Alert color="red" variant="light" role="alert">
        {error === undefined ? (
          <Trans>You were not signed in there.</Trans>
        ) : (
          <>
            {sentenceOf(error, i18n)}
            <CallId error={error} />
          </>
        )}
      </Alert>
      <Anchor component={Link} to="/">
        <Trans>Back to the sign-in</Trans>
      </Anchor>
    </Stack>
  );
}
