/**
 * What loads after the screen: notices about the account and about unsaved entries, which offer drafts
 * from elsewhere and warn about text that closing the tab would lose, and the language of the user.
 */
import { UnsentNotice } from '#features/enter/unsent-notice';
import { AccountNotices } from '#shared/sign-ins/account-notices';
import { CorrectionsNotice } from './corrections-notice';
import { LanguageOfUser } from './language-of-user';
import { UnkeptNotice } from './unkept-notice';

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
