/** Says why a paste was refused after it was read. */
import { Trans } from '@lingui/react/macro';
import type { ReadRefusal } from './held-paste';
import { MOST_LINES } from './paste';

export function RefusedSentence({ refused }: { refused: ReadRefusal }) {
  if (refused.why === 'waits') {
    const { circle } = refused;
    return circle === undefined ? (
      <Trans>
        Nothing was pasted: another paste waits where all circles are shown. Choose all circles, and apply or
        cancel it first.
      </Trans>
    ) : (
      <Trans>
        Nothing was pasted: another paste waits in {circle}. Choose that circle, and apply or cancel it first.
      </Trans>
    );
  }
  if (refused.why === 'too-long') {
    const { lines } = refused;
    return (
      <Trans>
        Nothing was pasted: these are {lines} lines, and at most {MOST_LINES} can be pasted at once. Copy only
        the cells with the values.
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
