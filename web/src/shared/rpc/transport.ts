/** How calls leave this page: gRPC-Web to where the page came from. */
import { Code, ConnectError, type Interceptor } from '@connectrpc/connect';
import { createGrpcWebTransport } from '@connectrpc/connect-web';
import { isPassing } from '#shared/errors/refusal';
import { currentSession, lapseSession } from '#shared/session/session';
import { noteReach } from './reach';

/** Sends the session's token along, and notices when it is not good any more. */
const authorize: Interceptor = (next) => async (request) => {
  const session = currentSession();
  if (session.state !== 'signed-in') return next(request);
  request.header.set('authorization', `Bearer ${session.token}`);
  try {
    return await next(request);
  } catch (error) {
    if (ConnectError.from(error).code === Code.Unauthenticated) lapseSession(session.token);
    throw error;
  }
};

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

export const transport = createGrpcWebTransport({
  baseUrl: window.location.origin,
  interceptors: [watchReach, authorize],
  // Longer than the server's own limit, so that its answer comes first.
  defaultTimeoutMs: 15_000,
});
