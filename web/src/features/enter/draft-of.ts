/** What has to be kept of a cell that is not saved. */
import type { Attempt, Cell } from './cell';
import type { Draft } from './drafts';

/** `earlier` is an attempt of a session that is gone, if the cell was taken up from it. */
export function draftOf(name: string, cell: Cell, earlier: Attempt | undefined): Draft {
  const { state, text, note, pasted, value } = cell;
  // What stands against a change was not seen by the person who comes back to it.
  const etag = state.kind === 'conflict' ? state.change.etag : (value?.etag ?? '');
  const draft: Draft = { name, pasted, etag };
  if (text !== undefined) draft.text = text;
  if (note !== undefined) draft.note = note;
  if (state.kind === 'saving' || state.kind === 'waiting') draft.attempt = state.attempt;
  if (earlier !== undefined) draft.earlier = earlier;
  return draft;
}
