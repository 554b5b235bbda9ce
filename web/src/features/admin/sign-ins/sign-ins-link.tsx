/** Leads from a user to the sign-ins of that user. */
import { Trans } from '@lingui/react/macro';
import { TextLink } from '../layout/links';

export function SignInsLink({ userId }: { userId: string }) {
  return (
    <TextLink to="/admin/sign-ins" search={{ user: userId }}>
      <Trans>Sign-ins and refusals of the last 400 days</Trans>
    </TextLink>
  );
}
