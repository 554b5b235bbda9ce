/**
 * The notices about the account and about unsaved entries. Their code loads after the screen, because the
 * person does not wait for them.
 */
import { useRouterState } from '@tanstack/react-router';
import { type ComponentType, useEffect, useState } from 'react';

const LOAD_AFTER_MS = 500;

export function LateNotices({ userId }: { userId: string }) {
  const [{ Notices }, setLoaded] = useState<{ Notices?: ComponentType<{ userId: string }> }>({});
  const isScreenLoaded = useRouterState({ select: ({ status }) => status === 'idle' });
  useEffect(() => {
    if (!isScreenLoaded) return;
    const timer = setTimeout(() => {
      // If the import fails, the drafts are still kept, and the sign-out still names them.
      import('./notices').then(setLoaded, () => undefined);
    }, LOAD_AFTER_MS);
    return () => clearTimeout(timer);
  }, [isScreenLoaded]);
  return Notices && <Notices userId={userId} />;
}
