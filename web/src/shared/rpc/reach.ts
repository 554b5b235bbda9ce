/** Whether the last call reached kreis. */
import { useSyncExternalStore } from 'react';

let reached = true;
const watchers = new Set<() => void>();

export function noteReach(now: boolean): void {
  if (now === reached) return;
  reached = now;
  for (const watcher of watchers) watcher();
}

export function isReached(): boolean {
  return reached;
}

export function watchReach(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

export function useReached(): boolean {
  return useSyncExternalStore(watchReach, isReached);
}
