/** The form with which people choose a new password of their own. */
import { useMutation } from '@connectrpc/connect-query';
import { Trans, useLingui } from '@lingui/react/macro';
import { Alert, Button, Stack, Text } from '@mantine/core';
import { type FormEvent, useRef, useState } from 'react';
import { AuthService, SessionRenewal } from '#gen/kreis/auth/v1/auth_service_pb';
import { CallId } from '#shared/errors/call-id';
import { refusalOf } from '#shared/errors/refusal';
import { sentenceOf } from '#shared/errors/sentences';
import { PasswordField } from '#shared/passwords/password-field';
import { isLongEnough, LEAST_LENGTH } from '#shared/passwords/password-rule';
import { beginSession } from '#shared/session/session';

export function PasswordForm({ email }: { email: string }) {
  const { t, i18n } = useLingui();
  const form = useRef<HTMLFormElement>(null);
  const [fault, setFault] = useState('');
  const change = useMutation(AuthService.method.changePassword, {
    onSuccess: (begun) => {
      beginSession(begun);
      form.current?.reset();
    },
  });
  const isWrong = change.isError && refusalOf(change.error).reason === 'PASSWORD_REFUSED';

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const [currentPassword, newPassword] = [text(fields, 'current'), text(fields, 'new')];
    const isEnough = isLongEnough(newPassword);
    setFault(isEnough ? '' : t`Please take at least ${LEAST_LENGTH} characters.`);
    if (isEnough) change.mutate({ currentPassword, newPassword, renewal: SessionRenewal.COOKIE });
  }

  return (
    <form ref={form} onSubmit={submit} noValidate>
      <Stack maw={420} align="stretch">
        {change.isError && !isWrong && (
          <Alert color="red" variant="light" role="alert">
            {sentenceOf(change.error, i18n)}
            <CallId error={change.error} />
          </Alert>
        )}
        {/* Lets password managers store the password with its address. */}
        <input type="email" name="email" value={email} autoComplete="username" readOnly hidden />
        <PasswordField
          name="current"
          label={<Trans>Current password</Trans>}
          error={isWrong ? sentenceOf(change.error, i18n) : undefined}
          autoComplete="current-password"
        />
        <PasswordField
          name="new"
          label={<Trans>New password</Trans>}
          description={t`At least ${LEAST_LENGTH} characters. A sentence is easy to remember.`}
          error={fault === '' ? undefined : fault}
          autoComplete="new-password"
        />
        <div>
          <Button type="submit" variant="default" loading={change.isPending}>
            <Trans>Change password</Trans>
          </Button>
        </div>
        <Text role="status" size="sm">
          {change.isSuccess && <Trans>Your password is changed. All your other sessions have ended.</Trans>}
        </Text>
      </Stack>
    </form>
  );
}

function text(fields: FormData, name: string): string {
  const value = fields.get(name);
  return typeof value === 'string' ? value : '';
}
