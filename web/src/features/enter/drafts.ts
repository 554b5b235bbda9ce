/** The unsaved entries of each month, by KPI. */
import { useSyncExternalStore } from 'react';
import type { KpiValue } from '#gen/kreis/kpi/v1/kpi_pb';
import { type Month, monthKey } from '#shared/periods/months';
import type { Drafts as DraftsOf } from '#shared/unsaved/draft-records';
import { DraftStore } from '#shared/unsaved/draft-store';
import type { Draft } from './draft';
import { asTyped, leftAfter } from './left-draft';

export type Drafts = DraftsOf<Draft>;

/** The subject of a record is a month such as `2026-03`. */
export const entryDrafts = new DraftStore<Draft>('values', asTyped);

export function keptDrafts(userId: string, month: Month): Drafts {
  return entryDrafts.kept(userId, monthKey(month));
}

export function keepDrafts(userId: string, month: Month, drafts: Drafts): void {
  entryDrafts.keep(userId, monthKey(month), drafts);
}

/** How often drafts were taken up. After each time, a month on the screen restarts from its drafts. */
export function useTakenUp(): number {
  return useSyncExternalStore(entryDrafts.watch, entryDrafts.takenUp);
}

/** Updates the draft after a response that the month on the screen no longer waits for. */
export function forgetAttempt(
  userId: string,
  month: Month,
  kpiId: string,
  requestId: string,
  saved: KpiValue | undefined,
): void {
  const { [kpiId]: draft, ...others } = keptDrafts(userId, month);
  if (draft?.attempt?.requestId !== requestId) return;
  const left = leftAfter(draft, draft.attempt, saved);
  keepDrafts(userId, month, { ...others, ...(left && { [kpiId]: left }) });
}
