/** Says what a person wanted to save, next to another person's newer change. */
import { Trans } from '@lingui/react/macro';

export type Mine =
  | { kind: 'mark' }
  | { kind: 'retract' }
  | { kind: 'comment'; comment: string }
  /** The number as typed, or as formatted. */
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
