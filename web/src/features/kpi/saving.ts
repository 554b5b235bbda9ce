/** Another number in a value's place, or none. */
import { createClient } from '@connectrpc/connect';
import { useTransport } from '@connectrpc/connect-query';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { KpiValue } from '#gen/kreis/kpi/v1/kpi_pb';
import { KpiValueService } from '#gen/kreis/kpi/v1/kpi_value_service_pb';
import { refusalOf } from '#shared/errors/refusal';
import { useRequestId } from '#shared/rpc/request-id';

export interface Wish {
  /** The value as whoever wishes has seen it. */
  seen: KpiValue;
  /** Absent to take the value back. */
  number: number | undefined;
}

/** The same wish again, after a lost connection, is the same request. */
export function useSaving(onSaved: (wish: Wish) => void) {
  const client = createClient(KpiValueService, useTransport());
  const queries = useQueryClient();
  const requestIdOf = useRequestId();

  function save({ seen, number: value }: Wish) {
    const { id: kpiValueId, kpiId, etag, period } = seen;
    if (value === undefined) {
      const retraction = { kpiValueId, etag };
      return client.retractKpiValue({ ...retraction, requestId: requestIdOf(retraction) });
    }
    if (seen.value === undefined && period !== undefined) {
      const record = { kpiId, period, etag, value };
      return client.recordKpiValue({ ...record, requestId: requestIdOf(record) });
    }
    const correction = { kpiValueId, etag, value };
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
