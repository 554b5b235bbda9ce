/** Says that kreis cannot be reached, and notices when it can again. */
import { useQuery } from '@connectrpc/connect-query';
import { Trans } from '@lingui/react/macro';
import { Alert } from '@mantine/core';
import { useNetwork } from '@mantine/hooks';
import { UserService } from '#gen/kreis/org/v1/user_service_pb';
import { useReached } from '#shared/rpc/reach';

const ASK_AGAIN_MS = 3_000;

export function ReachNotice() {
  const { online } = useNetwork();
  const reached = useReached();
  useQuery(UserService.method.getMe, {}, { refetchInterval: reached ? false : ASK_AGAIN_MS });
  if (online && reached) return <div role="status" />;
  return (
    <Alert color="yellow" variant="light" role="status" mb="md">
      {online ? (
        <Trans>
          kreis cannot be reached at the moment; perhaps it is being restarted. What you type is kept.
        </Trans>
      ) : (
        <Trans>You are offline. What you type is kept, and saved once you are back.</Trans>
      )}
    </Alert>
  );
}
