/** What has to be kept of a cell that is not saved. */
import { type Attempt, attemptOf, type Cell } from './cell';
import type { Draft } from './drafts';
import type { Wanted } from './pending';

interface Calls {
  /** What the period is to hold after the call under way. */
  next: Wanted | undefined;
  /** The attempt of a session that is gone, if the cell was taken up from it. */
  earlier: Attempt | undefined;
}

export function draftOf(name: string, cell: Cell, { next, earlier }: Calls): Draft {
  const { state, text, note, pasted, value } = cell;
  // What stands against a change was not seen by the person who comes back to it.
  const etag = state.kind === 'conflict' ? state.change.etag : (value?.etag ?? '');
  const attempt = attemptOf(state);
  return {
    name,
    pasted,
    etag,
    ...(text !== undefined && { text }),
    ...(note !== undefined && { note }),
    ...(attempt !== undefined && { attempt }),
    ...(attempt !== undefined && next !== undefined && { next }),
    ...(earlier !== undefined && { earlier }),
  };
}
