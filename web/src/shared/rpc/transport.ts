/**
 * Sends calls as gRPC-Web to the origin of the page.
 *
 * A call belongs to one person, or to no person before the sign-in. No transport uses the session of
 * the moment. A retry, a waiting call or a follow-up read of one person fails here once the tab
 * belongs to another person.
 */
import { Code, ConnectError, type Interceptor, type Transport } from '@connectrpc/connect';
import { createGrpcWebTransport } from '@connectrpc/connect-web';
import { ErrorInfoSchema } from '#gen/google/rpc/error_details_pb';
import { isPassing, isWithoutSession } from '#shared/errors/refusal';
import { belongsTo, currentSession, lapseSession } from '#shared/session/session';
import { noteReach } from './reach';

/** Records whether kreis can be reached. */
const watchReach: Interceptor = (next) => async (request) => {
  try {
    const answer = await next(request);
    noteReach(true);
    return answer;
  } catch (error) {
    if (!request.signal.aborted) noteReach(!isPassing(error));
    throw error;
  }
};

/** For the sign-in: calls carry no token, and a refusal does not end a session. */
export const publicTransport = transportWith([]);

const personal = new Map<string, Transport>();

/** Returns one transport per person. It sends calls only with the session of this person. */
export function transportOf(userId: string): Transport {
  const known = personal.get(userId);
  if (known !== undefined) return known;
  const transport = transportWith([authorizeAs(userId)]);
  personal.set(userId, transport);
  return transport;
}

function authorizeAs(userId: string): Interceptor {
  return (next) => async (request) => {
    const session = currentSession();
    if (session.state !== 'signed-in' || session.userId !== userId) throw withoutSession();
    request.header.set('authorization', `Bearer ${session.token}`);
    try {
      const answer = await next(request);
      // A late answer must not reach the next person.
      if (!belongsTo(userId)) throw withoutSession();
      return answer;
    } catch (error) {
      if (isWithoutSession(error)) lapseSession(session.token);
      throw error;
    }
  };
}

/** The same error as the server's refusal of a call without a token. */
function withoutSession(): ConnectError {
  const value = { domain: 'kreis.access', reason: 'UNAUTHENTICATED' };
  return new ConnectError('the session is over', Code.Unauthenticated, undefined, [
    { desc: ErrorInfoSchema, value },
  ]);
}

function transportWith(interceptors: Interceptor[]): Transport {
  return createGrpcWebTransport({
    baseUrl: window.location.origin,
    // The first interceptor is the outermost. A call that is not sent says nothing about reachability.
    interceptors: [...interceptors, watchReach],
    // Longer than the server's own limit, so that the server's answer comes first.
    defaultTimeoutMs: 15_000,
  });
}
