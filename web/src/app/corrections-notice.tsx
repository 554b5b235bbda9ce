/** Offers a person's unfinished corrections of KPIs that are not on the screen. */
import { Plural } from '@lingui/react/macro';
import { useNavigate, useRouterState } from '@tanstack/react-router';
import { type CorrectionDraft, correctionDrafts, isCorrectionSent } from '#features/kpi/correction-drafts';
import type { DraftRecord } from '#shared/unsaved/draft-records';
import { isOwn } from '#shared/unsaved/draft-store';
import { MaybeSaved } from '#shared/unsaved/maybe-saved';
import { UnsentOffers } from '#shared/unsaved/unsent-offers';
import { useUnsent } from '#shared/unsaved/use-unsent';

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
        const corrections = Object.values(drafts);
        const name = corrections[0]?.name ?? '';
        return (
          <>
            <Plural
              value={corrections.length}
              one={`You have an unfinished correction for ${name}.`}
              other={`You have # unfinished corrections for ${name}.`}
            />{' '}
            <MaybeSaved sent={corrections.filter(isCorrectionSent)} />
          </>
        );
      }}
      onContinue={goOn}
      onDiscard={(record) => correctionDrafts.discard(record)}
    />
  );
}
