/**
 * Sends calls with the session of a person.
 *
 * A call belongs to one person. No transport uses the session of the moment. A retry, a waiting call or
 * a follow-up read of one person fails here once the tab belongs to another person.
 */
import { Code, ConnectError, type Interceptor, type Transport } from '@connectrpc/connect';
import { ErrorInfoSchema } from '#gen/google/rpc/error_details_pb';
import { AuthService } from '#gen/kreis/auth/v1/auth_service_pb';
import { isWithoutSession, refusalOf } from '#shared/errors/refusal';
import { dropAccessToken, heldToken } from '#shared/session/access-token';
import { accessTokenOf } from '#shared/session/renewal';
import { belongsTo, isSignedIn, lapseSession, untilNextSignIn } from '#shared/session/session';
import { transportWith } from './public-transport';

const personal = new Map<string, Transport>();

/** Returns one transport per person. It sends calls only with the session of this person. */
export function transportOf(userId: string): Transport {
  const known = personal.get(userId);
  if (known !== undefined) return known;
  const transport = transportWith([authorizeAs(userId), dropLateSignOut]);
  personal.set(userId, transport);
  return transport;
}

const dropLateSignOut: Interceptor = (next) => (request) => {
  if (request.method !== AuthService.method.logout) return next(request);
  return next({ ...request, signal: AbortSignal.any([request.signal, untilNextSignIn()]) });
};

function authorizeAs(userId: string): Interceptor {
  return (next) => async (request) => {
    const send = async (token: string) => {
      request.header.set('authorization', `Bearer ${token}`);
      const answer = await next(request);
      // A late answer must not reach the next person.
      if (!belongsTo(userId)) throw withoutSession();
      return answer;
    };
    const token = await tokenOf(userId);
    try {
      return await send(token);
    } catch (error) {
      if (!isWithoutSession(error) || !belongsTo(userId)) throw error;
    }
    // The token has expired by the server's clock, or the session has ended. The server did nothing.
    dropAccessToken(token);
    const renewed = await tokenOf(userId);
    try {
      return await send(renewed);
    } catch (error) {
      if (isWithoutSession(error)) lapseSession(userId);
      throw error;
    }
  };
}

/** A token to call with. Lapses the session if the server does not renew it. */
async function tokenOf(userId: string): Promise<string> {
  if (!isSignedIn(userId)) throw withoutSession();
  try {
    const token = await accessTokenOf(userId);
    // The person may have signed out while the session was renewed.
    if (token !== undefined && isSignedIn(userId)) return token;
  } catch (error) {
    if (!isRefused(error)) throw error;
  }
  // Another tab may have begun a new session meanwhile.
  const held = isSignedIn(userId) ? heldToken(userId) : undefined;
  if (held !== undefined) return held;
  lapseSession(userId);
  throw withoutSession();
}

/** Whether the server, or a proxy before it, does not accept what renews the session. */
function isRefused(error: unknown): boolean {
  const { code } = refusalOf(error);
  return code === Code.Unauthenticated || code === Code.PermissionDenied;
}

/** The same error as the server's refusal of a call without a token. */
function withoutSession(): ConnectError {
  const value = { domain: 'kreis.access', reason: 'UNAUTHENTICATED' };
  return new ConnectError('the session is over', Code.Unauthenticated, undefined, [
    { desc: ErrorInfoSchema, value },
  ]);
}
