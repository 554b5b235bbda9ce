/** While kreis cannot be reached, calls it every few seconds to notice when it is back. */
import { useQuery } from '@connectrpc/connect-query';
import { UserService } from '#gen/kreis/org/v1/user_service_pb';
import { publicTransport } from '#shared/rpc/public-transport';
import { useReached } from '#shared/rpc/reach';
import { transportOf } from '#shared/rpc/transport';
import { useSession } from '#shared/session/session';

const ASK_AGAIN_MS = 3_000;

/** Returns whether the last call of this page reached kreis. With `atOnce`, makes a call on mount. */
export function useReachProbe({ atOnce = false } = {}): boolean {
  const session = useSession();
  const reached = useReached();
  useQuery(
    UserService.method.getMe,
    {},
    {
      // A failed screen may be rendered outside the provider of the person's transport.
      transport: session.state === 'signed-out' ? publicTransport : transportOf(session.userId),
      refetchInterval: reached ? false : ASK_AGAIN_MS,
      refetchOnMount: atOnce ? 'always' : true,
      throwOnError: false,
    },
  );
  return reached;
}
