/** Corrections that were begun and are not saved yet, by KPI and value. */
import { useSyncExternalStore } from 'react';
import { DraftStore } from '#shared/unsaved/draft-store';
import type { SeenValue } from './saving';

export interface CorrectionDraft {
  /** The KPI's, to say on any screen what is not saved. */
  name: string;
  /** The value as it was when the correction began. */
  seen: SeenValue;
  /** As typed; absent while it is left alone. */
  text?: string | undefined;
  comment?: string | undefined;
}

/** About KPIs, by their ids. */
export const correctionDrafts = new DraftStore<CorrectionDraft>('corrections');

export function useCorrectionDrafts(userId: string, kpiId: string) {
  useSyncExternalStore(correctionDrafts.watch, correctionDrafts.version);
  return {
    drafts: Object.values(correctionDrafts.kept(userId, kpiId)),
    keep: (draft: CorrectionDraft) => {
      const others = correctionDrafts.kept(userId, kpiId);
      correctionDrafts.keep(userId, kpiId, { ...others, [draft.seen.id]: draft });
    },
    drop: (valueId: string) => {
      const { [valueId]: _, ...others } = correctionDrafts.kept(userId, kpiId);
      correctionDrafts.keep(userId, kpiId, others);
    },
  };
}
