/** Another number in a value's place, or none. */
import { createClient } from '@connectrpc/connect';
import { useTransport } from '@connectrpc/connect-query';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { KpiValue } from '#gen/kreis/kpi/v1/kpi_pb';
import { KpiValueService } from '#gen/kreis/kpi/v1/kpi_value_service_pb';
import { refusalOf } from '#shared/errors/refusal';
import type { Month } from '#shared/periods/months';
import { useRequestId } from '#shared/rpc/request-id';

/** What a correction needs to know of the value that it is for. */
export interface SeenValue extends Pick<KpiValue, 'id' | 'kpiId' | 'etag' | 'comment'> {
  value: number | undefined;
  period: Month | undefined;
}

export interface Wish {
  seen: SeenValue;
  /** Absent to take the value back. */
  number: number | undefined;
  /** Absent to leave the comment as it is. */
  comment: string | undefined;
}

export function seenValue({ id, kpiId, etag, comment, value, period }: KpiValue): SeenValue {
  const month = period && { year: period.year, month: period.month };
  return { id, kpiId, etag, comment, value, period: month };
}

/** The same wish again, after a lost connection, is the same request. */
export function useSaving(onSaved: (wish: Wish) => void) {
  const client = createClient(KpiValueService, useTransport());
  const queries = useQueryClient();
  const requestIdOf = useRequestId();

  function save({ seen, number: value, comment }: Wish) {
    const { id: kpiValueId, kpiId, etag, period } = seen;
    if (value === undefined) {
      const retraction = { kpiValueId, etag };
      return client.retractKpiValue({ ...retraction, requestId: requestIdOf(retraction) });
    }
    if (seen.value === undefined && period !== undefined) {
      const record = { kpiId, period, etag, value, ...(comment !== undefined && { comment }) };
      return client.recordKpiValue({ ...record, requestId: requestIdOf(record) });
    }
    const correction = { kpiValueId, etag, value, ...(comment !== undefined && { comment }) };
    return client.correctKpiValue({ ...correction, requestId: requestIdOf(correction) });
  }

  return useMutation({
    mutationFn: async (wish: Wish) => void (await save(wish)),
    onSuccess: (_, wish) => {
      // Sums, progress and the log follow from a value.
      void queries.invalidateQueries();
      onSaved(wish);
    },
    onError: (error) => {
      if (isOvertaken(error)) void queries.invalidateQueries();
    },
  });
}

/** Whether somebody else changed the value meanwhile. */
export function isOvertaken(error: unknown): boolean {
  return ['ETAG_MISMATCH', 'VALUE_RETRACTED', 'NOTHING_TO_REPORT', 'ALREADY_RECORDED'].includes(
    refusalOf(error).reason,
  );
}
