/** Another number in a value's place, or none. */
import { createClient } from '@connectrpc/connect';
import { useTransport } from '@connectrpc/connect-query';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type KpiValue, Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import { KpiValueService } from '#gen/kreis/kpi/v1/kpi_value_service_pb';
import { isPassing } from '#shared/errors/refusal';
import { unitNow } from '#shared/errors/unit-now';
import type { Month } from '#shared/periods/months';
import { type Change, isOvertaken, makeChange } from '#shared/values/value-change';
import { useShowSaved } from './values';

/** What a correction needs to know of the value that it is for. */
export interface SeenValue extends Pick<KpiValue, 'id' | 'kpiId' | 'etag' | 'comment'> {
  value: number | undefined;
  period: Month | undefined;
  /** The KPI's, when the value was seen; absent in what an older release has kept. */
  unit?: Unit | undefined;
}

export interface Wish {
  seen: SeenValue;
  /** Absent to take the value back. */
  number: number | undefined;
  /** Absent to leave the comment as it is. */
  comment: string | undefined;
  /** The same for the same wish: repeated after a lost answer, it is done once. */
  requestId: string;
}

/** The comment of a wish that leaves the number as it was seen; absent where the number is meant. */
export function commentAlone({ seen, number, comment }: Wish): string | undefined {
  return number !== undefined && number === seen.value ? comment : undefined;
}

export function seenValue(
  { id, kpiId, etag, comment, value, period }: KpiValue,
  unit: Unit | undefined,
): SeenValue {
  const month = period && { year: period.year, month: period.month };
  return { id, kpiId, etag, comment, value, period: month, unit };
}

interface Outcomes {
  onSaved: (wish: Wish) => void;
  /** The server did nothing this time. */
  onRefused: (wish: Wish, error: unknown) => void;
}

export function useSaving({ onSaved, onRefused }: Outcomes) {
  const client = createClient(KpiValueService, useTransport());
  const queries = useQueryClient();
  const showSaved = useShowSaved();

  return useMutation({
    mutationFn: (wish: Wish) =>
      makeChange(client, wish.seen, { requestId: wish.requestId, change: changeOf(wish) }),
    onSuccess: (saved, wish) => {
      if (saved !== undefined) showSaved(saved);
      // Sums, progress and the log follow from a value.
      void queries.invalidateQueries();
      onSaved(wish);
    },
    onError: (error, wish) => {
      // Another person has changed the value or its unit, or the answer was lost and it was saved.
      if (isOvertaken(error) || unitNow(error) !== undefined || isPassing(error))
        void queries.invalidateQueries();
      if (!isPassing(error)) onRefused(wish, error);
    },
  });
}

function changeOf({ seen, number, comment }: Wish): Change {
  const { id, etag, value: before } = seen;
  if (number === undefined) return { kind: 'retract', id, etag };
  // A number that was left alone is in the unit of now, as whoever changed that was told.
  const unit = number === before ? Unit.UNSPECIFIED : (seen.unit ?? Unit.UNSPECIFIED);
  const said = { etag, value: number, unit, ...(comment !== undefined && { comment }) };
  return before === undefined ? { kind: 'record', ...said } : { kind: 'correct', id, ...said };
}
