import { Trans } from '@lingui/react/macro';
import { Door } from './door';
import { SignInForm } from './sign-in-form';

export function SignInPage() {
  return (
    <Door title={<Trans>Sign in to kreis</Trans>}>
      <SignInForm />
    </Door>
  );
}
