/**
 * The session of this tab: the access token, and what became of it.
 *
 * The token lives in sessionStorage (decision 9): a reload keeps it, closing
 * the tab ends it, and no other tab or origin can read it.
 */
import { useSyncExternalStore } from 'react';

export type Session =
  | { state: 'signed-out' }
  | { state: 'signed-in'; token: string; userId: string }
  /** The token is not accepted any more; whoever worked here may go on after signing in anew. */
  | { state: 'lapsed'; userId: string };

const KEY = 'kreis.session';
const SIGNED_OUT: Session = { state: 'signed-out' };

let session = stored();
const watchers = new Set<() => void>();

export function currentSession(): Session {
  return session;
}

/** A session begins; `userId` says whose it is, so that nobody goes on with another's work. */
export function beginSession(token: string, userId: string): void {
  change({ state: 'signed-in', token, userId });
}

/** A call with `token` was refused. Older tokens' late refusals end nothing. */
export function lapseSession(token: string): void {
  if (session.state === 'signed-in' && session.token === token) {
    change({ state: 'lapsed', userId: session.userId });
  }
}

export function endSession(): void {
  change(SIGNED_OUT);
}

export function useSession(): Session {
  return useSyncExternalStore(watchSession, currentSession);
}

export function watchSession(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

function change(next: Session): void {
  session = next;
  if (next.state === 'signed-in') {
    sessionStorage.setItem(KEY, JSON.stringify({ token: next.token, userId: next.userId }));
  } else {
    sessionStorage.removeItem(KEY);
  }
  for (const watcher of watchers) watcher();
}

function stored(): Session {
  const text = sessionStorage.getItem(KEY);
  if (text === null) return SIGNED_OUT;
  try {
    const found: unknown = JSON.parse(text);
    if (isKept(found)) return { state: 'signed-in', token: found.token, userId: found.userId };
  } catch {
    // Not ours: as good as nothing.
  }
  return SIGNED_OUT;
}

function isKept(found: unknown): found is { token: string; userId: string } {
  return (
    typeof found === 'object' &&
    found !== null &&
    'token' in found &&
    typeof found.token === 'string' &&
    'userId' in found &&
    typeof found.userId === 'string'
  );
}
