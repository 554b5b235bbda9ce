/** A person's drafts of one kind, wherever in this browser they were typed today. */
import { useEffect, useSyncExternalStore } from 'react';
import type { DraftRecord } from './draft-records';
import type { DraftStore } from './draft-store';

/** Those of this tab, then those that were left in a tab or a session that is gone. */
export function useUnsent<Draft extends object>(
  store: DraftStore<Draft>,
  userId: string,
): DraftRecord<Draft>[] {
  useSyncExternalStore(store.watch, store.version);
  useEffect(() => {
    const look = () => void store.lookForLeft(userId);
    const hear = ({ key, newValue }: StorageEvent) => {
      if (key !== null && newValue === null) store.forgetLeft(key);
    };
    look();
    document.addEventListener('visibilitychange', look);
    window.addEventListener('storage', hear);
    return () => {
      document.removeEventListener('visibilitychange', look);
      window.removeEventListener('storage', hear);
    };
  }, [store, userId]);
  return store.recordsOf(userId);
}
