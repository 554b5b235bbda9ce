/** Says why a correction is not saved, or that there was no response. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Alert } from '@mantine/core';
import { isPassing, isWithoutSession } from '#shared/errors/refusal';
import { sentenceOf } from '#shared/errors/sentences';

interface Props {
  /** The error of the last attempt; null if there is none. */
  error: unknown;
  /** Whether it was sent without a response, now or before the page was loaded. */
  isSent: boolean;
}

export function NotSaved({ error, isSent }: Props) {
  const { i18n } = useLingui();
  if (error === null && !isSent) return null;
  const lacksSession = isWithoutSession(error);
  return (
    <Alert color="yellow" variant="light" role="alert">
      {lacksSession && !isSent ? (
        <Trans>Your session had ended, so nothing is changed yet. Please try again.</Trans>
      ) : (
        <>
          {error === null || lacksSession ? <Trans>No answer came.</Trans> : sentenceOf(error, i18n)}{' '}
          {(isSent || isPassing(error)) && (
            <Trans>Perhaps it is saved all the same. Repeat it to be certain; it is not saved twice.</Trans>
          )}
        </>
      )}
    </Alert>
  );
}
