/** Says why nothing was pasted. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Alert } from '@mantine/core';
import type { RefusedPaste } from './held-paste';
import type { Pasting } from './use-paste';

interface Props {
  refused: RefusedPaste;
  /** Set if a paste was read. */
  pasting: Pasting | undefined;
  onClose: () => void;
}

export function PasteRefused({ refused, pasting, onClose }: Props) {
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
      {refused.why === 'unloaded' ? (
        <Trans>Nothing was pasted: a part of kreis could not be loaded. Load the page anew.</Trans>
      ) : refused.why === 'left' ? (
        <Trans>
          Nothing was pasted: the screen changed before the values were taken in. Go back and paste them
          again.
        </Trans>
      ) : (
        pasting && <pasting.RefusedSentence refused={refused} />
      )}
    </Alert>
  );
}
