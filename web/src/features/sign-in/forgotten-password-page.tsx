/**
 * The page on which a person asks for a link to set a new password. The answer says nothing about the
 * e-mail: it is the same for one that nobody has.
 */
import { useMutation } from '@connectrpc/connect-query';
import { useLingui } from '@lingui/react';
import { Trans } from '@lingui/react/macro';
import { Alert, Anchor, Button, Stack, Text, TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { FormEvent } from 'react';
import { AuthService } from '#gen/kreis/auth/v1/auth_service_pb';
import { CallId } from '#shared/errors/call-id';
import { sentenceOf } from '#shared/errors/sentences';
import { SignInFrame } from './sign-in-frame';

export function ForgottenPasswordPage() {
  const ask = useMutation(AuthService.method.requestPasswordReset);
  const email = ask.variables?.email ?? '';
  return (
    <SignInFrame title={<Trans>Set a new password</Trans>}>
      <Stack>
        {ask.isSuccess ? (
          <Text role="status">
            <Trans>
              If kreis knows {email}, a mail to it is on its way. The link in it is valid for 30 minutes. Look
              among unwanted mails too.
            </Trans>
          </Text>
        ) : (
          <EmailForm error={ask.error} pending={ask.isPending} onSubmit={(email) => ask.mutate({ email })} />
        )}
        <Anchor component={Link} to="/" size="sm">
          <Trans>Back to the sign-in</Trans>
        </Anchor>
      </Stack>
    </SignInFrame>
  );
}

interface FormProps {
  error: unknown;
  pending: boolean;
  onSubmit: (email: string) => void;
}

function EmailForm({ error, pending, onSubmit }: FormProps) {
  const { i18n } = useLingui();

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const email = new FormData(event.currentTarget).get('email');
    if (typeof email === 'string' && email.trim() !== '') onSubmit(email.trim());
  }

  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Text>
          <Trans>kreis sends you a mail with a link. Your password stays until you set a new one.</Trans>
        </Text>
        {error !== null && (
          <Alert color="red" variant="light" role="alert">
            {sentenceOf(error, i18n)}
            <CallId error={error} />
          </Alert>
        )}
        <TextInput
          name="email"
          type="email"
          label={<Trans>E-mail</Trans>}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          autoFocus
          size="md"
        />
        <Button type="submit" loading={pending} size="md">
          <Trans>Send the link</Trans>
        </Button>
      </Stack>
    </form>
  );
}
