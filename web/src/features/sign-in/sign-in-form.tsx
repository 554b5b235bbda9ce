/** The form for e-mail and password. It shows why they were refused. */
import { useMutation } from '@connectrpc/connect-query';
import { useLingui } from '@lingui/react';
import { Trans } from '@lingui/react/macro';
import { Alert, Button, Stack } from '@mantine/core';
import { type FormEvent, useRef } from 'react';
import { AuthService, SessionRenewal } from '#gen/kreis/auth/v1/auth_service_pb';
import { sentenceOf } from '#shared/errors/sentences';
import { PasswordField } from '#shared/passwords/password-field';
import { beginSession } from '#shared/session/session';
import { EmailField } from './email-field';

interface Props {
  /** The e-mail of the person whose session ended; only the password is missing then. */
  email?: string;
}

export function SignInForm({ email = '' }: Props) {
  const { i18n } = useLingui();
  const password = useRef<HTMLInputElement>(null);
  const login = useMutation(AuthService.method.login, {
    onSuccess: beginSession,
    onError: () => password.current?.select(),
  });

  function signIn(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const [email, password] = [text(fields, 'email'), text(fields, 'password')];
    login.mutate({ email, password, renewal: SessionRenewal.COOKIE });
  }

  return (
    <form onSubmit={signIn} noValidate>
      <Stack>
        {login.isError && (
          <Alert color="red" variant="light" role="alert">
            {sentenceOf(login.error, i18n)}
          </Alert>
        )}
        <EmailField defaultValue={email} autoFocus={email === ''} data-first={email === ''} />
        <PasswordField
          ref={password}
          name="password"
          label={<Trans>Password</Trans>}
          autoComplete="current-password"
          autoFocus={email !== ''}
          data-first={email !== ''}
          size="md"
        />
        <Button type="submit" loading={login.isPending} size="md" mt="xs">
          <Trans>Sign in</Trans>
        </Button>
      </Stack>
    </form>
  );
}

function text(fields: FormData, name: string): string {
  const value = fields.get(name);
  return typeof value === 'string' ? value : '';
}
