/** Offers a person's unsaved corrections of KPIs that are not on the screen. */
import { Plural } from '@lingui/react/macro';
import { useNavigate, useRouterState } from '@tanstack/react-router';
import type { DraftRecord } from '#shared/unsaved/draft-records';
import { isOwn } from '#shared/unsaved/draft-store';
import { UnsentOffers } from '#shared/unsaved/unsent-offers';
import { useUnsent } from '#shared/unsaved/use-unsent';
import { type CorrectionDraft, correctionDrafts } from './correction-drafts';

export function CorrectionsNotice({ userId }: { userId: string }) {
  const navigate = useNavigate();
  const unsent = useUnsent(correctionDrafts, userId);
  const screen = useRouterState({ select: ({ location }) => location.pathname });

  function goOn(record: DraftRecord<CorrectionDraft>) {
    if (!isOwn(record)) correctionDrafts.takeUp(record);
    const year = Object.values(record.drafts)[0]?.seen.period?.year;
    void navigate({
      to: '/kpis/$kpiId',
      params: { kpiId: record.subject },
      search: year === undefined ? {} : { year },
    });
  }

  return (
    <UnsentOffers
      key={screen}
      records={unsent.filter((record) => !isOwn(record) || screen !== `/kpis/${record.subject}`)}
      sentenceOf={({ drafts }) => {
        const [draft, ...others] = Object.values(drafts);
        const name = draft?.name ?? '';
        return (
          <Plural
            value={others.length + 1}
            one={`You have an unsaved correction for ${name}.`}
            other={`You have # unsaved corrections for ${name}.`}
          />
        );
      }}
      onContinue={goOn}
      onDiscard={(record) => correctionDrafts.discard(record)}
    />
  );
}
