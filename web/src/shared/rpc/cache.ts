/** What is kept of the server's answers, and when a call is made again. */
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
      // A query that lacks a session waits for one: see `followSession`.
      throwOnError: (error, query) => query.state.data === undefined && !isWithoutSession(error),
    },
    // What is done without a connection fails at once: later, the person may not want it any more.
    mutations: { retry: false, networkMode: 'always' },
  },
});

/**
 * Keeps the answers in step with the session: a new sign-in of the same person
 * asks again for what is on the screen, another person sees nothing of theirs.
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
}

/** Asks again for what could not be read while kreis was away. */
export function followReach(): void {
  watchReach(() => {
    if (!isReached()) return;
    void cache.refetchQueries({ type: 'active', predicate: ({ state }) => state.status === 'error' });
  });
}
