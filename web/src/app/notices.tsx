/**
 * Notices about unsaved entries: offers drafts from elsewhere, and warns about text that closing the
 * tab would lose.
 */
import { UnsentNotice } from '#features/enter/unsent-notice';
import { CorrectionsNotice } from './corrections-notice';
import { UnkeptNotice } from './unkept-notice';

export function Notices({ userId }: { userId: string }) {
  return (
    <>
      <UnkeptNotice userId={userId} />
      <UnsentNotice userId={userId} />
      <CorrectionsNotice userId={userId} />
    </>
  );
}
