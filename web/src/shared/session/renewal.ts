/** Renews the session of this browser when a call needs an access token. One tab renews for all. */
import { createClient } from '@connectrpc/connect';
import { AuthService } from '#gen/kreis/auth/v1/auth_service_pb';
import { renewalTransport } from '#shared/rpc/public-transport';
import { heldToken } from './access-token';
import { withRenewalLock } from './renewal-lock';
import { continueSession, untilNextSignIn } from './session';

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
  const begun =
    underway.get(userId) ?? withRenewalLock(() => renewOnce(userId)).finally(() => underway.delete(userId));
  underway.set(userId, begun);
  return begun;
}

/**
 * Ends the session of a person on the server, if it can still be renewed: an answer on the way may have
 * ended it in this browser only. Any other person's session goes on.
 */
export async function endLapsedSession(userId: string): Promise<void> {
  const { accessToken, user } = await withRenewalLock(() => auth.refresh({}));
  if (user?.id !== userId) return;
  const headers = { authorization: `Bearer ${accessToken}` };
  await auth.logout({}, { headers, signal: untilNextSignIn() });
}

async function renewOnce(userId: string): Promise<string | undefined> {
  // Another tab may have renewed the session during the wait.
  const held = heldToken(userId);
  if (held !== undefined) return held;
  const grant = await auth.refresh({});
  return continueSession(userId, grant) ? grant.accessToken : undefined;
}
