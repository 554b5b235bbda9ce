/** Warns that closing the tab would lose typed text. */
import { Trans } from '@lingui/react/macro';
import { Alert } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import { entryDrafts } from '#features/enter/drafts';
import { correctionDrafts } from '#features/kpi/correction-drafts';

export function UnkeptNotice({ userId }: { userId: string }) {
  const entries = useSyncExternalStore(entryDrafts.watch, () => entryDrafts.hasUnkept(userId));
  const corrections = useSyncExternalStore(correctionDrafts.watch, () => correctionDrafts.hasUnkept(userId));
  if (!entries && !corrections) return <div role="status" />;
  return (
    <Alert color="yellow" variant="light" role="status" mb="md">
      <Trans>
        This browser cannot keep all that you typed: a text is too long, there is no room left, or its
        settings forbid it. Save it before you close or reload this page.
      </Trans>
    </Alert>
  );
}
