/** Saves a correction or a retraction of a value. */
import { createClient } from '@connectrpc/connect';
import { useTransport } from '@connectrpc/connect-query';
import { useMutation, useMutationState, useQueryClient } from '@tanstack/react-query';
import { type KpiValue, Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import { KpiValueService } from '#gen/kreis/kpi/v1/kpi_value_service_pb';
import { isPassing } from '#shared/errors/refusal';
import { unitNow } from '#shared/errors/unit-now';
import type { Month } from '#shared/periods/months';
import { type Change, isOvertaken, makeChange, repeatChange } from '#shared/values/value-change';
import { useShowSaved } from './values';

const SAVING = ['correction'];

/** The parts of a value that its correction needs. */
export interface SeenValue extends Pick<KpiValue, 'id' | 'kpiId' | 'etag' | 'comment'> {
  value: number | undefined;
  period: Month | undefined;
  /** The KPI's unit when the value was seen; absent in drafts of an older release. */
  unit?: Unit | undefined;
}

export interface Wish {
  seen: SeenValue;
  /** Absent to retract the value. */
  number: number | undefined;
  /** Absent to leave the comment as it is. */
  comment: string | undefined;
  /** The same wish has the same id: repeated after a lost response, it is done once. */
  requestId: string;
  /** Whether it was sent before, without a response. */
  isRepeated: boolean;
}

export function seenValue(
  { id, kpiId, etag, comment, value, period }: KpiValue,
  unit: Unit | undefined,
): SeenValue {
  const month = period && { year: period.year, month: period.month };
  // The reason for nothing to report is no comment on a number.
  const said = value === undefined ? '' : comment;
  return { id, kpiId, etag, comment: said, value, period: month, unit };
}

interface Outcomes {
  onSaved: (wish: Wish) => void;
  /** The server did not carry out this attempt. */
  onRefused: (wish: Wish, error: unknown) => void;
}

export function useSaving({ onSaved, onRefused }: Outcomes) {
  const client = createClient(KpiValueService, useTransport());
  const queries = useQueryClient();
  const showSaved = useShowSaved();

  return useMutation({
    mutationKey: SAVING,
    mutationFn: (wish: Wish) => {
      const attempt = { requestId: wish.requestId, change: changeOf(wish) };
      return (wish.isRepeated ? repeatChange : makeChange)(client, wish.seen, attempt);
    },
    onSuccess: (saved, wish) => {
      if (saved !== undefined) showSaved(saved);
      // Sums, progress and the change log depend on a value.
      void queries.invalidateQueries();
      onSaved(wish);
    },
    onError: (error, wish) => {
      // Another person changed the value or its unit, or the value was saved although the response was lost.
      if (isOvertaken(error) || unitNow(error) !== undefined || isPassing(error))
        void queries.invalidateQueries();
      if (!isPassing(error)) onRefused(wish, error);
    },
  });
}

/** Returns a function that tells whether the correction of a value has no response yet. */
export function useIsSaving(): (valueId: string) => boolean {
  const underway = useMutationState({
    filters: { mutationKey: SAVING, status: 'pending' },
    select: ({ state }) => (state.variables as Wish).seen.id,
  });
  return (valueId) => underway.includes(valueId);
}

function changeOf({ seen, number, comment }: Wish): Change {
  const { id, etag, value: before } = seen;
  if (number === undefined) return { kind: 'retract', id, etag };
  // An unchanged number counts in the current unit. The person who changed the unit was told so.
  const unit = number === before ? Unit.UNSPECIFIED : (seen.unit ?? Unit.UNSPECIFIED);
  const said = { etag, value: number, unit, ...(comment !== undefined && { comment }) };
  return before === undefined ? { kind: 'record', ...said } : { kind: 'correct', id, ...said };
}
