/** The cache of the server's answers, and the rules for retries. */
import { QueryClient } from '@tanstack/react-query';
import { isPassing, isWithoutSession } from '#shared/errors/refusal';
import { currentSession, watchSession } from '#shared/session/session';
import { isReached, watchReach } from './reach';

const MOST_ATTEMPTS = 3;

export const cache = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      retry: (failures, error) => failures < MOST_ATTEMPTS && isPassing(error),
      retryDelay: (failures) => 500 * 2 ** failures,
      // A query without a session waits for a new one: see `followSession`.
      throwOnError: (error, query) => query.state.data === undefined && !isWithoutSession(error),
    },
    // A change without a connection fails at once. Later, the person may no longer want it.
    mutations: { retry: false, networkMode: 'always' },
  },
});

/**
 * Keeps the cache in step with the session. A new sign-in of the same person reloads the data on the
 * screen. Another person sees no cached answer of the person before.
 */
export function followSession(): void {
  const kept = currentSession();
  let userId = kept.state === 'signed-out' ? '' : kept.userId;
  watchSession(() => {
    const session = currentSession();
    if (session.state === 'signed-out') cache.clear();
    if (session.state !== 'signed-in') return;
    if (session.userId === userId) void cache.invalidateQueries();
    else cache.clear();
    userId = session.userId;
  });
  // A page from the history does not have what a later page of the tab has saved.
  window.addEventListener('pageshow', ({ persisted }) => {
    if (persisted) void cache.invalidateQueries();
  });
}

/** Repeats failed queries of the current screen once kreis is reachable again. */
export function followReach(): void {
  watchReach(() => {
    if (!isReached()) return;
    void cache.refetchQueries({ type: 'active', predicate: ({ state }) => state.status === 'error' });
  });
}
