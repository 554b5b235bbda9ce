/**
 * Where an invited person sets a password and is in. The invitation stands in
 * the fragment of the address, which browsers keep to themselves, and leaves it
 * once it was read.
 */
import { useMutation } from '@connectrpc/connect-query';
import { Trans, useLingui } from '@lingui/react/macro';
import { Alert, Button, PasswordInput, Stack, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { AuthService } from '#gen/kreis/auth/v1/auth_service_pb';
import { sentenceOf } from '#shared/errors/sentences';
import { beginSession } from '#shared/session/session';
import { Door } from './door';

const LEAST_LENGTH = 12;

export function InvitationPage() {
  const { t, i18n } = useLingui();
  const navigate = useNavigate();
  const [invitationToken] = useState(() => window.location.hash.slice(1));
  const [fault, setFault] = useState('');
  const accept = useMutation(AuthService.method.acceptInvitation, {
    onSuccess: ({ accessToken, user }) => {
      beginSession(accessToken, { userId: user?.id ?? '', email: user?.email ?? '' });
      void navigate({ to: '/', hash: '', replace: true });
    },
  });

  function begin(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const password = String(new FormData(event.currentTarget).get('password') ?? '');
    const enough = [...password].length >= LEAST_LENGTH;
    setFault(enough ? '' : t`Please take at least ${LEAST_LENGTH} characters.`);
    if (enough) accept.mutate({ invitationToken, password });
  }

  return (
    <Door title={<Trans>Welcome to kreis</Trans>}>
      <form onSubmit={begin} noValidate>
        <Stack>
          <Text>
            <Trans>Set a password, and you are in.</Trans>
          </Text>
          {accept.isError && (
            <Alert color="red" variant="light" role="alert">
              {sentenceOf(accept.error, i18n)}
            </Alert>
          )}
          <PasswordInput
            name="password"
            label={<Trans>New password</Trans>}
            description={t`At least ${LEAST_LENGTH} characters. A sentence is easy to remember.`}
            error={fault === '' ? undefined : fault}
            autoComplete="new-password"
            autoFocus
            size="md"
          />
          <Button type="submit" loading={accept.isPending} size="md">
            <Trans>Set password and begin</Trans>
          </Button>
        </Stack>
      </form>
    </Door>
  );
}
