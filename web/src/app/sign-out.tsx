/** The sign-out. It first names unsaved entries and discards them only after a confirmation. */
import { useMutation } from '@connectrpc/connect-query';
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Alert, Button, Stack, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { type Draft, isEntrySent } from '#features/enter/draft';
import { entryDrafts } from '#features/enter/drafts';
import { type CorrectionDraft, correctionDrafts, isCorrectionSent } from '#features/kpi/correction-drafts';
import { AuthService } from '#gen/kreis/auth/v1/auth_service_pb';
import { CallId } from '#shared/errors/call-id';
import { isWithoutSession } from '#shared/errors/refusal';
import { sentenceOf } from '#shared/errors/sentences';
import { belongsTo, endSession } from '#shared/session/session';
import { type DraftRecord, keyOf } from '#shared/unsaved/draft-records';
import { MaybeSaved } from '#shared/unsaved/maybe-saved';
import { kpisOf, listOf, type Named } from '#shared/unsaved/unsent-names';
import { useUnsent } from '#shared/unsaved/use-unsent';

export function SignOut({ userId }: { userId: string }) {
  const { i18n } = useLingui();
  const navigate = useNavigate();
  const entries = useUnsent(entryDrafts, userId);
  const corrections = useUnsent(correctionDrafts, userId);
  /** The unsaved entries at the time of the question. */
  const [asked, setAsked] = useState<readonly DraftRecord<Draft | CorrectionDraft>[]>([]);
  const logout = useMutation(AuthService.method.logout, { onSuccess: leave, onError: leaveIfOut });

  /** Discards only entries that the question named. Entries written since then are kept. */
  function leave() {
    for (const record of entries) if (wasAsked(record)) entryDrafts.discard(record);
    for (const record of corrections) if (wasAsked(record)) correctionDrafts.discard(record);
    // Another person may have signed in before the answer came.
    if (!belongsTo(userId)) return;
    endSession(userId);
    void navigate({ to: '/' });
  }

  function wasAsked({ drafts, ...place }: DraftRecord<Draft | CorrectionDraft>): boolean {
    const before = asked.find((record) => keyOf(record) === keyOf(place));
    return before !== undefined && JSON.stringify(before.drafts) === JSON.stringify(drafts);
  }

  function ask() {
    const records = [...entries, ...corrections];
    if (records.length === 0) logout.mutate({});
    setAsked(records);
  }

  /**
   * A session that has already ended needs no logout. Any other session is still valid, and the alert
   * says so.
   */
  function leaveIfOut(error: unknown) {
    if (isWithoutSession(error)) leave();
  }

  return (
    <>
      {logout.isError && (
        <Alert color="red" variant="light" role="alert">
          <Trans>You are still signed in.</Trans> {sentenceOf(logout.error, i18n)}
          <CallId error={logout.error} />
        </Alert>
      )}
      {asked.length > 0 ? (
        <Question
          kpis={kpisOf(asked)}
          sent={[
            ...entries.flatMap(({ drafts }) => Object.values(drafts).filter(isEntrySent)),
            ...corrections.flatMap(({ drafts }) => Object.values(drafts).filter(isCorrectionSent)),
          ]}
          underway={logout.isPending}
          onSignOut={() => logout.mutate({})}
          onStay={() => setAsked([])}
        />
      ) : (
        <Button variant="default" loading={logout.isPending} onClick={ask}>
          <Trans>Sign out</Trans>
        </Button>
      )}
    </>
  );
}

interface QuestionProps {
  kpis: string[];
  /** These entries were sent and have no answer yet. */
  sent: readonly Named[];
  underway: boolean;
  onSignOut: () => void;
  onStay: () => void;
}

function Question({ kpis, sent, underway, onSignOut, onStay }: QuestionProps) {
  const { i18n } = useLingui();
  const names = listOf(kpis, i18n);
  return (
    <Alert color="yellow" variant="light" role="alert">
      <Stack gap="sm">
        <Text size="sm">
          <Plural
            value={kpis.length}
            one={`# entry is not saved: ${names}.`}
            other={`# entries are not saved: ${names}.`}
          />{' '}
          <MaybeSaved sent={sent} />
        </Text>
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
