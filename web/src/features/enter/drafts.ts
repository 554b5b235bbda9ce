/** The entries of each month that are not saved yet, by KPI. */
import { useSyncExternalStore } from 'react';
import type { KpiValue } from '#gen/kreis/kpi/v1/kpi_pb';
import { writtenOf } from '#shared/numbers/written';
import { type Month, monthKey } from '#shared/periods/months';
import type { Drafts as DraftsOf } from '#shared/unsaved/draft-records';
import { DraftStore } from '#shared/unsaved/draft-store';
import { commentWith } from './cell';
import type { Draft } from './draft';
import { seenOf } from './draft-of';

export type Drafts = DraftsOf<Draft>;

/** About months such as `2026-03`. */
export const entryDrafts = new DraftStore<Draft>('values', asTyped);

export function keptDrafts(userId: string, month: Month): Drafts {
  return entryDrafts.kept(userId, monthKey(month));
}

export function keepDrafts(userId: string, month: Month, drafts: Drafts): void {
  entryDrafts.keep(userId, monthKey(month), drafts);
}

/** How often something was taken up: a month on the screen then begins anew from its drafts. */
export function useTakenUp(): number {
  return useSyncExternalStore(entryDrafts.watch, entryDrafts.takenUp);
}

/**
 * The server has answered an attempt after its month had left the screen. What was to
 * follow it, and a note beside it, stay as they were typed, on top of the version that
 * was saved.
 */
export function forgetAttempt(
  userId: string,
  month: Month,
  kpiId: string,
  requestId: string,
  saved: KpiValue | undefined,
): void {
  const { [kpiId]: draft, ...others } = keptDrafts(userId, month);
  if (draft?.attempt?.requestId !== requestId) return;
  const { name, unit, note, next, beneath } = draft;
  const seen = seenOf(saved);
  const rest: Draft = { name, ...(unit !== undefined && { unit }), ...(seen !== undefined && { seen }) };
  if (next !== undefined || beneath !== undefined) Object.assign(rest, writtenOf(draft));
  if (beneath !== undefined && next !== undefined) rest.beneath = beneath;
  if (note !== undefined && note.trim() !== (saved?.comment ?? '')) rest.note = note;
  const isLeft = rest.text !== undefined || rest.note !== undefined;
  keepDrafts(userId, month, { ...others, ...(isLeft && { [kpiId]: rest }) });
}

/** Not sent by itself any more; whether an earlier attempt was saved, the server knows by its id. */
function asTyped({ attempt, next: _, ...draft }: Draft): Draft {
  if (attempt === undefined) return draft;
  const note = draft.note ?? commentWith(attempt.change);
  return { ...draft, ...(note !== undefined && { note }), earlier: attempt };
}
