/** The message that replaces a screen that failed. */
import { Code, ConnectError } from '@connectrpc/connect';
import { useLingui } from '@lingui/react';
import { Trans } from '@lingui/react/macro';
import { Anchor, Button, Stack, Text } from '@mantine/core';
import { useNetwork } from '@mantine/hooks';
import { useQueryErrorResetBoundary } from '@tanstack/react-query';
import { type ErrorComponentProps, Link } from '@tanstack/react-router';
import { useEffect, useEffectEvent, useRef } from 'react';
import { CallId } from '#shared/errors/call-id';
import { isPassing } from '#shared/errors/refusal';
import { sentenceOf } from '#shared/errors/sentences';
import { isCodeMissing } from '#shared/screens/lazy-screen';
import { ScreenTitle } from '#shared/screens/screen-title';
import { reloadQuietly } from '#shared/unsaved/tab-guard';
import { useReachProbe } from './use-reach-probe';

export function Failure({ error, reset }: ErrorComponentProps) {
  const { i18n } = useLingui();
  const queries = useQueryErrorResetBoundary();

  // Trying again does not help if the object does not exist.
  const isMissing = error instanceof ConnectError && error.code === Code.NotFound;
  // An exception in the code of the page.
  const isFault = !(error instanceof ConnectError) && !isCodeMissing(error);

  function tryAgain() {
    // The browser remembers a failed import until the page is reloaded.
    if (!(error instanceof ConnectError)) return reloadQuietly();
    queries.reset();
    reset();
  }

  useWhenBack(() => {
    if (!isFault && isPassing(error)) tryAgain();
  });

  return (
    <Stack align="flex-start" p="md" role="alert">
      <ScreenTitle>
        <Trans>This cannot be shown</Trans>
      </ScreenTitle>
      <Text>
        {isFault ? (
          <Trans>Something went wrong in this page. Values that you typed are kept.</Trans>
        ) : (
          sentenceOf(error, i18n)
        )}
      </Text>
      <CallId error={error} />
      {isMissing ? (
        <Anchor component={Link} to="/">
          <Trans>To the overview</Trans>
        </Anchor>
      ) : (
        <Button onClick={tryAgain}>
          {isFault ? <Trans>Reload the page</Trans> : <Trans>Try again</Trans>}
        </Button>
      )}
    </Stack>
  );
}

/** Calls `act` when the network or kreis is reachable again. */
function useWhenBack(act: () => void): void {
  const { online } = useNetwork();
  const reached = useReachProbe({ atOnce: true });
  const wasThere = useRef(true);
  const onBack = useEffectEvent(act);
  useEffect(() => {
    const isThere = online && reached;
    if (isThere && !wasThere.current) onBack();
    wasThere.current = isThere;
  }, [online, reached]);
}
