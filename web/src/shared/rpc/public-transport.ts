/** Sends calls as gRPC-Web to the origin of the page, without a session. */
import type { DescMethod } from '@bufbuild/protobuf';
import type { Interceptor, Transport } from '@connectrpc/connect';
import { createGrpcWebTransport } from '@connectrpc/connect-web';
import { AuthService } from '#gen/kreis/auth/v1/auth_service_pb';
import { SingleSignOnService } from '#gen/kreis/auth/v1/single_sign_on_service_pb';
import { isPassing } from '#shared/errors/refusal';
import { withRenewalLock } from '#shared/session/renewal-lock';
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

/** With `keepalive`, the browser receives the answer even if the page is closed meanwhile. */
export function transportWith(interceptors: Interceptor[], keepalive = false): Transport {
  return createGrpcWebTransport({
    fetch: (input, init) => fetch(input, { ...init, keepalive }),
    baseUrl: window.location.origin,
    // The first interceptor is the outermost. A call that is not sent says nothing about reachability.
    interceptors: [...interceptors, watchReach],
    // Longer than the server's own limit, so that the server's answer comes first.
    defaultTimeoutMs: 15_000,
  });
}

/** The late answer to a renewal would replace the cookie of the new session. */
const waitForRenewals: Interceptor = (next) => (request) =>
  SIGN_INS.has(request.method) ? withRenewalLock(() => next(request)) : next(request);

const SIGN_INS = new Set<DescMethod>([
  AuthService.method.login,
  AuthService.method.acceptInvitation,
  SingleSignOnService.method.finishSignOn,
  AuthService.method.completeSetup,
]);

/** For the sign-in: calls carry no token, and a refusal ends no session. */
export const publicTransport = transportWith([waitForRenewals]);

/** For renewing a session. A lost cookie would make the next renewal look like that of a thief. */
export const renewalTransport = transportWith([], true);
