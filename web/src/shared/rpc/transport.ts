/**
 * How calls leave this page: gRPC-Web to where the page came from.
 *
 * A call is made either for a person or for nobody yet. There is no transport
 * that takes whatever session there is: what one person began, be it a retry, a
 * call that waited for another or a read that follows one, fails here once the
 * tab is another person's.
 */
import { Code, ConnectError, type Interceptor, type Transport } from '@connectrpc/connect';
import { createGrpcWebTransport } from '@connectrpc/connect-web';
import { ErrorInfoSchema } from '#gen/google/rpc/error_details_pb';
import { isPassing, isWithoutSession } from '#shared/errors/refusal';
import { belongsTo, currentSession, lapseSession } from '#shared/session/session';
import { noteReach } from './reach';

/** Notices whether kreis can be reached at all. */
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

/** For signing in: calls carry no token, and what is refused ends no session. */
export const publicTransport = transportWith([]);

const personal = new Map<string, Transport>();

/** For the calls of one person, always the same: they go out with this person's session or not at all. */
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
      // An answer that comes late is not for the next person.
      if (!belongsTo(userId)) throw withoutSession();
      return answer;
    } catch (error) {
      if (isWithoutSession(error)) lapseSession(session.token);
      throw error;
    }
  };
}

/** As a server of kreis refuses a call that has no token. */
function withoutSession(): ConnectError {
  const value = { domain: 'kreis.access', reason: 'UNAUTHENTICATED' };
  return new ConnectError('the session is over', Code.Unauthenticated, undefined, [
    { desc: ErrorInfoSchema, value },
  ]);
}

function transportWith(interceptors: Interceptor[]): Transport {
  return createGrpcWebTransport({
    baseUrl: window.location.origin,
    // The first is the outermost: a call that does not go out says nothing about reach.
    interceptors: [...interceptors, watchReach],
    // Longer than the server's own limit, so that its answer comes first.
    defaultTimeoutMs: 15_000,
  });
}
