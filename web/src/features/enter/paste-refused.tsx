/** Says why nothing of a paste can be used, by the line that shows it. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Alert } from '@mantine/core';
import type { RefusedPaste } from './use-paste';

export function PasteRefused({ refused, onClose }: { refused: RefusedPaste; onClose: () => void }) {
  const { t } = useLingui();
  return (
    <Alert
      color="yellow"
      variant="light"
      role="alert"
      withCloseButton
      closeButtonLabel={t`Close`}
      onClose={onClose}
    >
      <Sentence refused={refused} />
    </Alert>
  );
}

function Sentence({ refused }: { refused: RefusedPaste }) {
  if (refused.why === 'unloaded') {
    return <Trans>Nothing was pasted: a part of kreis could not be loaded. Load the page anew.</Trans>;
  }
  if (refused.why === 'left') {
    return (
      <Trans>
        Nothing was pasted: the screen changed before the values were taken in. Go back and paste them again.
      </Trans>
    );
  }
  const { why, line, text } = refused;
  switch (why) {
    case 'columns':
      return (
        <Trans>
          Nothing was pasted: line {line} has a third column, “{text}”. Copy only the names and one column of
          values.
        </Trans>
      );
    case 'names':
      return (
        <Trans>
          Nothing was pasted: the first column names no KPI on this screen; line {line} says “{text}”. Copy
          the names and one column of values, or the values alone.
        </Trans>
      );
    case 'no-values':
      return (
        <Trans>
          Nothing was pasted: there is no value in it; line {line} says “{text}”. Copy the cells with the
          values.
        </Trans>
      );
  }
}
