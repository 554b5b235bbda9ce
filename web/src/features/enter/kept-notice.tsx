/**
 * Names the KPIs that have an unsaved entry but no row any more. They were deactivated, or the person
 * left their circle.
 */
import { Trans, useLingui } from '@lingui/react/macro';
import { Alert, Group, Text } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import type { Month } from '#shared/periods/months';
import { MaybeSaved } from '#shared/unsaved/maybe-saved';
import { listOf } from '#shared/unsaved/unsent-names';
import { Choice } from './choice';
import { isEntrySent } from './draft';
import { entryDrafts, keepDrafts, keptDrafts } from './drafts';
import type { Row } from './rows';

export function KeptNotice({ userId, month, rows }: { userId: string; month: Month; rows: readonly Row[] }) {
  const { i18n } = useLingui();
  useSyncExternalStore(entryDrafts.watch, entryDrafts.version);
  const present = new Set(rows.map(({ kpi }) => kpi.id));
  const kept = Object.entries(keptDrafts(userId, month)).filter(([kpiId]) => !present.has(kpiId));
  if (kept.length === 0) return null;
  const names = listOf(
    kept.map(([, { name }]) => name),
    i18n,
  );

  function discardKept() {
    const entered = Object.entries(keptDrafts(userId, month)).filter(([kpiId]) => present.has(kpiId));
    keepDrafts(userId, month, Object.fromEntries(entered));
  }

  return (
    <Alert color="yellow" variant="light" role="alert">
      <Group gap="sm">
        <Text size="sm">
          <Trans>
            You cannot enter these KPIs any more, but what you typed is kept until midnight: {names}.
          </Trans>{' '}
          <MaybeSaved sent={kept.map(([, draft]) => draft).filter(isEntrySent)} />
        </Text>
        <Choice about={names} onClick={discardKept}>
          <Trans>Discard</Trans>
        </Choice>
      </Group>
    </Alert>
  );
}
