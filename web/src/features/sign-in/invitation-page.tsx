/**
 * The page on which an invited person sets a password and is then signed in. The invitation token is
 * in the fragment of the address, which browsers do not send to the server. It leaves the address
 * after its use. The page first asks for whom the invitation is: an invalid one is refused before the
 * person types.
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
import { useSendsMail } from '#shared/session/sends-mail';
import { FirstPasswordForm } from './first-password-form';
import { SignInFrame } from './sign-in-frame';

export function InvitationPage() {
  const [invitationToken] = useState(() => window.location.hash.slice(1));
  const { data, error, refetch } = useQuery(
    AuthService.method.getInvitation,
    { invitationToken },
    // The cache keeps the token no longer than the page, and asks about it only once.
    { throwOnError: false, staleTime: Number.POSITIVE_INFINITY, gcTime: 0 },
  );
  return (
    <SignInFrame
      title={data?.hasPassword ? <Trans>Set a new password</Trans> : <Trans>Welcome to kreis</Trans>}
    >
      {error !== null ? (
        <Refused error={error} onTryAgain={() => void refetch()} />
      ) : data === undefined ? (
        <Skeleton h={240} />
      ) : (
        <FirstPasswordForm invitationToken={invitationToken} invitation={data} />
      )}
    </SignInFrame>
  );
}

function Refused({ error, onTryAgain }: { error: unknown; onTryAgain: () => void }) {
  const { i18n } = useLingui();
  const sendsMail = useSendsMail();
  const isFinal = refusalOf(error).reason === 'INVITATION_REFUSED';
  return (
    <Stack align="flex-start">
      <Alert color="red" variant="light" role="alert">
        {sentenceOf(error, i18n)}
        {!isFinal && <CallId error={error} />}
      </Alert>
      {isFinal ? (
        <>
          <Anchor component={Link} to="/">
            <Trans>I have a password: sign in</Trans>
          </Anchor>
          {sendsMail === true && (
            <Anchor component={Link} to="/forgotten-password">
              <Trans>Forgot your password?</Trans>
            </Anchor>
          )}
        </>
      ) : (
        <Button onClick={onTryAgain}>
          <Trans>Try again</Trans>
        </Button>
      )}
    </Stack>
  );
}
