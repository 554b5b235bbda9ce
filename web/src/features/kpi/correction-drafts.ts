/** Corrections that were begun and are not saved yet, by KPI and value. */
import { useSyncExternalStore } from 'react';
import type { Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import { isWithoutSession } from '#shared/errors/refusal';
import type { Written } from '#shared/numbers/written';
import { DraftStore } from '#shared/unsaved/draft-store';
import type { SeenValue } from './saving';

/** Without a text where the number is left alone. */
export interface CorrectionDraft extends Partial<Written> {
  /** The KPI's, to say on any screen what is not saved. */
  name: string;
  /** The value as it was when the correction began. */
  seen: SeenValue;
  comment?: string | undefined;
  /** Present once it was sent as it stands here: as long as there is no answer, it may have been saved. */
  sent?: Sent | undefined;
}

/** Whether it was sent and has no answer: it may have been saved. */
export function isCorrectionSent({ sent }: CorrectionDraft): boolean {
  return sent !== undefined;
}

interface Sent {
  /** By which the server knows it again. */
  requestId: string;
  number: number;
  /** In which the number was typed. */
  unit?: Unit | undefined;
  /** Whether it was sent before, without an answer. */
  isRepeated: boolean;
}

/** About KPIs, by their ids. */
export const correctionDrafts = new DraftStore<CorrectionDraft>('corrections');

export function useCorrectionDrafts(userId: string, kpiId: string) {
  useSyncExternalStore(correctionDrafts.watch, correctionDrafts.version);

  function keep(draft: CorrectionDraft) {
    const others = correctionDrafts.kept(userId, kpiId);
    correctionDrafts.keep(userId, kpiId, { ...others, [draft.seen.id]: draft });
  }

  function drop(valueId: string) {
    const { [valueId]: _, ...others } = correctionDrafts.kept(userId, kpiId);
    correctionDrafts.keep(userId, kpiId, others);
  }

  /** What is kept of a value, if it still stands as it was sent. */
  function unchanged(valueId: string, requestId: string): CorrectionDraft | undefined {
    const draft = correctionDrafts.kept(userId, kpiId)[valueId];
    return draft?.sent?.requestId === requestId ? draft : undefined;
  }

  return {
    drafts: Object.values(correctionDrafts.kept(userId, kpiId)),
    keep,
    drop,
    /** It was saved; what was typed since stays. */
    dropSent: (valueId: string, requestId: string) => {
      if (unchanged(valueId, requestId) !== undefined) drop(valueId);
    },
    /** It was refused, and so was not saved. A refusal for want of a session says nothing of the time before. */
    keepUnsent: (valueId: string, requestId: string, error: unknown) => {
      const draft = unchanged(valueId, requestId);
      if (draft === undefined || (isWithoutSession(error) && draft.sent?.isRepeated)) return;
      keep({ ...draft, sent: undefined });
    },
  };
}
