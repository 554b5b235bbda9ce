/**
 * The session of this browser, as this tab knows it.
 *
 * The server keeps the session with a cookie, which scripts cannot read (decision 24). localStorage says
 * whose session it is, so that a new tab and a reload know it without a call. The tabs tell each other
 * when a session begins, is renewed, or ends.
 */
import type { Timestamp } from '@bufbuild/protobuf/wkt';
import { useSyncExternalStore } from 'react';
import { localItems, tabItems } from '#shared/browser/storage';
import { tabChannel } from '#shared/browser/tab-channel';
import { type AccessToken, accessToken, holdAccessToken } from './access-token';
import { renewTab } from './tab';

/** The owner of a session. */
interface Person {
  userId: string;
  /** The e-mail for the sign-in. */
  email: string;
}

export type Session =
  | { state: 'signed-out' }
  | ({ state: 'signed-in' } & Person)
  /** The server no longer renews it. The same person may continue after a new sign-in. */
  | ({ state: 'lapsed' } & Person);

/** What the server answers to a sign-in or a renewal. */
interface Grant {
  accessToken: string;
  expiresInSeconds: number;
  expireTime?: Timestamp | undefined;
  sessionExpireTime?: Timestamp | undefined;
  user?: { id: string; email: string } | undefined;
}

/** The owner, and when the session ends if it is not renewed (`Date.now()`). */
interface Stored extends Person {
  until: number;
}

type Message =
  | { kind: 'begun' | 'renewed'; person: Person; token: AccessToken }
  | { kind: 'ended'; userId: string };

const KEY = 'kreis.session';
const SIGNED_OUT: Session = { state: 'signed-out' };

// Versions before decision 24 kept a token there.
tabItems.removeItem(KEY);
let session = restored();
const watchers = new Set<() => void>();
const channel = tabChannel(KEY);
let nextSignIn = new AbortController();

export function currentSession(): Session {
  return session;
}

/**
 * Aborts at the next sign-in with this browser, in whatever tab. The sign-out takes it, because its late
 * answer would remove the cookie of the next session.
 */
export function untilNextSignIn(): AbortSignal {
  return nextSignIn.signal;
}

/** Starts a session. Only the person whose session lapsed may continue the work in this tab. */
export function beginSession(grant: Grant): void {
  const { stored, token } = parts(grant);
  if (!belongsTo(stored.userId)) renewTab();
  dropLateSignOut();
  adopt('begun', stored, token);
}

/**
 * Continues the session of a person with a renewal. False if the browser has no session of this person
 * any more: they signed out, or another person signed in, while the renewal was under way.
 */
export function continueSession(userId: string, grant: Grant): boolean {
  const { stored: owner, token } = parts(grant);
  if (owner.userId !== userId || !isSignedIn(userId)) return false;
  // Absent if the browser has no room for it.
  const kept = stored();
  if (kept !== undefined && kept.userId !== userId) return false;
  adopt('renewed', owner, token);
  return true;
}

/** Whether this tab belongs to a person, with a valid or a lapsed session. */
export function belongsTo(userId: string): boolean {
  return session.state !== 'signed-out' && session.userId === userId;
}

export function isSignedIn(userId: string): boolean {
  return session.state === 'signed-in' && session.userId === userId;
}

/** The server does not renew the session of a person any more. */
export function lapseSession(userId: string): void {
  if (session.state !== 'signed-in' || session.userId !== userId) return;
  forget(userId);
  change({ state: 'lapsed', userId, email: session.email });
}

/** Ends the session of this person in all tabs. The tab may belong to another person by now. */
export function endSession(userId: string): void {
  if (!belongsTo(userId)) return;
  forget(userId);
  tell({ kind: 'ended', userId });
  change(SIGNED_OUT);
}

export function useSession(): Session {
  return useSyncExternalStore(watchSession, currentSession);
}

export function watchSession(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/** Follows the session as other tabs change it. */
export function followOtherTabs(): void {
  channel.addEventListener('message', ({ data }: MessageEvent<Message>) => {
    if (data.kind === 'begun') dropLateSignOut();
    if (data.kind === 'ended') {
      if (belongsTo(data.userId)) change(SIGNED_OUT);
    } else if (session.state === 'signed-out' || belongsTo(data.person.userId)) {
      if (session.state === 'signed-out') renewTab();
      take(data.person, data.token);
    } else {
      lapseSession(session.userId);
    }
  });
  // A page from the history has received no messages meanwhile.
  window.addEventListener('pageshow', ({ persisted }) => {
    if (!persisted || session.state !== 'signed-in') return;
    const now = stored();
    if (now === undefined) change(SIGNED_OUT);
    else if (now.userId !== session.userId) lapseSession(session.userId);
  });
}

function parts({ accessToken: token, expiresInSeconds, expireTime, sessionExpireTime, user }: Grant) {
  const { id: userId, email } = user ?? { id: '', email: '' };
  // By the clock of this machine, which may differ from the server's.
  const beyondToken = Number((sessionExpireTime?.seconds ?? 0n) - (expireTime?.seconds ?? 0n));
  const until = Date.now() + (expiresInSeconds + beyondToken) * 1_000;
  return { stored: { userId, email, until }, token: accessToken(userId, token, expiresInSeconds) };
}

function dropLateSignOut(): void {
  nextSignIn.abort();
  nextSignIn = new AbortController();
}

function adopt(kind: 'begun' | 'renewed', { until, ...person }: Stored, token: AccessToken): void {
  keep({ ...person, until });
  tell({ kind, person, token });
  take(person, token);
}

function take(person: Person, token: AccessToken): void {
  holdAccessToken(token);
  if (!isSignedIn(person.userId)) change({ state: 'signed-in', ...person });
}

function change(next: Session): void {
  session = next;
  for (const watcher of watchers) watcher();
}

function tell(message: Message): void {
  channel.postMessage(message);
}

function keep(owner: Stored): void {
  try {
    localItems.setItem(KEY, JSON.stringify(owner));
  } catch {
    // Without room, a reload asks for a new sign-in. The person before must not come back.
    localItems.removeItem(KEY);
  }
}

/** Another person may have signed in with this browser since. */
function forget(userId: string): void {
  if (stored()?.userId === userId) localItems.removeItem(KEY);
}

function restored(): Session {
  const owner = stored();
  if (owner === undefined || owner.until <= Date.now()) return SIGNED_OUT;
  return { state: 'signed-in', userId: owner.userId, email: owner.email };
}

function stored(): Stored | undefined {
  const text = localItems.getItem(KEY);
  if (text === null) return undefined;
  try {
    const found: unknown = JSON.parse(text);
    return isStored(found) ? found : undefined;
  } catch {
    // Not a session of kreis: treated as absent.
    return undefined;
  }
}

function isStored(found: unknown): found is Stored {
  return (
    typeof found === 'object' &&
    found !== null &&
    'userId' in found &&
    typeof found.userId === 'string' &&
    'email' in found &&
    typeof found.email === 'string' &&
    'until' in found &&
    typeof found.until === 'number'
  );
}
