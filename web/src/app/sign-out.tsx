/**
 * The sign-out. It first names what is not saved, in every tab of this browser, and discards it only after a
 * confirmation.
 */
import { useMutation } from '@connectrpc/connect-query';
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Alert, Button, Stack, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { type Draft, isEntrySent } from '#features/enter/draft';
import { entryDrafts } from '#features/enter/drafts';
import { pasteWaits } from '#features/enter/held-paste';
import { type CorrectionDraft, correctionDrafts, isCorrectionSent } from '#features/kpi/correction-drafts';
import { AuthService } from '#gen/kreis/auth/v1/auth_service_pb';
import { CallId } from '#shared/errors/call-id';
import { isWithoutSession } from '#shared/errors/refusal';
import { sentenceOf } from '#shared/errors/sentences';
import { belongsTo, endSession } from '#shared/session/session';
import { type DraftRecord, keyOf } from '#shared/unsaved/draft-records';
import { MaybeSaved } from '#shared/unsaved/maybe-saved';
import { isUnkeptElsewhere } from '#shared/unsaved/unkept-lock';
import { kpisOf, listOf } from '#shared/unsaved/unsent-names';

/** What a person has not saved. */
interface Unsaved {
  entries: readonly DraftRecord<Draft>[];
  corrections: readonly DraftRecord<CorrectionDraft>[];
  /** Whether a paste waits to be checked. */
  pasteWaits: boolean;
  /** Whether another tab has text that is not among the records, because the browser cannot keep it. */
  unkeptElsewhere: boolean;
}

export function SignOut({ userId }: { userId: string }) {
  const { i18n } = useLingui();
  const navigate = useNavigate();
  /** What was not saved at the time of the question; absent if there is no question. */
  const [asked, setAsked] = useState<Unsaved>();
  const logout = useMutation(AuthService.method.logout, {
    onSuccess: ({ providerLogoutUrl }) => leave(providerLogoutUrl),
    onError: leaveIfOut,
  });

  /**
   * Discards only entries that the question named. Entries written since then are kept. The person signs
   * out at the page of the provider too, if there is one.
   */
  function leave(providerPage: string) {
    const { entries, corrections } = recordsOf(userId);
    for (const record of entries) if (isAmong(record, asked?.entries)) entryDrafts.discard(record);
    for (const record of corrections)
      if (isAmong(record, asked?.corrections)) correctionDrafts.discard(record);
    // Another person may have signed in before the answer came.
    if (!belongsTo(userId)) return;
    endSession(userId);
    if (providerPage === '') void navigate({ to: '/' });
    else window.location.assign(providerPage);
  }

  async function ask() {
    const unsaved = {
      ...recordsOf(userId),
      pasteWaits: await pasteWaits(userId),
      unkeptElsewhere: await isUnkeptElsewhere(userId),
    };
    if (isAnything(unsaved)) setAsked(unsaved);
    else logout.mutate({});
  }

  /**
   * A session that has already ended needs no logout. Any other session is still valid, and the alert
   * says so.
   */
  function leaveIfOut(error: unknown) {
    if (isWithoutSession(error)) leave('');
  }

  return (
    <>
      {logout.isError && (
        <Alert color="red" variant="light" role="alert">
          <Trans>You are still signed in.</Trans> {sentenceOf(logout.error, i18n)}
          <CallId error={logout.error} />
        </Alert>
      )}
      {asked !== undefined ? (
        <Question
          unsaved={asked}
          underway={logout.isPending}
          onSignOut={() => logout.mutate({})}
          onStay={() => setAsked(undefined)}
        />
      ) : (
        <Button variant="default" loading={logout.isPending} onClick={() => void ask()}>
          <Trans>Sign out</Trans>
        </Button>
      )}
    </>
  );
}

function recordsOf(userId: string): Pick<Unsaved, 'entries' | 'corrections'> {
  return {
    entries: entryDrafts.everyRecordOf(userId),
    corrections: correctionDrafts.everyRecordOf(userId),
  };
}

function isAnything({ entries, corrections, pasteWaits, unkeptElsewhere }: Unsaved): boolean {
  return entries.length > 0 || corrections.length > 0 || pasteWaits || unkeptElsewhere;
}

/** Whether a record is among others, with the same drafts. */
function isAmong<Draft>(
  { drafts, ...place }: DraftRecord<Draft>,
  others: readonly DraftRecord<Draft>[] = [],
): boolean {
  const other = others.find((record) => keyOf(record) === keyOf(place));
  return other !== undefined && JSON.stringify(other.drafts) === JSON.stringify(drafts);
}

interface QuestionProps {
  unsaved: Unsaved;
  underway: boolean;
  onSignOut: () => void;
  onStay: () => void;
}

function Question({ unsaved, underway, onSignOut, onStay }: QuestionProps) {
  const { i18n } = useLingui();
  const { entries, corrections, pasteWaits, unkeptElsewhere } = unsaved;
  const kpis = kpisOf([...entries, ...corrections]);
  const names = listOf(kpis, i18n);
  const sent = [
    ...entries.flatMap(({ drafts }) => Object.values(drafts).filter(isEntrySent)),
    ...corrections.flatMap(({ drafts }) => Object.values(drafts).filter(isCorrectionSent)),
  ];
  return (
    <Alert color="yellow" variant="light" role="alert">
      <Stack gap="sm">
        {kpis.length > 0 && (
          <Text size="sm">
            <Plural
              value={kpis.length}
              one={`# entry is not saved: ${names}.`}
              other={`# entries are not saved: ${names}.`}
            />{' '}
            <MaybeSaved sent={sent} />
          </Text>
        )}
        {pasteWaits && (
          <Text size="sm">
            <Trans>A paste waits to be checked.</Trans>
          </Text>
        )}
        {unkeptElsewhere && (
          <Text size="sm">
            <Trans>In another tab you typed something that this browser cannot keep.</Trans>
          </Text>
        )}
        <Button variant="default" loading={underway} onClick={onSignOut}>
          <Trans>Discard and sign out</Trans>
        </Button>
        {/* The focus starts on the safe button: Enter must discard nothing. */}
        <Button variant="default" autoFocus onClick={onStay}>
          <Trans>Stay signed in</Trans>
        </Button>
      </Stack>
    </Alert>
  );
}
