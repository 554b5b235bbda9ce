/** `before → after`. An empty text is shown as a dash. */
import { Trans } from '@lingui/react/macro';
import { VisuallyHidden } from '@mantine/core';

export function OldAndNew({ before, after }: { before: string; after: string }) {
  return (
    <span style={{ fontVariantNumeric: 'tabular-nums', whiteSpace: 'pre-line' }}>
      <Side text={before} />
      <span aria-hidden> → </span>
      <VisuallyHidden>
        <Trans>now:</Trans>{' '}
      </VisuallyHidden>
      <strong>
        <Side text={after} />
      </strong>
    </span>
  );
}

function Side({ text }: { text: string }) {
  if (text !== '') return text;
  return (
    <>
      <span aria-hidden>–</span>
      <VisuallyHidden>
        <Trans>blank</Trans>
      </VisuallyHidden>
    </>
  );
}
