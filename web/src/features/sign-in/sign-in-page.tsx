import { Trans } from '@lingui/react/macro';
import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useSendsMail } from '#shared/session/sends-mail';
import { SignInForm } from './sign-in-form';
import { SignInFrame } from './sign-in-frame';

export function SignInPage() {
  return (
    <SignInFrame title={<Trans>Sign in to kreis</Trans>}>
      <SignInForm />
      <ForgottenPassword />
    </SignInFrame>
  );
}

function ForgottenPassword() {
  if (useSendsMail() !== true) return null;
  return (
    <Anchor component={Link} to="/forgotten-password" size="sm" display="block" mt="md">
      <Trans>Forgot your password?</Trans>
    </Anchor>
  );
}
