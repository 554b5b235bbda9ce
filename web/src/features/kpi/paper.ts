/** Whether the page is being printed. Components that measure the screen need to know it. */
import { useSyncExternalStore } from 'react';

export function usePaper(): boolean {
  return useSyncExternalStore(watch, () => window.matchMedia('print').matches);
}

function watch(watcher: () => void): () => void {
  const paper = window.matchMedia('print');
  paper.addEventListener('change', watcher);
  return () => paper.removeEventListener('change', watcher);
}
