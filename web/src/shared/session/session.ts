/**
 * The session of this tab: the access token and its state.
 *
 * The token lives in sessionStorage (decision 9): a reload keeps it, closing the tab ends it, and no
 * other tab or origin can read it.
 */
import { useSyncExternalStore } from 'react';
import { renewTab } from './tab';

/** The owner of a session. */
export interface Person {
  userId: string;
  /** The e-mail for the sign-in. */
  email: string;
}

export type Session =
  | { state: 'signed-out' }
  | ({ state: 'signed-in'; token: string } & Person)
  /** The server no longer accepts the token. The same person may continue after a new sign-in. */
  | ({ state: 'lapsed' } & Person);

const KEY = 'kreis.session';
const SIGNED_OUT: Session = { state: 'signed-out' };

let session = stored();
const watchers = new Set<() => void>();

export function currentSession(): Session {
  return session;
}

/** Starts a session. Only the person whose session lapsed may continue the work in this tab. */
export function beginSession(token: string, { userId, email }: Person): void {
  if (!belongsTo(userId)) renewTab();
  change({ state: 'signed-in', token, userId, email });
}

/** Whether this tab belongs to a person, with a valid or a lapsed session. */
export function belongsTo(userId: string): boolean {
  return session.state !== 'signed-out' && session.userId === userId;
}

/** Ends the session after the server refused `token`. A late refusal of an older token has no effect. */
export function lapseSession(token: string): void {
  if (session.state === 'signed-in' && session.token === token) {
    change({ state: 'lapsed', userId: session.userId, email: session.email });
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
    const { token, userId, email } = next;
    sessionStorage.setItem(KEY, JSON.stringify({ token, userId, email }));
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
    if (isKept(found)) return { state: 'signed-in', ...found };
  } catch {
    // Not a session of kreis: treated as absent.
  }
  return SIGNED_OUT;
}

function isKept(found: unknown): found is { token: string } & Person {
  return (
    typeof found === 'object' &&
    found !== null &&
    'token' in found &&
    typeof found.token === 'string' &&
    'userId' in found &&
    typeof found.userId === 'string' &&
    'email' in found &&
    typeof found.email === 'string'
  );
}
