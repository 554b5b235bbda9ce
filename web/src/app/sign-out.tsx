/** The way out. What is not saved is named first, and given up only on purpose. */
import { useMutation } from '@connectrpc/connect-query';
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Alert, Button, Stack, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Draft } from '#features/enter/draft-records';
import { discard, useUnsent } from '#features/enter/left-drafts';
import { MaybeSaved } from '#features/enter/maybe-saved';
import { kpisOf, listOf } from '#features/enter/unsent-names';
import { correctionsOf, discardCorrections } from '#features/kpi/correction-drafts';
import { AuthService } from '#gen/kreis/auth/v1/auth_service_pb';
import { CallId } from '#shared/errors/call-id';
import { isWithoutSession } from '#shared/errors/refusal';
import { sentenceOf } from '#shared/errors/sentences';
import { endSession } from '#shared/session/session';

export function SignOut({ userId }: { userId: string }) {
  const { i18n } = useLingui();
  const navigate = useNavigate();
  const unsent = useUnsent(userId);
  /** The KPIs of what is not saved, since it was asked about. */
  const [asked, setAsked] = useState<string[]>([]);
  const logout = useMutation(AuthService.method.logout, { onSuccess: leave, onError: leaveIfOut });

  function leave() {
    for (const record of unsent) discard(record);
    discardCorrections(userId);
    endSession();
    void navigate({ to: '/' });
  }

  function ask() {
    const kpis = [...kpisOf(unsent), ...correctionsOf(userId)];
    if (kpis.length === 0) logout.mutate({});
    setAsked(kpis);
  }

  /** A session that is over anyway needs no ending; any other still opens doors, so say so. */
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
          kpis={asked}
          drafts={unsent.flatMap((record) => Object.values(record.drafts))}
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
  drafts: readonly Draft[];
  underway: boolean;
  onSignOut: () => void;
  onStay: () => void;
}

function Question({ kpis, drafts, underway, onSignOut, onStay }: QuestionProps) {
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
          <MaybeSaved drafts={drafts} />
        </Text>
        <Button variant="default" loading={underway} onClick={onSignOut}>
          <Trans>Discard and sign out</Trans>
        </Button>
        {/* The keyboard begins where nothing happens. */}
        <Button variant="default" autoFocus onClick={onStay}>
          <Trans>Stay signed in</Trans>
        </Button>
      </Stack>
    </Alert>
  );
}
