/**
 * Notices about the account, and about unsaved entries: offers drafts from elsewhere, and warns about
 * text that closing the tab would lose.
 */
import { UnsentNotice } from '#features/enter/unsent-notice';
import { AccountNotices } from '#shared/sign-ins/account-notices';
import { CorrectionsNotice } from './corrections-notice';
import { UnkeptNotice } from './unkept-notice';

export function Notices({ userId }: { userId: string }) {
  return (
    <>
      <AccountNotices />
      <UnkeptNotice userId={userId} />
      <UnsentNotice userId={userId} />
      <CorrectionsNotice userId={userId} />
    </>
  );
}
