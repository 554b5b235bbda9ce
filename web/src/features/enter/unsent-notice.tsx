/** Offers a person's unsent entries of months that are not on the screen. */
import { Trans, useLingui } from '@lingui/react/macro';
import { useNavigate, useRouterState } from '@tanstack/react-router';
import { monthName, readMonthKey } from '#shared/periods/months';
import type { DraftRecord } from '#shared/unsaved/draft-records';
import { isOwn } from '#shared/unsaved/draft-store';
import { MaybeSaved } from '#shared/unsaved/maybe-saved';
import { kpisOf, listOf } from '#shared/unsaved/unsent-names';
import { UnsentOffers } from '#shared/unsaved/unsent-offers';
import { useUnsent } from '#shared/unsaved/use-unsent';
import { type Draft, isEntrySent } from './draft';
import { entryDrafts } from './drafts';

export function UnsentNotice({ userId }: { userId: string }) {
  const { i18n } = useLingui();
  const navigate = useNavigate();
  const unsent = useUnsent(entryDrafts, userId);
  const screen = useRouterState({
    select: ({ location: { pathname, search } }) => (pathname === '/enter' ? (search.month ?? '') : pathname),
  });

  function goOn(record: DraftRecord<Draft>) {
    if (!isOwn(record)) entryDrafts.takeUp(record);
    void navigate({ to: '/enter', search: { month: record.subject } });
  }

  return (
    <UnsentOffers
      key={screen}
      records={unsent.filter((record) => !isOwn(record) || record.subject !== screen)}
      sentenceOf={(record) => {
        const found = readMonthKey(record.subject);
        const month = found === undefined ? record.subject : monthName(found, i18n.locale);
        const names = listOf(kpisOf([record]), i18n);
        return (
          <>
            <Trans>
              You have unfinished entries for {month}: {names}.
            </Trans>{' '}
            <MaybeSaved sent={Object.values(record.drafts).filter(isEntrySent)} />
          </>
        );
      }}
      onContinue={goOn}
      onDiscard={(record) => entryDrafts.discard(record)}
    />
  );
}
