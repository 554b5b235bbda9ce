/** A person's drafts of one kind, from today and from every tab of this browser. */
import { useEffect, useSyncExternalStore } from 'react';
import type { DraftRecord } from './draft-records';
import type { DraftStore } from './draft-store';

/** Returns the drafts of this tab first, then the drafts of closed tabs and ended sessions. */
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
