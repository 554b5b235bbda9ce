/** What has to be kept of a cell that is not saved. */
import { type Attempt, attemptOf, type Cell } from './cell';
import type { Draft } from './drafts';
import type { Unanswered } from './pending';

interface Calls {
  /** The call that has no answer yet. */
  unanswered: Unanswered | undefined;
  /** The attempt of a session that is gone, if the cell was taken up from it. */
  earlier: Attempt | undefined;
}

export function draftOf(name: string, cell: Cell, { unanswered, earlier }: Calls): Draft {
  const { state, text, note, pasted, value } = cell;
  // What stands against a change was not seen by the person who comes back to it.
  const etag = state.kind === 'conflict' ? state.change.etag : (value?.etag ?? '');
  const { attempt, next, text: beneath } = unanswered ?? {};
  const isOver = attempt !== undefined && attemptOf(state) === undefined;
  return {
    name,
    pasted,
    etag,
    ...(text !== undefined && { text }),
    ...(note !== undefined && { note }),
    ...(attempt !== undefined && { attempt }),
    ...(next !== undefined && { next }),
    ...(isOver && { beneath: beneath === undefined ? {} : { text: beneath } }),
    ...(earlier !== undefined && { earlier }),
  };
}
