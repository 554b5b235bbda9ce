import { Trans } from '@lingui/react/macro';
import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useSendsMail } from '#shared/session/sends-mail';
import { useSignInOptions } from '#shared/session/sign-in-options';
import { Providers } from './providers';
import { SignInForm } from './sign-in-form';
import { SignInFrame } from './sign-in-frame';

export function SignInPage() {
  const { passwordsOff } = useSignInOptions();
  return (
    <SignInFrame title={<Trans>Sign in to kreis</Trans>}>
      {!passwordsOff && <SignInForm />}
      <Providers />
      {!passwordsOff && <ForgottenPassword />}
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
