/** Says that kreis cannot be reached, and disappears when kreis is back. */
import { Trans } from '@lingui/react/macro';
import { Alert } from '@mantine/core';
import { useNetwork } from '@mantine/hooks';
import { useReachProbe } from './use-reach-probe';

export function ReachNotice() {
  const { online } = useNetwork();
  const reached = useReachProbe();
  if (online && reached) return <div role="status" />;
  return (
    <Alert color="yellow" variant="light" role="status" mb="md">
      {online ? (
        <Trans>
          kreis cannot be reached at the moment; perhaps it is being restarted. What you type is kept.
        </Trans>
      ) : (
        <Trans>You are offline. What you type is kept.</Trans>
      )}
    </Alert>
  );
}
