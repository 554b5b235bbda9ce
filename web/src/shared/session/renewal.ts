/** Renews the session of this browser when a call needs an access token. One tab renews for all. */
import { createClient } from '@connectrpc/connect';
import { AuthService } from '#gen/kreis/auth/v1/auth_service_pb';
import { renewalTransport } from '#shared/rpc/public-transport';
import { heldToken } from './access-token';
import { continueSession } from './session';

const LOCK = 'kreis.renewal';

/** How long to wait for the renewal of another tab, which may be frozen, in milliseconds. */
const MAX_WAIT_MS = 5_000;

const auth = createClient(AuthService, renewalTransport);

/** The renewals under way in this tab, by person. */
const underway = new Map<string, Promise<string | undefined>>();

/**
 * A valid access token of a person. Absent if the browser has the session of another person by now.
 * Fails like the call to the server, for example if the session has ended.
 */
export async function accessTokenOf(userId: string): Promise<string | undefined> {
  const held = heldToken(userId);
  if (held !== undefined) return held;
  const begun = underway.get(userId) ?? renewAlone(userId).finally(() => underway.delete(userId));
  underway.set(userId, begun);
  return begun;
}

/** Renews while no other tab does. */
async function renewAlone(userId: string): Promise<string | undefined> {
  // Another tab may have renewed the session during the wait.
  const renewOnce = async () => heldToken(userId) ?? (await renew(userId));
  // Without a secure context there are no locks. The server allows that two tabs renew at once.
  if (!('locks' in navigator)) return renewOnce();
  try {
    return await navigator.locks.request(LOCK, { signal: AbortSignal.timeout(MAX_WAIT_MS) }, renewOnce);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    return renewOnce();
  }
}

async function renew(userId: string): Promise<string | undefined> {
  const grant = await auth.refresh({});
  return continueSession(userId, grant) ? grant.accessToken : undefined;
}
