/** Unsaved corrections, by KPI and value. */
import { useSyncExternalStore } from 'react';
import type { Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import { isWithoutSession } from '#shared/errors/refusal';
import type { Written } from '#shared/numbers/written';
import { DraftStore } from '#shared/unsaved/draft-store';
import type { SeenValue } from './saving';

/** It has no text if the person did not change the number. */
export interface CorrectionDraft extends Partial<Written> {
  /** The KPI's name, so that every screen can say what is not saved. */
  name: string;
  /** The value as it was when the correction began. */
  seen: SeenValue;
  comment?: string | undefined;
  /** Set after the draft was sent as it is. Without a response, it may have been saved. */
  sent?: Sent | undefined;
}

/** Whether it was sent without a response, so that it may have been saved. */
export function isCorrectionSent({ sent }: CorrectionDraft): boolean {
  return sent !== undefined;
}

interface Sent {
  /** The id by which the server recognises a repeated request. */
  requestId: string;
  number: number;
  /** The unit in which the number was typed. */
  unit?: Unit | undefined;
  /** Whether it was sent before, without a response. */
  isRepeated: boolean;
}

/** The subject of a record is the id of a KPI. */
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

  /** The draft of a value, if it is unchanged since it was sent. */
  function unchanged(valueId: string, requestId: string): CorrectionDraft | undefined {
    const draft = correctionDrafts.kept(userId, kpiId)[valueId];
    return draft?.sent?.requestId === requestId ? draft : undefined;
  }

  return {
    drafts: Object.values(correctionDrafts.kept(userId, kpiId)),
    keep,
    drop,
    /** Drops a saved draft. Text that was typed since stays. */
    dropSent: (valueId: string, requestId: string) => {
      if (unchanged(valueId, requestId) !== undefined) drop(valueId);
    },
    /**
     * The request was refused, and so was not saved. A refusal for a missing session says nothing
     * about an earlier request.
     */
    keepUnsent: (valueId: string, requestId: string, error: unknown) => {
      const draft = unchanged(valueId, requestId);
      if (draft === undefined || (isWithoutSession(error) && draft.sent?.isRepeated)) return;
      keep({ ...draft, sent: undefined });
    },
  };
}
