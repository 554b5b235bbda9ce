/** What a person has not saved: what was left elsewhere is offered, and what would be lost with the tab is said. */
import { UnsentNotice } from '#features/enter/unsent-notice';
import { CorrectionsNotice } from '#features/kpi/corrections-notice';
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
