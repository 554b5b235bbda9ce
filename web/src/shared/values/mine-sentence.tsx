/** What a person wanted to save, beside what another person saved in the meantime. */
import { Trans } from '@lingui/react/macro';

export type Mine =
  | { kind: 'mark' }
  | { kind: 'retract' }
  | { kind: 'comment'; comment: string }
  /** The number as it was typed, or as it would be shown. */
  | { kind: 'number'; text: string };

export function MineSentence({ mine }: { mine: Mine }) {
  switch (mine.kind) {
    case 'mark':
      return <Trans>You said that there is nothing to report.</Trans>;
    case 'retract':
      return <Trans>You took it back.</Trans>;
    case 'comment': {
      const { comment } = mine;
      if (comment === '') return <Trans>You left the comment empty.</Trans>;
      return <Trans>Your comment is “{comment}”.</Trans>;
    }
    case 'number': {
      const { text } = mine;
      return <Trans>You entered {text}.</Trans>;
    }
  }
}
