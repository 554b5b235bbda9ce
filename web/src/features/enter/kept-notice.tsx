/** Names the KPIs that have an unsent entry and no row any more: they were deactivated, or their circle was left. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Alert } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import type { Month } from '#shared/periods/months';
import { listOf } from '#shared/unsaved/unsent-names';
import { entryDrafts, keptDrafts } from './drafts';
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
  return (
    <Alert color="yellow" variant="light" role="alert">
      <Trans>You cannot enter these KPIs any more, but what you typed is kept until midnight: {names}.</Trans>
    </Alert>
  );
}
