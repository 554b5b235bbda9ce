import { Trans } from '@lingui/react/macro';
import { SignInForm } from './sign-in-form';
import { SignInFrame } from './sign-in-frame';

export function SignInPage() {
  return (
    <SignInFrame title={<Trans>Sign in to kreis</Trans>}>
      <SignInForm />
    </SignInFrame>
  );
}
