/** Offers a person's unsent entries of months that are not on the screen. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Alert, Button, Group, Text } from '@mantine/core';
import { useNavigate, useRouterState } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { monthName } from '#shared/periods/months';
import { type DraftRecord, keyOf } from './draft-records';
import { discard, isOwn, monthOf, takeUp, useUnsent } from './left-drafts';
import { MaybeSaved } from './maybe-saved';
import { kpisOf, listOf } from './unsent-names';

/** What is being saved while a screen is left has its answer by then. */
const SETTLED_MS = 1_000;

export function UnsentNotice({ userId }: { userId: string }) {
  const unsent = useUnsent(userId);
  const screen = useRouterState({
    select: ({ location: { pathname, search } }) => (pathname === '/enter' ? (search.month ?? '') : pathname),
  });
  return (
    <Settled key={screen} records={unsent.filter((record) => !isOwn(record) || record.month !== screen)} />
  );
}

function Settled({ records }: { records: DraftRecord[] }) {
  const [settled, setSettled] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(true), SETTLED_MS);
    return () => clearTimeout(timer);
  }, []);
  return settled && records.map((record) => <Offer key={keyOf(record)} record={record} />);
}

function Offer({ record }: { record: DraftRecord }) {
  const { i18n } = useLingui();
  const navigate = useNavigate();
  const month = monthName(monthOf(record), i18n.locale);
  const names = listOf(kpisOf([record]), i18n);

  function goOn() {
    if (!isOwn(record)) takeUp(record);
    void navigate({ to: '/enter', search: { month: record.month } });
  }

  return (
    <Alert color="yellow" variant="light" role="alert" mb="md">
      <Group gap="sm">
        <Text size="sm">
          <Trans>
            You have unfinished entries for {month}: {names}.
          </Trans>{' '}
          <MaybeSaved drafts={Object.values(record.drafts)} />
        </Text>
        <Button size="compact-sm" variant="default" onClick={goOn}>
          <Trans>Continue</Trans>
        </Button>
        <Button size="compact-sm" variant="default" onClick={() => discard(record)}>
          <Trans>Discard</Trans>
        </Button>
      </Group>
    </Alert>
  );
}
