/**
 * The page of the first start: the person who has the link that kreis printed becomes the first
 * gatekeeper. The token is in the fragment of the address, which browsers do not send to the server. It
 * leaves the address after its use.
 */
import { useQuery } from '@connectrpc/connect-query';
import { useLingui } from '@lingui/react';
import { Trans } from '@lingui/react/macro';
import { Alert, Anchor, Button, Skeleton, Stack } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { AuthService } from '#gen/kreis/auth/v1/auth_service_pb';
import { CallId } from '#shared/errors/call-id';
import { refusalOf } from '#shared/errors/refusal';
import { sentenceOf } from '#shared/errors/sentences';
import { SignInFrame } from '../sign-in-frame';
import { SetupForm } from './setup-form';

export function SetupPage() {
  const [setupToken] = useState(() => window.location.hash.slice(1));
  const { data, error, refetch } = useQuery(
    AuthService.method.getSetup,
    { setupToken },
    // The cache keeps the token no longer than the page, and asks about it only once.
    { throwOnError: false, staleTime: Number.POSITIVE_INFINITY, gcTime: 0 },
  );
  return (
    <SignInFrame title={<Trans>Set up kreis</Trans>}>
      {error !== null ? (
        <Refused error={error} onTryAgain={() => void refetch()} />
      ) : data === undefined ? (
        <Skeleton h={480} />
      ) : (
        <SetupForm setupToken={setupToken} setup={data} />
      )}
    </SignInFrame>
  );
}

function Refused({ error, onTryAgain }: { error: unknown; onTryAgain: () => void }) {
  const { i18n } = useLingui();
  const isFinal = refusalOf(error).reason === 'INVITATION_REFUSED';
  return (
    <Stack align="flex-start">
      <Alert color="red" variant="light" role="alert">
        {isFinal ? (
          <Trans>
            This link is not valid any more. If nobody can sign in yet, start kreis again: it prints another
            link.
          </Trans>
        ) : (
          <>
            {sentenceOf(error, i18n)}
            <CallId error={error} />
          </>
        )}
      </Alert>
      {isFinal ? (
        <Anchor component={Link} to="/">
          <Trans>To the sign-in</Trans>
        </Anchor>
      ) : (
        <Button onClick={onTryAgain}>
          <Trans>Try again</Trans>
        </Button>
      )}
    </Stack>
  );
}
