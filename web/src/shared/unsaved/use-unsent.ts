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
    const refresh = () => void store.lookForLeft(userId);
    const onStorage = ({ key, newValue }: StorageEvent) => {
      if (key !== null && newValue === null) store.forgetLeft(key);
    };
    refresh();
    document.addEventListener('visibilitychange', refresh);
    window.addEventListener('storage', onStorage);
    return () => {
      document.removeEventListener('visibilitychange', refresh);
      window.removeEventListener('storage', onStorage);
    };
  }, [store, userId]);
  return store.recordsOf(userId);
}
