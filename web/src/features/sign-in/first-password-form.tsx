/** The form with which the person of a link sets a password. It shows the name of that person. */
import { timestampDate } from '@bufbuild/protobuf/wkt';
import { useMutation } from '@connectrpc/connect-query';
import { Trans, useLingui } from '@lingui/react/macro';
import { Alert, Button, Stack, Text, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { AuthService, type GetInvitationResponse, SessionRenewal } from '#gen/kreis/auth/v1/auth_service_pb';
import { sentenceOf } from '#shared/errors/sentences';
import { PasswordField } from '#shared/passwords/password-field';
import { isLongEnough, LEAST_LENGTH } from '#shared/passwords/password-rule';
import { beginSession } from '#shared/session/session';
import classes from './sign-in-frame.module.css';

interface Props {
  invitationToken: string;
  invitation: GetInvitationResponse;
}

export function FirstPasswordForm({ invitationToken, invitation }: Props) {
  const { t, i18n } = useLingui();
  const navigate = useNavigate();
  const [fault, setFault] = useState('');
  const accept = useMutation(AuthService.method.acceptInvitation, {
    onSuccess: (begun) => {
      beginSession(begun);
      void navigate({ to: '/', hash: '', replace: true });
    },
  });
  const { displayName, email, expireTime, hasPassword } = invitation;
  const until =
    expireTime === undefined
      ? ''
      : i18n.date(timestampDate(expireTime), { dateStyle: 'full', timeStyle: 'short' });

  function begin(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const password = String(new FormData(event.currentTarget).get('password') ?? '');
    const enough = isLongEnough(password);
    setFault(enough ? '' : t`Please take at least ${LEAST_LENGTH} characters.`);
    if (enough) accept.mutate({ invitationToken, password, renewal: SessionRenewal.COOKIE });
  }

  return (
    <form onSubmit={begin} noValidate>
      <Stack>
        <div>
          <Text fw={600}>{displayName}</Text>
          <Text>
            {hasPassword ? (
              <Trans>With a new password all your sessions end, and you are signed in here.</Trans>
            ) : (
              <Trans>Set a password, and you are in.</Trans>
            )}
          </Text>
        </div>
        {accept.isError && (
          <Alert color="red" variant="light" role="alert">
            {sentenceOf(accept.error, i18n)}
          </Alert>
        )}
        <TextInput
          name="email"
          type="email"
          label={<Trans>E-mail</Trans>}
          description={<Trans>With this you will sign in.</Trans>}
          value={email}
          readOnly
          // Lets password managers store the address with the password.
          autoComplete="username"
          size="md"
        />
        <PasswordField
          name="password"
          label={<Trans>New password</Trans>}
          description={t`At least ${LEAST_LENGTH} characters. A sentence is easy to remember.`}
          error={fault === '' ? undefined : fault}
          autoComplete="new-password"
          autoFocus
          size="md"
        />
        <Button
          type="submit"
          loading={accept.isPending}
          size="md"
          className={classes.submit}
          classNames={{ label: classes.label }}
        >
          <Trans>Set password and begin</Trans>
        </Button>
        <Text size="sm" className="quiet">
          {hasPassword ? (
            <Trans>The link is valid until {until}.</Trans>
          ) : (
            <Trans>The invitation is open until {until}.</Trans>
          )}
        </Text>
      </Stack>
    </form>
  );
}
