/** How a cell is kept as a draft, and taken up again after a reload. */
import type { KpiValue } from '#gen/kreis/kpi/v1/kpi_pb';
import { attemptOf, type Cell, type CellState } from './cell';
import type { Draft } from './drafts';
import type { Wanted } from './pending';

export function draftOf(cell: Cell, next: Wanted | undefined): Draft {
  const { state, text, note, pasted, value } = cell;
  const draft: Draft = { pasted, etag: value?.etag ?? '' };
  if (text !== undefined) draft.text = text;
  if (note !== undefined) draft.note = note;
  const attempt = attemptOf(state);
  if (attempt === undefined) return draft;
  return { ...draft, attempt, ...(next !== undefined && { next }) };
}

/**
 * A draft goes on from what was on the screen when it was typed: where somebody
 * has changed the value since, saving it is refused and both are shown.
 */
export function takenUp({ text, note, pasted, etag, attempt }: Draft, now: KpiValue | undefined): Cell {
  const value = etag === '' || now === undefined ? undefined : { ...now, etag };
  const untouched: CellState = { kind: text === undefined ? 'idle' : 'typing' };
  const state: CellState = attempt === undefined ? untouched : { kind: 'waiting', attempt };
  return { text, pasted, note, state, value };
}
