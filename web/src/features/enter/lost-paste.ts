/** Remembers a paste that was lost with its screen. The next screen says that nothing of it was entered. */
import { useSyncExternalStore } from 'react';

/** Id of the person whose paste was lost. Other people are not told. */
let loser: string | undefined;
const watchers = new Set<() => void>();

export function losePaste(userId: string): void {
  set(userId);
}

export function forgetLostPaste(): void {
  set(undefined);
}

export function useLostPaste(userId: string): boolean {
  return useSyncExternalStore(watch, () => loser === userId);
}

function set(userId: string | undefined): void {
  loser = userId;
  for (const watcher of watchers) watcher();
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}
