/**
 * What loads after the screen: notices about the account and about unsaved entries, which offer drafts
 * from elsewhere and warn about text that closing the tab would lose, the language of the user, and the
 * number of due values.
 */
import { UnsentNotice } from '#features/enter/unsent-notice';
import { AccountNotices } from '#shared/sign-ins/account-notices';
import { CorrectionsNotice } from './corrections-notice';
import { LanguageOfUser } from './language-of-user';
import { UnkeptNotice } from './unkept-notice';

export { DueCount, DueDescription } from '#shared/due/due-values';

export function Notices({ userId }: { userId: string }) {
  return (
    <>
      <LanguageOfUser />
      <AccountNotices />
      <UnkeptNotice userId={userId} />
      <UnsentNotice userId={userId} />
      <CorrectionsNotice userId={userId} />
    </>
  );
}
