/** While kreis cannot be reached, asks every few seconds whether it can again. */
import { useQuery } from '@connectrpc/connect-query';
import { UserService } from '#gen/kreis/org/v1/user_service_pb';
import { useReached } from '#shared/rpc/reach';
import { publicTransport, transportOf } from '#shared/rpc/transport';
import { useSession } from '#shared/session/session';

const ASK_AGAIN_MS = 3_000;

/** Answers whether kreis was reached by the last call of this page; `atOnce` makes one to know. */
export function useReachProbe({ atOnce = false } = {}): boolean {
  const session = useSession();
  const reached = useReached();
  useQuery(
    UserService.method.getMe,
    {},
    {
      // A screen that failed may stand outside of what provides the person's own.
      transport: session.state === 'signed-out' ? publicTransport : transportOf(session.userId),
      refetchInterval: reached ? false : ASK_AGAIN_MS,
      refetchOnMount: atOnce ? 'always' : true,
      throwOnError: false,
    },
  );
  return reached;
}
